// SPDX-License-Identifier: Apache-2.0
/**
 * Masters, agents and their store in one virtual time, from a seed, with everything going wrong
 * that can. Start reading at {@link io.dcosnet.overlay.sim.OverlaySimulationTest}.
 */
@NullMarked
package io.dcosnet.overlay.sim;

import org.jspecify.annotations.NullMarked;

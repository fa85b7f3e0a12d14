// SPDX-License-Identifier: Apache-2.0
/**
 * Whole clusters in virtual time, with faults, from one seed; start reading at {@link
 * io.dcosnet.gossip.sim.Simulation}.
 */
@NullMarked
package io.dcosnet.gossip.sim;

import org.jspecify.annotations.NullMarked;

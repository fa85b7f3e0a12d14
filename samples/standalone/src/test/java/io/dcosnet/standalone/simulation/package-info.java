// SPDX-License-Identifier: Apache-2.0
/**
 * Whole clusters in one thread and in virtual time; start reading at {@link
 * io.dcosnet.standalone.simulation.ClusterSimulationTest}.
 */
@NullMarked
package io.dcosnet.standalone.simulation;

import org.jspecify.annotations.NullMarked;

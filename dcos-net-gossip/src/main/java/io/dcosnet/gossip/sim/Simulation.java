// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

/** A cluster in virtual time. */
public final class Simulation {

  private Simulation() {}
}

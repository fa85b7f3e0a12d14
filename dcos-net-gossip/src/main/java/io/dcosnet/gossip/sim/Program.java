// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.gossip.protocol.CoreInput;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.Host;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated process runs: the gossip core, or something simpler in the tests of the network.
 */
interface Program extends CoreInput {

  /** Makes the program of a process that starts. */
  @FunctionalInterface
  interface Factory {
    Program make(NodeProcess process, Host host);
  }

  void start();

  /** What its envelopes name as their sender. */
  long shortId();

  /** The member that it is, if it is one. */
  default @Nullable GossipCore core() {
    return null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated process runs: the gossip core, or something simpler in the tests of the network.
 */
interface Program {

  /** Makes the program of a process that starts. */
  @FunctionalInterface
  interface Factory {
    Program make(NodeProcess process, Host host);
  }

  void start();

  /** What its envelopes name as their sender. */
  long shortId();

  void received(HostPort from, long sender, byte[] body, int offset, int length);

  void accepted(int link, LinkPeer peer);

  void opened(int link, LinkPeer peer);

  void frame(int link, byte[] octets, int offset, int length);

  void closed(int link, LinkEnd end);

  /** The thread came late. */
  void lagged();

  /** The member that it is, if it is one. */
  default @Nullable GossipCore core() {
    return null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;

/** What sockets tell; see the methods of the same names of {@link GossipCore}. */
public interface HostInput {

  void received(HostPort from, long sender, byte[] body, int offset, int length);

  void accepted(int link, LinkPeer peer);

  void opened(int link, LinkPeer peer);

  void frame(int link, byte[] octets, int offset, int length);

  void closed(int link, LinkEnd end);

  void lagged();

  /** Hands everything to a core. */
  static HostInput to(GossipCore core) {
    return new HostInput() {
      @Override
      public void received(HostPort from, long sender, byte[] body, int offset, int length) {
        core.received(from, sender, body, offset, length);
      }

      @Override
      public void accepted(int link, LinkPeer peer) {
        core.accepted(link, peer);
      }

      @Override
      public void opened(int link, LinkPeer peer) {
        core.opened(link, peer);
      }

      @Override
      public void frame(int link, byte[] octets, int offset, int length) {
        core.frame(link, octets, offset, length);
      }

      @Override
      public void closed(int link, LinkEnd end) {
        core.closed(link, end);
      }

      @Override
      public void lagged() {
        core.lagged();
      }
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.KeepAlive;

/** The one of two streams between the same nodes that is closed by the other side soon. */
final class SpareLink implements LinkUser {

  private final Node node;

  SpareLink(Node node) {
    this.node = node;
  }

  @Override
  public void opened(int link, LinkPeer peer) {}

  @Override
  public void received(int link, Message message) {
    if (message instanceof KeepAlive keepAlive && !keepAlive.answer()) {
      node.links.write(link, new KeepAlive(true));
    }
  }

  @Override
  public void closed(int link, LinkEnd end) {}
}

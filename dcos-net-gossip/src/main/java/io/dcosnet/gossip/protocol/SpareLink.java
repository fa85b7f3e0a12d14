// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.KeepAlive;

/** The one of two streams between the same nodes that is closed by the other side soon. */
final class SpareLink implements LinkUser {

  private final Node node;
  private final RingLink other;

  /**
   * @param other the link with the stream that stays
   */
  SpareLink(Node node, RingLink other) {
    this.node = node;
    this.other = other;
  }

  @Override
  public void opened(int link, LinkPeer peer) {}

  @Override
  public void received(int link, Message message) {
    if (message instanceof KeepAlive keepAlive && !keepAlive.answer()) {
      node.links.write(link, new KeepAlive(true));
    } else if (message instanceof Message.Store store && store.kind() != StoreParts.MORE) {
      // Sent before the other side knew; long ones are found in other ways.
      other.told(store);
    }
  }

  @Override
  public void closed(int link, LinkEnd end) {}
}

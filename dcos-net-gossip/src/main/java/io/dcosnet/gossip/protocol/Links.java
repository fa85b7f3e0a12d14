// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.wire.Message;
import org.jspecify.annotations.Nullable;

/**
 * Which part uses which stream. A link that another node opens belongs to whoever handles its first
 * message.
 */
final class Links {

  private final Node node;

  Links(Node node) {
    this.node = node;
  }

  /** Opens a link for a part. */
  int open(HostPort to, LinkUser user) {
    throw new UnsupportedOperationException();
  }

  /** Sends messages in one frame, or in several when they do not fit. */
  void write(int link, Message... messages) {
    throw new UnsupportedOperationException();
  }

  /** Closes a link in order. */
  void close(int link) {
    throw new UnsupportedOperationException();
  }

  /** Who is at the other end; null while it is not open. */
  @Nullable LinkPeer peer(int link) {
    throw new UnsupportedOperationException();
  }

  /** From the host. */
  void accepted(int link, LinkPeer peer) {
    throw new UnsupportedOperationException();
  }

  /** From the host. */
  void opened(int link, LinkPeer peer) {
    throw new UnsupportedOperationException();
  }

  /** From the host. */
  void frame(int link, byte[] octets, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  /** From the host. */
  void closed(int link, LinkEnd end) {
    throw new UnsupportedOperationException();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;

/**
 * What this node has to pass on, each a limited number of times; rides on every datagram and in
 * rounds of its own.
 */
final class Rumours {

  private final Node node;

  Rumours(Node node) {
    this.node = node;
  }

  /** Queues a fact; a newer one about the same member replaces the older. */
  void spread(Fact fact) {
    throw new UnsupportedOperationException();
  }

  /** Queues other news: events and key rings. */
  void spread(Message news) {
    throw new UnsupportedOperationException();
  }

  /**
   * Fills what is left of a body, the least sent first; facts take at most 70 % of it while other
   * news wait.
   */
  void fill(BodyWriter body) {
    throw new UnsupportedOperationException();
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    throw new UnsupportedOperationException();
  }
}

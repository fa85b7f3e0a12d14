// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.wire.Message.RingHello;

/** Streams to the neighbours on some rings, whose end shows a crash within a round trip. */
final class RingLinks {

  private final Node node;

  RingLinks(Node node) {
    this.node = node;
  }

  /** Begins. */
  void start() {
    throw new UnsupportedOperationException();
  }

  /** Members have come or gone: neighbours may have changed. */
  void membersChanged() {
    throw new UnsupportedOperationException();
  }

  /** Takes over a link that a neighbour opens. */
  void begun(int link, RingHello hello) {
    throw new UnsupportedOperationException();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.wire.Message.Event;
import java.util.function.Consumer;

/** News of hosts for all nodes, each delivered once. */
final class EventSpread {

  private final Node node;

  EventSpread(Node node) {
    this.node = node;
  }

  /** Spreads news from this node. */
  void broadcast(String topic, Bytes payload) {
    throw new UnsupportedOperationException();
  }

  /** News from another node. */
  void received(Event event) {
    throw new UnsupportedOperationException();
  }

  /** Who gets the news of other nodes. */
  void listener(Consumer<Event> listener) {
    throw new UnsupportedOperationException();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.Dot;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** Asks members whether they have a write, again and again until they do or time is over. */
final class SeenQuestions {

  private final Replica replica;

  SeenQuestions(Replica replica) {
    this.replica = replica;
  }

  /** See {@link Replica#awaitSeen}. */
  void ask(Dot write, Duration timeout, Consumer<Set<NodeId>> laggards) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** A question or an answer. */
  void received(NodeId from, StoreMessage message) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#membersChanged}. */
  void membersChanged(NodeId member) {
    throw new UnsupportedOperationException(replica.toString());
  }
}

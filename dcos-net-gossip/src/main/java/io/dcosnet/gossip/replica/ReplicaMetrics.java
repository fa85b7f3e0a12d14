// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.store.StoreState;

/** What a replica counts. */
final class ReplicaMetrics {

  final MetricsSink sink;

  ReplicaMetrics(MetricsSink sink, StoreState state) {
    this.sink = sink;
  }

  /** A message that does not belong where it came. */
  void unexpected(StoreMessage message) {
    fault("unexpected");
  }

  /** A message was not taken. */
  void fault(String reason) {
    sink.counter(
            "dcosnet.gossip.kv.dropped",
            "Messages of the store not taken, by reason",
            "reason",
            reason)
        .increment();
  }
}

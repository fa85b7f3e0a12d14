// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.util.List;
import java.util.UUID;

/** A node that can read facts, and write what its master says. */
final class FactNode {

  final RecordingMetrics metrics = new RecordingMetrics();
  final ReplicatedStore store;
  final ClusterPublisher master = ClusterPublisher.create();
  final FactSource facts;
  final FactPublisher publisher;

  FactNode(ReplicatedStore store, VirtualTime time) {
    this.store = store;
    facts = FactSource.create(store, time, time, metrics);
    publisher = FactPublisher.create(facts, master);
    Demo.start(facts, time);
    Demo.start(publisher, time);
  }

  static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }

  void stop(VirtualTime time) {
    Demo.stop(publisher, time);
    Demo.stop(facts, time);
  }

  void says(ClusterState state) {
    master.replace(state, List.of());
  }

  long puts() {
    return metrics.count("dcosnet.sources.facts.writes", "op", "put");
  }

  long deletes() {
    return metrics.count("dcosnet.sources.facts.writes", "op", "delete");
  }
}

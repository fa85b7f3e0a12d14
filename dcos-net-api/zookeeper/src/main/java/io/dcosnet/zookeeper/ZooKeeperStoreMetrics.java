// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.StoreMetrics;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** How a store on ZooKeeper does; tagged with its name. <b>Thread-safe.</b> */
final class ZooKeeperStoreMetrics {

  private final StoreMetrics commits;
  private final LongConsumer loads;
  private final MetricsSink.Counter overtaken;
  private final MetricsSink.Counter foreign;

  ZooKeeperStoreMetrics(MetricsSink sink, String store, BooleanSupplier connected) {
    commits = new StoreMetrics(sink, store);
    loads =
        sink.distribution(
            "dcosnet.zookeeper.store.load.nanos", "Duration of a complete read", "store", store);
    overtaken =
        sink.counter(
            "dcosnet.zookeeper.store.overtaken",
            "Transactions that were judged again because others had written",
            "store",
            store);
    foreign =
        sink.counter(
            "dcosnet.zookeeper.store.foreign",
            "Nodes among the keys that no key has, counted at each complete read",
            "store",
            store);
    sink.gauge(
        "dcosnet.zookeeper.store.connected",
        "1 while ZooKeeper answers the store",
        () -> connected.getAsBoolean() ? 1 : 0,
        "store",
        store);
  }

  Outcome count(Outcome outcome) {
    return commits.count(outcome);
  }

  void loaded(long nanos) {
    loads.accept(nanos);
  }

  void overtaken() {
    overtaken.increment();
  }

  void foreign(int nodes) {
    foreign.add(nodes);
  }
}

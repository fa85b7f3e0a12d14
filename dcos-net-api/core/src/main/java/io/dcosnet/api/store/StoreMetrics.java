// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.DurableStore.Conflict;
import io.dcosnet.api.store.DurableStore.Fenced;
import io.dcosnet.api.store.DurableStore.Outcome;

/**
 * How the transactions of a {@link DurableStore} ended; tagged with its name. For those who
 * implement a store. <b>Thread-safe.</b>
 */
public final class StoreMetrics {

  private final MetricsSink.Counter committed;
  private final MetricsSink.Counter conflicts;
  private final MetricsSink.Counter fenced;
  private final MetricsSink.Counter unknown;

  /**
   * The counters of one store.
   *
   * @param store its name; a host has few of them
   */
  public StoreMetrics(MetricsSink sink, String store) {
    committed = counter(sink, store, "committed");
    conflicts = counter(sink, store, "conflict");
    fenced = counter(sink, store, "fenced");
    unknown = counter(sink, store, "unknown");
  }

  private static MetricsSink.Counter counter(MetricsSink sink, String store, String outcome) {
    return sink.counter(
        "dcosnet.durable.commits", "Transactions by outcome", "store", store, "outcome", outcome);
  }

  /** Counts an outcome and gives it back. */
  public Outcome count(Outcome outcome) {
    if (outcome instanceof Committed) {
      committed.increment();
    } else if (outcome instanceof Conflict) {
      conflicts.increment();
    } else if (outcome instanceof Fenced) {
      fenced.increment();
    } else {
      unknown.increment();
    }
    return outcome;
  }
}

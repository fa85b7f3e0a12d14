// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.spi.MetricsSink;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Hands all figures on, and remembers what one node did not take, so that it can be told where the
 * host has no metrics.
 *
 * <p><b>Thread-safe.</b>
 */
final class DropCounts implements MetricsSink {

  private static final String NAME = "dcosnet.gossip.dropped";

  private final MetricsSink sink;
  private final ConcurrentMap<String, LongAdder> byReason = new ConcurrentHashMap<>();

  DropCounts(MetricsSink sink) {
    this.sink = sink;
  }

  @Override
  public Counter counter(String name, String help, String... tags) {
    Counter outside = sink.counter(name, help, tags);
    if (!name.equals(NAME) || tags.length != 2) {
      return outside;
    }
    LongAdder here = byReason.computeIfAbsent(tags[1], reason -> new LongAdder());
    return amount -> {
      here.add(amount);
      outside.add(amount);
    };
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {
    sink.gauge(name, help, value, tags);
  }

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    return sink.distribution(name, help, tags);
  }

  /** What was dropped so far, by reason; reasons that did not occur are left out. */
  SortedMap<String, Long> byReason() {
    SortedMap<String, Long> counts = new TreeMap<>();
    byReason.forEach(
        (reason, count) -> {
          if (count.sum() > 0) {
            counts.put(reason, count.sum());
          }
        });
    return counts;
  }
}

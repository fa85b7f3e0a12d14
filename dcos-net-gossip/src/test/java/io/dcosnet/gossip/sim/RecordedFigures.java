// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.spi.MetricsSink;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Counters by their name, whatever their tags; nothing else is kept. */
final class RecordedFigures implements MetricsSink {

  private final Map<String, AtomicLong> counters = new TreeMap<>();

  long sum(String name) {
    AtomicLong counter = counters.get(name);
    return counter == null ? 0 : counter.get();
  }

  @Override
  public Counter counter(String name, String help, String... tags) {
    AtomicLong counter = counters.computeIfAbsent(name, key -> new AtomicLong());
    return counter::addAndGet;
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {}

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    return value -> {};
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.spi.MetricsSink;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Figures that cost what those of a usual metrics library cost: a counter is an adder. */
public final class AddingMetrics implements MetricsSink {

  private record Figure(String name, List<String> tags) {}

  private final ConcurrentMap<Figure, DoubleAdder> counters = new ConcurrentHashMap<>();

  @Override
  public Counter counter(String name, String help, String... tags) {
    DoubleAdder adder =
        counters.computeIfAbsent(new Figure(name, List.of(tags)), key -> new DoubleAdder());
    return adder::add;
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {}

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    DoubleAdder sum = new DoubleAdder();
    return sum::add;
  }
}

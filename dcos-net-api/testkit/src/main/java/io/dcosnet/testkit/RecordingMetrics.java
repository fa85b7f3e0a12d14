// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.spi.MetricsSink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps all figures so that a test can look at them.
 *
 * <p>A figure is named as it was asked for: {@code name} or {@code name{key=value,…}}, keys sorted.
 * One name with two kinds, or a tag without its value, is a mistake of the code under test and
 * fails there.
 *
 * <p><b>Thread-safe.</b>
 */
public final class RecordingMetrics implements MetricsSink {

  private final ConcurrentMap<String, String> kinds = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> counters = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongSupplier> gauges = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, List<Long>> distributions = new ConcurrentHashMap<>();

  /** Without any figure. */
  public RecordingMetrics() {}

  @Override
  public Counter counter(String name, String help, String... tags) {
    kind(name, "counter");
    return counters.computeIfAbsent(figure(name, tags), key -> new LongAdder())::add;
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {
    kind(name, "gauge");
    gauges.put(figure(name, tags), value);
  }

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    kind(name, "distribution");
    return distributions.computeIfAbsent(
            figure(name, tags), key -> Collections.synchronizedList(new ArrayList<>()))
        ::add;
  }

  /** What was counted so far; 0 where nobody asked for the counter. */
  public long count(String name, String... tags) {
    LongAdder counter = counters.get(figure(name, tags));
    return counter == null ? 0 : counter.sum();
  }

  /**
   * The value of a gauge now.
   *
   * @throws NoSuchElementException where nobody gave one
   */
  public long gauge(String name, String... tags) {
    LongSupplier gauge = gauges.get(figure(name, tags));
    if (gauge == null) {
      throw new NoSuchElementException(
          "gauge " + figure(name, tags) + " (there are: " + gauges.keySet() + ")");
    }
    return gauge.getAsLong();
  }

  /** What a distribution was fed with, in order. */
  public List<Long> values(String name, String... tags) {
    List<Long> values = distributions.getOrDefault(figure(name, tags), List.of());
    synchronized (values) {
      return List.copyOf(values);
    }
  }

  /** All counters that are not 0, sorted; good for one look at a failing test. */
  public Map<String, Long> counts() {
    Map<String, Long> all = new TreeMap<>();
    counters.forEach(
        (figure, counter) -> {
          if (counter.sum() != 0) {
            all.put(figure, counter.sum());
          }
        });
    return Collections.unmodifiableMap(all);
  }

  private void kind(String name, String kind) {
    String earlier = kinds.putIfAbsent(name, kind);
    if (earlier != null && !earlier.equals(kind)) {
      throw new IllegalArgumentException("metric " + name + ": " + kind + ", was a " + earlier);
    }
  }

  private static String figure(String name, String... tags) {
    if (tags.length == 0) {
      return name;
    }
    if (tags.length % 2 != 0) {
      throw new IllegalArgumentException("metric " + name + ": a tag without value");
    }
    Map<String, String> sorted = new TreeMap<>();
    for (int i = 0; i < tags.length; i += 2) {
      sorted.put(tags[i], tags[i + 1]);
    }
    StringBuilder text = new StringBuilder(name);
    char before = '{';
    for (Map.Entry<String, String> tag : sorted.entrySet()) {
      text.append(before).append(tag.getKey()).append('=').append(tag.getValue());
      before = ',';
    }
    return text.append('}').toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.spi.MetricsSink;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * The figures {@code dcosnet.gossip.*} of one member for a person who asks for them; a distribution
 * is shown as how many values it was fed and their sum. All others are dropped.
 *
 * <p><b>Thread-safe.</b>
 */
final class MemberCounts implements MetricsSink {

  private static final String PREFIX = "dcosnet.gossip.";

  private record Figure(String name, Map<String, String> tags) {}

  private record Fed(LongAdder count, LongAdder sum) {}

  private final ConcurrentMap<Figure, LongAdder> counters = new ConcurrentHashMap<>();
  private final ConcurrentMap<Figure, LongSupplier> gauges = new ConcurrentHashMap<>();
  private final ConcurrentMap<Figure, Fed> distributions = new ConcurrentHashMap<>();

  @Override
  public Counter counter(String name, String help, String... tags) {
    return name.startsWith(PREFIX)
        ? counters.computeIfAbsent(figure(name, tags), key -> new LongAdder())::add
        : MetricsSink.none().counter(name, help, tags);
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {
    if (name.startsWith(PREFIX)) {
      gauges.put(figure(name, tags), value);
    }
  }

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    if (!name.startsWith(PREFIX)) {
      return MetricsSink.none().distribution(name, help, tags);
    }
    Fed fed =
        distributions.computeIfAbsent(
            figure(name, tags), key -> new Fed(new LongAdder(), new LongAdder()));
    return value -> {
      fed.count().increment();
      fed.sum().add(value);
    };
  }

  private static Figure figure(String name, String... tags) {
    Map<String, String> byKey = new TreeMap<>();
    IntStream.range(0, tags.length / 2).forEach(i -> byKey.put(tags[2 * i], tags[2 * i + 1]));
    return new Figure(name.substring(PREFIX.length()), Collections.unmodifiableMap(byKey));
  }

  /**
   * All figures by name, without what all names begin with. One with tags is an object of its own,
   * keyed by the values of the tags: {@code {"dropped":{"replay":2}}}.
   */
  ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    Map<String, Long> plain = new TreeMap<>();
    Map<String, Map<String, Long>> tagged = new TreeMap<>();
    counters.forEach((figure, value) -> note(figure, "", value.sum(), plain, tagged));
    gauges.forEach((figure, value) -> note(figure, "", value.getAsLong(), plain, tagged));
    distributions.forEach(
        (figure, fed) -> {
          note(figure, ".count", fed.count().sum(), plain, tagged);
          note(figure, ".sum", fed.sum().sum(), plain, tagged);
        });
    plain.forEach(document::put);
    tagged.forEach(
        (name, values) -> {
          ObjectNode byTags = document.putObject(name);
          values.forEach(byTags::put);
        });
    return document;
  }

  private static void note(
      Figure figure,
      String suffix,
      long value,
      Map<String, Long> plain,
      Map<String, Map<String, Long>> tagged) {
    String name = figure.name() + suffix;
    if (figure.tags().isEmpty()) {
      plain.put(name, value);
    } else {
      tagged
          .computeIfAbsent(name, key -> new TreeMap<>())
          .put(String.join(" ", figure.tags().values()), value);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Figures of ours under other names and with other labels, in the text form of Prometheus. Figures
 * whose labels become the same are added up.
 *
 * <p><b>Thread-safe.</b>
 */
public final class RenamedFigures {

  /** Upper ends in seconds of what dcos-net counts; a part of those that our times have. */
  private static final double[] BUCKETS = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};

  /** The unit of times in names of ours; the registry has its own way to tell it. */
  private static final String NANOS = ".nanos";

  private final MeterRegistry registry;

  RenamedFigures(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * A counter.
   *
   * @param ours its name here
   * @param labels new names by names of our tags; other tags are left out
   * @param tag that must have one of {@code values}; empty for no condition
   */
  public String counter(
      String name,
      String help,
      String ours,
      Map<String, String> labels,
      String tag,
      Set<String> values) {
    Map<String, Long> sums = new TreeMap<>();
    for (Counter counter : registry.find(ours).counters()) {
      if (tag.isEmpty() || values.contains(String.valueOf(counter.getId().getTag(tag)))) {
        sums.merge(labels(counter, labels), (long) counter.count(), Long::sum);
      }
    }
    StringBuilder text = head(name, help, "counter");
    sums.forEach((key, sum) -> line(text, name, key, Long.toString(sum)));
    return text.toString();
  }

  /**
   * A histogram of times, as {@link #counter}.
   *
   * @param ours with the unit at its end, which the registry has taken off
   */
  public String histogram(String name, String help, String ours, Map<String, String> labels) {
    Map<String, Times> all = new TreeMap<>();
    String kept = ours.endsWith(NANOS) ? ours.substring(0, ours.length() - NANOS.length()) : ours;
    for (Timer timer : registry.find(kept).timers()) {
      all.computeIfAbsent(labels(timer, labels), key -> new Times()).add(timer);
    }
    StringBuilder text = head(name, help, "histogram");
    all.forEach((key, times) -> times.write(name, key, text));
    return text.toString();
  }

  private static StringBuilder head(String name, String help, String type) {
    return new StringBuilder()
        .append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
  }

  private static String labels(Meter meter, Map<String, String> names) {
    return meter.getId().getTags().stream()
        .filter(tag -> names.containsKey(tag.getKey()))
        .map(tag -> names.get(tag.getKey()) + "=\"" + escape(tag.getValue()) + "\"")
        .sorted()
        .collect(Collectors.joining(","));
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private static void line(StringBuilder text, String name, String labels, String value) {
    text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
  }

  /** Times of some timers together. */
  private static final class Times {
    private final long[] below = new long[BUCKETS.length];
    private long count;
    private double seconds;

    void add(Timer timer) {
      var snapshot = timer.takeSnapshot();
      count += snapshot.count();
      seconds += snapshot.total(TimeUnit.SECONDS);
      for (CountAtBucket bucket : snapshot.histogramCounts()) {
        for (int i = 0; i < BUCKETS.length; i++) {
          if (Math.abs(bucket.bucket(TimeUnit.SECONDS) - BUCKETS[i]) < 1e-9) {
            below[i] += (long) bucket.count();
          }
        }
      }
    }

    void write(String name, String labels, StringBuilder text) {
      String before = labels.isEmpty() ? "" : labels + ",";
      for (int i = 0; i < BUCKETS.length; i++) {
        line(text, name + "_bucket", before + "le=\"" + BUCKETS[i] + "\"", Long.toString(below[i]));
      }
      line(text, name + "_bucket", before + "le=\"+Inf\"", Long.toString(count));
      line(text, name + "_count", labels, Long.toString(count));
      line(text, name + "_sum", labels, Double.toString(seconds));
    }
  }
}

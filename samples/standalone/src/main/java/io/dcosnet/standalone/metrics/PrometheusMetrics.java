// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.metrics;

import io.dcosnet.api.spi.MetricsSink;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the figures of all parts and writes them as Prometheus reads them.
 *
 * <p>Dots become underscores and counters end in {@code _total}. A distribution in nanoseconds or
 * microseconds is told in seconds, and its name says so: {@code dcosnet.dns.zone.delay.nanos} is
 * the histogram {@code dcosnet_dns_zone_delay_seconds}. A gauge that is given anew, as when a part
 * starts again, replaces the one before.
 *
 * <p>A figure that Prometheus could not keep, such as one name with different tags, is left out and
 * told once in the log: metrics must not break what they measure.
 *
 * <p><b>Thread-safe.</b>
 */
public final class PrometheusMetrics implements MetricsSink {

  /** What {@link #scrape} gives. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Logger LOGGER = LoggerFactory.getLogger(PrometheusMetrics.class);

  /** From what a memory access costs to what a person gives up on. */
  private static final Duration[] TIMES =
      LongStream.of(
              100,
              250,
              500,
              1_000,
              2_500,
              5_000,
              10_000,
              25_000,
              50_000,
              100_000,
              250_000,
              500_000,
              1_000_000,
              2_500_000,
              5_000_000,
              10_000_000,
              30_000_000)
          .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
          .toArray(Duration[]::new);

  private static final double[] AMOUNTS = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ConcurrentMap<Figure, LongSupplier> gauges = new ConcurrentHashMap<>();
  private final Set<String> leftOut = ConcurrentHashMap.newKeySet();

  /** With the figures of the JVM and nothing else. */
  public PrometheusMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  private record Figure(String name, List<String> tags) {}

  @Override
  public Counter counter(String name, String help, String... tags) {
    try {
      return io.micrometer.core.instrument.Counter.builder(name)
              .description(help)
              .tags(tags)
              .register(registry)
          ::increment;
    } catch (IllegalArgumentException e) {
      leaveOut(name, e);
      return MetricsSink.none().counter(name, help, tags);
    }
  }

  @Override
  public void gauge(String name, String help, LongSupplier value, String... tags) {
    Figure figure = new Figure(name, List.of(tags));
    if (gauges.put(figure, value) != null) {
      return; // the meter is there already and asks whoever stands in the map
    }
    try {
      Gauge.builder(name, () -> read(figure))
          .description(help)
          .tags(tags)
          .strongReference(true)
          .register(registry);
    } catch (IllegalArgumentException e) {
      leaveOut(name, e);
    }
  }

  private double read(Figure figure) {
    LongSupplier value = gauges.get(figure);
    return value == null ? Double.NaN : value.getAsLong();
  }

  @Override
  public LongConsumer distribution(String name, String help, String... tags) {
    int dot = name.lastIndexOf('.');
    try {
      return switch (name.substring(dot + 1)) {
        case "nanos" -> time(name.substring(0, dot), help, tags, TimeUnit.NANOSECONDS);
        case "micros" -> time(name.substring(0, dot), help, tags, TimeUnit.MICROSECONDS);
        default ->
            DistributionSummary.builder(name)
                    .description(help)
                    .tags(tags)
                    .serviceLevelObjectives(AMOUNTS)
                    .register(registry)
                ::record;
      };
    } catch (IllegalArgumentException e) {
      leaveOut(name, e);
      return MetricsSink.none().distribution(name, help, tags);
    }
  }

  /** Not a summary with a scale: its buckets hold whole numbers only. */
  private LongConsumer time(String name, String help, String[] tags, TimeUnit unit) {
    Timer timer =
        Timer.builder(name)
            .description(help)
            .tags(tags)
            .serviceLevelObjectives(TIMES)
            .register(registry);
    return length -> timer.record(length, unit);
  }

  private void leaveOut(String name, IllegalArgumentException reason) {
    if (leftOut.add(name)) {
      LOGGER.error("a figure is left out: name={} reason={}", name, reason.getMessage());
    }
  }

  /** The sum over all counters with this name and, among others, these tags. */
  public long sum(String counter, String... tags) {
    return (long)
        registry.find(counter).tags(Tags.of(tags)).counters().stream()
            .mapToDouble(io.micrometer.core.instrument.Counter::count)
            .sum();
  }

  /** Some of the figures under other names. */
  public RenamedFigures renamed() {
    return new RenamedFigures(registry);
  }

  /** All figures now, in the text form of Prometheus. Asks every gauge, which may take locks. */
  public String scrape() {
    return registry.scrape();
  }
}

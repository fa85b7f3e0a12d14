// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.sources.SourceFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the reading of one source goes: for whoever asks, for metrics, for the log.
 * <b>Thread-safe.</b>
 */
final class SourceHealth {

  private static final Logger LOGGER = LoggerFactory.getLogger(SourceHealth.class);
  private static final long LOG_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final String source;
  private final TimeSource time;
  private final MetricsSink metrics;
  private final MetricsSink.Counter good;
  private final MetricsSink.Counter unchanged;
  private final MetricsSink.Counter failed;

  private volatile @Nullable SourceFailure lastFailure;
  private volatile long lastGoodNanos;
  private long loggedNanos; // guarded by this
  private int leftOut; // guarded by this

  /**
   * @param kind of the source, for metrics: few of them
   * @param source which one, for the log
   */
  SourceHealth(String kind, String source, TimeSource time, MetricsSink metrics) {
    this.source = source;
    this.time = time;
    this.metrics = metrics;
    this.lastGoodNanos = time.nanos();
    String help = "Attempts to read the state of a cluster";
    good = metrics.counter("dcosnet.sources.reads", help, "source", kind, "result", "changed");
    unchanged = metrics.counter("dcosnet.sources.reads", help, "source", kind, "result", "same");
    failed = metrics.counter("dcosnet.sources.reads", help, "source", kind, "result", "failed");
    metrics.gauge(
        "dcosnet.sources.age.seconds",
        "Time since the state of a cluster was read last",
        () -> (time.nanos() - lastGoodNanos) / 1_000_000_000L,
        "source",
        kind);
  }

  Optional<SourceFailure> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  /** A new state was read, with so many parts of it left out for each code. */
  void changed(Map<String, Long> rejections) {
    good.increment();
    rejected(rejections);
    well();
  }

  /** So many parts of something that was read were left out for each code. */
  void rejected(Map<String, Long> rejections) {
    rejections.forEach(
        (code, count) ->
            metrics
                .counter(
                    "dcosnet.sources.rejections",
                    "Parts of a state that were left out",
                    "code",
                    code)
                .add(count));
  }

  /** The state was read and is the one from before. */
  void unchanged() {
    unchanged.increment();
    well();
  }

  /** A sign of life came, which says that what is known still holds. */
  void heard() {
    lastGoodNanos = time.nanos();
  }

  private synchronized void well() {
    lastGoodNanos = time.nanos();
    SourceFailure failure = lastFailure;
    lastFailure = null;
    leftOut = 0;
    if (failure != null) {
      LOGGER.info("cluster state is read again: source={} after={}", source, failure.inARow());
    }
  }

  /** It could not be read; the state from before stands. */
  synchronized void failed(String reason) {
    failed.increment();
    SourceFailure before = lastFailure;
    int inARow = before == null ? 1 : before.inARow() + 1;
    lastFailure = new SourceFailure(Instant.ofEpochMilli(time.wallMillis()), inARow, reason);
    long now = time.nanos();
    boolean known = before != null && before.reason().equals(reason);
    if (known && now - loggedNanos < LOG_EVERY_NANOS) {
      leftOut++;
      return;
    }
    LOGGER.warn(
        "cluster state cannot be read, what is known stays: source={} reason={} repeated={}",
        source,
        reason,
        leftOut);
    loggedNanos = now;
    leftOut = 0;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What every zone tells of itself in figures: its serial, its size, and how long it has been as it
 * is. For implementations of {@link Zone}.
 *
 * <p><b>Thread-safe.</b>
 */
public final class ZoneFigures {

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private record Moment(TimeSource clock, long nanos) {
    static Moment now(TimeSource clock) {
      return new Moment(clock, clock.nanos());
    }

    Duration age() {
      return Duration.ofNanos(clock.nanos() - nanos);
    }
  }

  private final DomainName origin;
  private final Supplier<@Nullable ZoneSnapshot> newest;
  private volatile @Nullable Moment changed;

  /**
   * Figures that nobody sees yet.
   *
   * @param newest the present snapshot, null when there is none
   */
  public ZoneFigures(DomainName origin, Supplier<@Nullable ZoneSnapshot> newest) {
    this.origin = requireNonNull(origin, "origin");
    this.newest = requireNonNull(newest, "newest");
  }

  /** Shows them. Before the first change the age is the time that has been waited for it. */
  public void show(DnsMetrics metrics, TimeSource time) {
    String name = origin.toString();
    Moment begun = Moment.now(time);
    metrics.serial(name, () -> read(ZoneSnapshot::serial));
    metrics.records(name, () -> read(ZoneSnapshot::recordCount));
    metrics.age(
        name,
        () -> {
          Moment last = changed;
          return (last == null ? begun : last).age().toNanos() / NANOS_PER_SECOND;
        });
  }

  private long read(ToLongFunction<ZoneSnapshot> figure) {
    ZoneSnapshot now = newest.get();
    return now == null ? 0 : figure.applyAsLong(now);
  }

  /** Notes that the zone was told something just now. */
  public void changed(TimeSource time) {
    changed = Moment.now(time);
  }

  /** Time since the last change; null before the first. */
  public @Nullable Duration age() {
    Moment last = changed;
    return last == null ? null : last.age();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.name.DomainName;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A zone that a server answers for. Where its records come from is its own matter; the server asks
 * for the newest snapshot at each query.
 *
 * <p><b>Thread-safe.</b> Implementations publish snapshots by one volatile reference.
 */
public interface Zone {

  /** What a zone may use while it follows its source. */
  record Surroundings(Executor executor, TimeSource time, MetricsSink metrics) {
    public Surroundings {
      requireNonNull(executor, "executor");
      requireNonNull(time, "time");
      requireNonNull(metrics, "metrics");
    }
  }

  DomainName origin();

  /**
   * The newest records; never blocks.
   *
   * @return null until the source has told enough to deny that a name exists
   */
  @Nullable ZoneSnapshot snapshot();

  /**
   * Begins to follow the source; a server calls this when it starts. Work is done on the given
   * executor, never on the caller's thread. Several servers may follow one zone: it does its work
   * once, with what the first one gave, until the last one ends.
   *
   * @return ends the following; the last snapshot stays
   */
  Subscription follow(Surroundings surroundings);

  /**
   * Tells of the present snapshot, if there is one, and then of every new one: one call at a time,
   * in order, on {@code executor}. Snapshots that come faster than the listener works are left out.
   * What it throws is logged and ends nothing. The zone makes new snapshots only while somebody
   * {@linkplain #follow follows}.
   */
  Subscription watch(Executor executor, ZoneListener listener);

  /**
   * Where the records of a name come from, for a person who asks; empty when the zone does not
   * know. May wait for an update under way.
   */
  default List<RecordOrigin> origins(DomainName name) {
    return List.of();
  }

  /**
   * What of the source could not become a record, and why, for a person who asks; empty when there
   * is nothing, or the zone does not know. May wait for an update under way.
   */
  default List<Rejection> refused() {
    return List.of();
  }

  /**
   * Names that were wanted for different things, whose records are merged, with those things. May
   * wait for an update under way.
   */
  default SortedMap<String, List<String>> collisions() {
    return Collections.emptySortedMap();
  }

  /** How long ago the source last told something; null when the zone does not know. */
  default @Nullable Duration age() {
    return null;
  }

  /** A zone whose records never change. */
  static Zone of(ZoneSnapshot snapshot) {
    requireNonNull(snapshot, "snapshot");
    ZonePublisher publisher = new ZonePublisher();
    publisher.publish(snapshot);
    return new Zone() {
      @Override
      public DomainName origin() {
        return snapshot.origin();
      }

      @Override
      public ZoneSnapshot snapshot() {
        return snapshot;
      }

      @Override
      public Subscription follow(Surroundings surroundings) {
        return () -> {};
      }

      @Override
      public Subscription watch(Executor executor, ZoneListener listener) {
        return publisher.watch(executor, listener);
      }

      @Override
      public String toString() {
        return snapshot.toString();
      }
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.follow;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.GeneratedRecords;
import io.dcosnet.dns.records.table.RefusalCode;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.SharedFollowing;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneApex;
import io.dcosnet.dns.zone.ZoneFigures;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A zone of a cluster that keeps up with it: what stands behind {@code MesosZone} and {@code
 * DcosZone}.
 *
 * <p>There is no snapshot before the source has its first state; after that the newest one stays,
 * also when the source is lost. What serials say is in {@code docs/zone-serials.md}.
 *
 * <p><b>Thread-safe.</b> Records are made on the executor given to {@link #follow}.
 */
public final class ClusterFollowing {

  /** A status from further in the future than this says nothing about the time. */
  private static final long MAX_AHEAD_SECONDS = 24 * 3600;

  private final ClusterSource source;
  private final ZoneApex apex;
  private final LongSupplier lastSerial;
  private final Supplier<GeneratedRecords> generation;
  private final SharedFollowing following = new SharedFollowing();

  // Guards records; held while an update is worked in, or while someone asks for a report.
  private final Object lock = new Object();
  private GeneratedRecords records;

  /** Those of the following that was begun last; what an older one still tells is too late. */
  private volatile @Nullable GeneratedRecords awaited;

  private final ZonePublisher published = new ZonePublisher();
  private volatile @Nullable Made made;
  private final ZoneFigures figures;

  /** A snapshot and the state of the cluster that it was made from. <b>Immutable.</b> */
  public record Made(ClusterState cluster, ZoneSnapshot snapshot) {}

  /**
   * @param lastSerial that the zone is known to have had, which its serials then go on from; 0 when
   *     unknown, and asked for when the first state is there
   * @param generation gives records of no cluster yet
   */
  public ClusterFollowing(
      ClusterSource source,
      ZoneApex apex,
      LongSupplier lastSerial,
      Supplier<GeneratedRecords> generation) {
    this.source = requireNonNull(source, "source");
    this.apex = requireNonNull(apex, "apex");
    this.lastSerial = requireNonNull(lastSerial, "lastSerial");
    this.figures = new ZoneFigures(apex.origin(), published::snapshot);
    this.generation = generation;
    this.records = generation.get();
  }

  /** Where the snapshots are. */
  public ZonePublisher published() {
    return published;
  }

  /** The newest snapshot with its cluster, null before the first; never blocks. */
  public @Nullable Made made() {
    return made;
  }

  /** As {@link Zone#age}. */
  public @Nullable Duration age() {
    return figures.age();
  }

  /** As {@link Zone#follow}. */
  public Subscription follow(Zone.Surroundings surroundings) {
    requireNonNull(surroundings, "surroundings");
    return following.join(() -> begin(surroundings));
  }

  /** What could not become a record, and why; sorted. Waits for an update under way. */
  public List<Rejection> refused() {
    synchronized (lock) {
      return records.refused();
    }
  }

  /** Names that were wanted for different things, with those. Waits for an update under way. */
  public SortedMap<String, List<String>> collisions() {
    synchronized (lock) {
      return records.collisions();
    }
  }

  /** As {@link Zone#origins}. */
  public List<RecordOrigin> origins(DomainName name) {
    synchronized (lock) {
      return records.origins(name);
    }
  }

  private Subscription begin(Zone.Surroundings surroundings) {
    TimeSource time = surroundings.time();
    DnsMetrics metrics = new DnsMetrics(surroundings.metrics());
    figures.show(metrics, time);
    metrics.collisions(
        apex.origin().toString(),
        () -> {
          synchronized (lock) {
            return records.collisionCount();
          }
        });
    // The first update of a subscription starts at nothing, and so do the records.
    GeneratedRecords fresh = generation.get();
    awaited = fresh;
    return source.subscribe(
        surroundings.executor(), update -> follow(update, fresh, time, metrics));
  }

  private void follow(
      ClusterUpdate update, GeneratedRecords fresh, TimeSource time, DnsMetrics metrics) {
    synchronized (lock) {
      if (fresh != awaited) {
        return;
      }
      ZoneSnapshot before = published.snapshot();
      long event = eventSeconds(update, time.wallMillis() / 1000, before == null);
      if (before == null || records != fresh) {
        before = ZoneSnapshot.empty(apex, serialBefore(before, event));
        records = fresh;
      }
      fresh.apply(update);
      ZoneSnapshot next = fresh.commit(before, event);
      made = new Made(update.after(), next);
      published.publish(next);
      figures.changed(time);
      if (update.sinceNanos() != ClusterUpdate.NO_TIME) {
        metrics.delay(apex.origin().toString()).accept(time.nanos() - update.sinceNanos());
      }
      for (Map.Entry<RefusalCode, Integer> refusal : fresh.takeRefusalCounts().entrySet()) {
        metrics.skipped(apex.origin().toString(), refusal.getKey().tag()).add(refusal.getValue());
      }
    }
  }

  private long serialBefore(@Nullable ZoneSnapshot before, long event) {
    if (before != null) {
      return before.serial();
    }
    long known = lastSerial.getAsLong() & 0xffff_ffffL;
    long fresh = (event - 1) & 0xffff_ffffL;
    return known != 0 && (int) (known - fresh) > 0 ? known : fresh; // RFC 1982 §3.2
  }

  /**
   * Unix time of the newest status in the update; the present time for a first state that has none,
   * since a serial must not start below what secondaries may have.
   */
  private static long eventSeconds(ClusterUpdate update, long nowSeconds, boolean isFirst) {
    double newest = 0;
    for (Change<Task> change : update.change().tasks()) {
      Task task = change.after();
      if (task != null) {
        for (TaskStatus status : task.statuses()) {
          double time = status.timestampSeconds();
          boolean counts = time > newest && time < nowSeconds + MAX_AHEAD_SECONDS;
          newest = counts ? time : newest;
        }
      }
    }
    return newest == 0 && isFirst ? nowSeconds : (long) newest;
  }

  /** For {@code toString} of the zone. */
  public String toString(String kind) {
    ZoneSnapshot now = published.snapshot();
    return now == null ? kind + "[" + apex.origin() + " waiting]" : now.toString();
  }
}

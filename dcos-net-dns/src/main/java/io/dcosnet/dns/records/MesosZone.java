// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

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
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZonePublisher;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The zone {@code mesos} of a cluster, with the names that Mesos-DNS gives: {@code
 * <task>.<framework>.mesos}, its services, and {@code leader}, {@code master} and {@code slave}.
 *
 * <p>There is no snapshot before the source has its first state; after that the newest one stays,
 * also when the source is lost. The serial follows the times that the tasks' statuses carry, so
 * that two servers of one state agree on it.
 *
 * <p><b>Thread-safe.</b> Records are made on the executor given to {@link #follow}.
 */
public final class MesosZone implements Zone {

  /** A status from further in the future than this says nothing about the time. */
  private static final long MAX_AHEAD_SECONDS = 24 * 3600;

  private final ClusterSource source;
  private final MesosDnsConfig config;
  private final SharedFollowing following = new SharedFollowing();

  // Guards records; held while an update is worked in, or while someone asks for a report.
  private final Object lock = new Object();
  private MesosRecords records;

  private final ZonePublisher published = new ZonePublisher();
  private volatile @Nullable Basis basis;
  private volatile long changedNanos;
  private volatile @Nullable LongSupplier clock; // null before the first snapshot

  private MesosZone(ClusterSource source, MesosDnsConfig config) {
    this.source = requireNonNull(source, "source");
    this.config = requireNonNull(config, "config");
    this.records = new MesosRecords(config);
  }

  /** The zone with Mesos-DNS' defaults. */
  public static MesosZone of(ClusterSource source) {
    return of(source, MesosDnsConfig.defaults());
  }

  public static MesosZone of(ClusterSource source, MesosDnsConfig config) {
    return new MesosZone(source, config);
  }

  public MesosDnsConfig config() {
    return config;
  }

  @Override
  public DomainName origin() {
    return config.apex().origin();
  }

  @Override
  public @Nullable ZoneSnapshot snapshot() {
    return published.snapshot();
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return published.watch(executor, listener);
  }

  /** What could not become a record, and why; sorted. Waits for an update under way. */
  @Override
  public List<Rejection> refused() {
    synchronized (lock) {
      return records.refused();
    }
  }

  /** Names that were wanted for different things, with those. Waits for an update under way. */
  @Override
  public SortedMap<String, List<String>> collisions() {
    synchronized (lock) {
      return records.collisions();
    }
  }

  @Override
  public @Nullable Duration age() {
    LongSupplier now = clock;
    return now == null ? null : Duration.ofNanos(now.getAsLong() - changedNanos);
  }

  /**
   * A snapshot and the state of the cluster that it was made from: for lists of records by what
   * wants them, which the snapshot alone does not tell. <b>Immutable.</b>
   */
  public record Basis(ClusterState cluster, ZoneSnapshot snapshot) {}

  /** The newest snapshot with its cluster, null before the first; never blocks. */
  public @Nullable Basis basis() {
    return basis;
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    requireNonNull(surroundings, "surroundings");
    return following.join(() -> begin(surroundings));
  }

  private Subscription begin(Surroundings surroundings) {
    TimeSource time = surroundings.time();
    DnsMetrics metrics = new DnsMetrics(surroundings.metrics());
    String name = origin().toString();
    metrics.serial(name, () -> read(ZoneSnapshot::serial));
    metrics.records(name, () -> read(ZoneSnapshot::recordCount));
    metrics.age(name, () -> (time.nanos() - changedNanos) / 1_000_000_000);
    metrics.collisions(
        name,
        () -> {
          synchronized (lock) {
            return records.collisionCount();
          }
        });
    // The first update of a subscription starts at nothing, and so do the records.
    MesosRecords fresh = new MesosRecords(config);
    return source.subscribe(
        surroundings.executor(), update -> follow(update, fresh, time, metrics));
  }

  private long read(ToLongFunction<ZoneSnapshot> figure) {
    ZoneSnapshot now = published.snapshot();
    return now == null ? 0 : figure.applyAsLong(now);
  }

  private void follow(
      ClusterUpdate update, MesosRecords fresh, TimeSource time, DnsMetrics metrics) {
    synchronized (lock) {
      ZoneSnapshot before = published.snapshot();
      long event = eventSeconds(update, time.wallMillis() / 1000, before == null);
      if (before == null || records != fresh) {
        long serial = before == null ? event - 1 : before.serial();
        before = ZoneSnapshot.empty(config.apex(), serial & 0xffff_ffffL);
        records = fresh;
      }
      fresh.apply(update);
      ZoneSnapshot next = fresh.commit(before, event);
      basis = new Basis(update.after(), next);
      published.publish(next);
      changedNanos = time.nanos();
      clock = time::nanos;
      if (update.sinceNanos() != ClusterUpdate.NO_TIME) {
        metrics.delay(origin().toString()).accept(changedNanos - update.sinceNanos());
      }
      for (Map.Entry<RefusalCode, Integer> refusal : fresh.takeRefusalCounts().entrySet()) {
        metrics.skipped(origin().toString(), refusal.getKey().tag()).add(refusal.getValue());
      }
    }
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

  @Override
  public String toString() {
    ZoneSnapshot now = published.snapshot();
    return now == null ? "MesosZone[" + origin() + " waiting]" : now.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.follow.ClusterFollowing;
import io.dcosnet.dns.zone.RecordOrigin;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneListener;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The zone {@code mesos} of a cluster, with the names that Mesos-DNS gives: {@code
 * <task>.<framework>.mesos}, its services, and {@code leader}, {@code master} and {@code slave}.
 *
 * <p>There is no snapshot before the source has its first state; after that the newest one stays,
 * also when the source is lost. The serial follows the times that the tasks' statuses carry, so
 * that servers of one state agree on it as far as {@code docs/zone-serials.md} says.
 *
 * <p><b>Thread-safe.</b> Records are made on the executor given to {@link #follow}.
 */
public final class MesosZone implements Zone {

  private final MesosDnsConfig config;
  private final ClusterFollowing following;

  private MesosZone(ClusterSource source, MesosDnsConfig config, LongSupplier lastSerial) {
    this.config = requireNonNull(config, "config");
    this.following =
        new ClusterFollowing(
            source, config.apex(), lastSerial, () -> new MesosRecords(config).generated());
  }

  /** The zone with Mesos-DNS' defaults. */
  public static MesosZone of(ClusterSource source) {
    return of(source, MesosDnsConfig.defaults());
  }

  public static MesosZone of(ClusterSource source, MesosDnsConfig config) {
    return new MesosZone(source, config, () -> 0);
  }

  /**
   * A zone that goes on from a serial that it had before, in an earlier process of this server.
   *
   * @param lastSerial 0 up to 2^32-1, 0 when unknown; asked for when the first state is there
   */
  public static MesosZone of(ClusterSource source, MesosDnsConfig config, LongSupplier lastSerial) {
    return new MesosZone(source, config, lastSerial);
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
    return following.published().snapshot();
  }

  @Override
  public Subscription watch(Executor executor, ZoneListener listener) {
    return following.published().watch(executor, listener);
  }

  @Override
  public @Nullable Duration age() {
    return following.age();
  }

  /**
   * A snapshot and the state of the cluster that it was made from: for lists of records by what
   * wants them, which the snapshot alone does not tell. <b>Immutable.</b>
   */
  public record Basis(ClusterState cluster, ZoneSnapshot snapshot) {}

  /** The newest snapshot with its cluster, null before the first; never blocks. */
  public @Nullable Basis basis() {
    ClusterFollowing.Made made = following.made();
    return made == null ? null : new Basis(made.cluster(), made.snapshot());
  }

  @Override
  public Subscription follow(Surroundings surroundings) {
    return following.follow(surroundings);
  }

  /**
   * {@inheritDoc} Looks through all tasks, which takes some milliseconds for 50 000 of them. The
   * event of a task is its newest status.
   */
  @Override
  public List<RecordOrigin> origins(DomainName name) {
    return following.origins(name);
  }

  /** What could not become a record, and why; sorted. Waits for an update under way. */
  @Override
  public List<Rejection> refused() {
    return following.refused();
  }

  /** Names that were wanted for different things, with those. Waits for an update under way. */
  @Override
  public SortedMap<String, List<String>> collisions() {
    return following.collisions();
  }

  @Override
  public String toString() {
    return following.toString("MesosZone");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.gossip.sim.SimulatedNode;
import io.dcosnet.sources.exchange.FactPublisher;
import io.dcosnet.sources.exchange.FactSource;
import io.dcosnet.sources.exchange.PersistedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a node runs from one start to the next crash: facts from its replica of the store, kept on
 * its disk, and the zone made of them.
 */
final class NodeLife {

  final ClusterPublisher master = ClusterPublisher.create();
  final ReplicatedStore store;
  final FactPublisher publisher;
  final PersistedSource persisted;
  final MesosZone zone;

  private final WatchedScheduler scheduler;
  private final List<CompletableFuture<Void>> starts = new ArrayList<>();
  private @Nullable String wentBack;
  private boolean denied;

  /**
   * Begins it, from within the simulation.
   *
   * @param disk with what the lives before it have saved
   */
  NodeLife(SimulatedNode node, MemoryPlace disk) {
    scheduler = new WatchedScheduler(node.scheduler());
    store = node.store();
    FactSource facts = FactSource.create(store, scheduler, scheduler, MetricsSink.none());
    persisted = PersistedSource.create(facts, disk, scheduler, scheduler, MetricsSink.none());
    publisher = FactPublisher.create(facts, master);
    zone = MesosZone.of(persisted);
    for (Lifecycle part : List.of(persisted, facts, publisher)) {
      starts.add(part.start().toCompletableFuture());
    }
    zone.follow(new Zone.Surroundings(scheduler, scheduler.time(), MetricsSink.none()));
    zone.watch(scheduler, this::watch);
  }

  private void watch(@Nullable ZoneSnapshot before, ZoneSnapshot after) {
    denied |= after.nameCount() == 0 && !after.isPartial();
    if (before != null && (int) (after.serial() - before.serial()) < 0) {
      wentBack = before.serial() + " to " + after.serial();
    }
  }

  /** Nothing failed, names may be answered, no serial has gone back, no zone was ever empty. */
  ZoneSnapshot checked() {
    assertThat(starts).allMatch(start -> start.isDone() && !start.isCompletedExceptionally());
    assertThat(scheduler.failures()).isEmpty();
    assertThat(wentBack).isNull();
    assertThat(denied).isFalse();
    ZoneSnapshot snapshot = zone.snapshot();
    if (snapshot == null) {
      throw new AssertionError("nothing to answer from");
    }
    return snapshot;
  }
}

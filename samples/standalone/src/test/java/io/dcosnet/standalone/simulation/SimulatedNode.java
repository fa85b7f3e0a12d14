// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.sources.exchange.FactPublisher;
import io.dcosnet.sources.exchange.FactSource;
import io.dcosnet.sources.exchange.PersistedSource;
import io.dcosnet.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node runs: facts from the store, kept on its disk, and the zone made of them. */
final class SimulatedNode {

  final ClusterPublisher master = ClusterPublisher.create();
  final FactPublisher publisher;
  final PersistedSource persisted;
  final MesosZone zone;

  private final VirtualTime time;
  private final FactSource facts;
  private final Subscription following;
  private final Subscription watching;
  private @Nullable String wentBack;
  private boolean denied;

  SimulatedNode(ReplicatedStore store, Path disk, VirtualTime time) {
    this.time = time;
    facts = FactSource.create(store, time, time, MetricsSink.none());
    persisted = PersistedSource.create(facts, disk, time, time, MetricsSink.none());
    publisher = FactPublisher.create(facts, master);
    zone = MesosZone.of(persisted);
    List.of(persisted, facts, publisher).forEach(this::start);
    following = zone.follow(new Zone.Surroundings(time, time, MetricsSink.none()));
    watching = zone.watch(time, this::watch);
  }

  private void start(Lifecycle part) {
    var started = part.start();
    time.runReady();
    assertThat(started).isCompleted();
  }

  private void watch(@Nullable ZoneSnapshot before, ZoneSnapshot after) {
    denied |= after.nameCount() == 0 && !after.isPartial();
    if (before != null && (int) (after.serial() - before.serial()) < 0) {
      wentBack = before.serial() + " to " + after.serial();
    }
  }

  /** Names may be answered, no serial has gone back, and the zone was never empty. */
  ZoneSnapshot checked() {
    assertThat(wentBack).isNull();
    assertThat(denied).isFalse();
    ZoneSnapshot snapshot = zone.snapshot();
    if (snapshot == null) {
      throw new AssertionError("nothing to answer from");
    }
    return snapshot;
  }

  void stop() {
    watching.close();
    following.close();
    for (Lifecycle part : List.of(publisher, facts, persisted)) {
      var stopped = part.stop(Duration.ZERO);
      time.runReady();
      assertThat(stopped).isCompleted();
    }
  }
}

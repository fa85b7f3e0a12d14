// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.StoreRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreDiskTest {

  private final Simulation simulation = Simulation.of(1);
  private final SimulatedNode host = simulation.addAll(1, node -> {}).get(0);
  private final StoreDisk disk = new StoreDisk();
  private final NodeId self = host.id();
  private final List<String> told = new ArrayList<>();
  private StoreSettings settings = StoreSettings.lan();
  private StoreDisk.@Nullable Loaded life;
  private long epoch = World.WALL_MILLIS;
  private long lastTime = World.WALL_MILLIS << 16;

  private NodeProcess process() {
    return requireNonNull(host.process);
  }

  private StoreDisk.Loaded life() {
    return requireNonNull(life);
  }

  private void start() {
    if (host.process == null) {
      simulation.start(host);
    }
    life = disk.start(self, ++epoch, settings, process(), process().world::now);
  }

  private void put(String key) {
    Delta delta = life().state().update(key, List.of(new CrdtOp.Put(Bytes.utf8(key))), ++lastTime);
    life().log().append(StoreRecord.of(delta), true, fault -> told.add(key + fault));
  }

  private int generation() {
    return life().state().self().generation();
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void aKilledProcessLosesNothing(Sync sync) {
    settings = settings.withSync(sync);
    start();
    for (int i = 0; i < 100; i++) {
      put("key" + i);
    }
    start();

    assertThat(life().state().keys()).isEqualTo(100);
    assertThat(generation()).isEqualTo(1);
  }

  @Test
  void whatIsSyncedOutlivesThePowerAndTheRestMayGo() {
    start();
    put("old");
    simulation.advance(Duration.ofMillis(250));
    int fewest = 100;
    for (int loss = 0; loss < 20; loss++) {
      put("new" + loss);
    }
    for (int loss = 0; loss < 20; loss++) {
      StoreDisk copy = disk.copy();
      copy.losePower(new SplittableRandom(loss), process().world.now());
      StoreDisk.Loaded after =
          copy.start(self, epoch + 1, settings, process(), process().world::now);
      assertThat(after.state().cell("old").isGhost()).isFalse();
      assertThat(after.state().self().generation()).isEqualTo(2);
      fewest = Math.min(fewest, after.state().keys());
    }
    assertThat(fewest).isLessThan(21);
  }

  @Test
  void whereEachWriteIsSyncedOneIsSafeOnlyAMomentLater() {
    settings = settings.withSync(Sync.EACH);
    start();
    put("a");
    assertThat(told).isEmpty();
    simulation.advance(Duration.ofMillis(2));
    assertThat(told).containsExactly("a");
    disk.losePower(new SplittableRandom(1), process().world.now());
    start();

    assertThat(life().state().keys()).isEqualTo(1);
    assertThat(generation()).isEqualTo(1);
  }

  @Test
  void whatIsSettledOutlivesThePower() {
    settings = settings.withSync(Sync.NONE);
    start();
    put("a");
    life().log().settled(() -> told.add("settled"));
    simulation.advance(Duration.ofMillis(2));
    assertThat(told).containsExactly("a", "settled");
    disk.losePower(new SplittableRandom(3), process().world.now());
    start();

    assertThat(life().state().keys()).isEqualTo(1);
  }

  @Test
  void anImageTakesThePlaceOfRecords() {
    start();
    for (int i = 0; !life().log().wantsSnapshot(); i++) {
      put("key" + i % 10);
    }
    life().log().snapshot(life().state().image());
    put("behind");
    start();

    assertThat(life().state().keys()).isEqualTo(11);
    assertThat(life().log().wantsSnapshot()).isFalse();
  }

  @Test
  void whoWasAwayTooLongStartsEmptyAsAnotherReplica() {
    start();
    put("a");
    disk.contact(World.WALL_MILLIS - Duration.ofDays(8).toMillis());
    start();

    assertThat(life().state().keys()).isZero();
    assertThat(generation()).isEqualTo(2);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.ReplicaId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreFilesOnBadDiskTest {

  private static final ReplicaId FIRST = new ReplicaId(StoreLives.NODE, 1);
  private static final ReplicaId SECOND = new ReplicaId(StoreLives.NODE, 2);

  @TempDir private Path directory;
  private StoreLives node;

  @BeforeEach
  void start() {
    node = new StoreLives(directory.resolve("data"));
  }

  @AfterEach
  void stop() {
    node.isFull.set(false);
    node.close();
  }

  private void heal() {
    node.isFull.set(false);
    node.time.advance(StoreFiles.RETRY);
    node.until(() -> node.metrics.gauge("dcosnet.gossip.kv.log.failing") == 0);
  }

  @Test
  void eachWriteIsToldAboutAFullDiskAndTheStoreGoesOnInMemory() {
    node.put("a", "1");
    node.told(1);
    node.isFull.set(true);
    node.put("a", "2");
    node.put("b", "3");
    assertThat(node.told(3))
        .containsExactly(
            "a is safe", "a failed: No space left on device", "b failed: No space left on device");
    node.put("c", "4");
    assertThat(node.told(4)).last().isEqualTo("c failed: No space left on device");

    assertThat(node.get("a")).isEqualTo("2");
    assertThat(node.metrics.gauge("dcosnet.gossip.kv.log.failing")).isEqualTo(1);
  }

  @Test
  void afterTheDiskHasRoomAgainAllOfItIsThere() {
    node.put("a", "1");
    node.told(1);
    node.isFull.set(true);
    node.put("b", "2");
    node.told(2);
    node.take("c", "3");
    heal();
    node.put("d", "4");
    assertThat(node.told(4)).last().isEqualTo("d is safe");
    node.killed();

    assertThat(List.of("a", "b", "c", "d"))
        .extracting(node::get)
        .containsExactly("1", "2", "3", "4");
    assertThat(node.id()).isEqualTo(FIRST);
  }

  @Test
  void whatIsWrittenWhileTheImageIsUnderWayIsSafeOnlyBehindIt() {
    node.sync(Sync.EACH).restart();
    node.isFull.set(true);
    node.put("a", "1");
    node.told(1);
    node.isFull.set(false);
    node.time.advance(StoreFiles.RETRY);
    int before = node.told.size();
    List<String> expected = new ArrayList<>();
    while (node.metrics.gauge("dcosnet.gossip.kv.log.failing") == 1) {
      node.put("b", "2");
      expected.add(
          node.told.size() > before && node.told.get(before).contains("failed")
              ? "b failed: No space left on device"
              : "b is safe");
      node.time.runReady();
    }
    node.put("c", "3");
    node.until(() -> node.told.contains("c is safe"));
    node.killed();

    assertThat(List.of("a", "b", "c")).extracting(node::get).containsExactly("1", "2", "3");
    assertThat(node.id()).isEqualTo(FIRST);
    assertThat(expected).isNotEmpty();
  }

  @Test
  void whoIsKilledWhileTheDiskIsFullGoesOnAsAnotherReplica() {
    node.put("a", "1");
    node.told(1);
    node.isFull.set(true);
    node.put("b", "2");
    node.told(2);
    node.until(() -> node.names(MarkFile.NAME).equals(List.of(MarkFile.INCOMPLETE)));
    node.isFull.set(false);
    node.killed();

    assertThat(node.get("a")).isEqualTo("1");
    assertThat(node.get("b")).isEqualTo("-");
    assertThat(node.id()).isEqualTo(SECOND);
    assertThat(node.names(MarkFile.NAME)).containsExactly(MarkFile.NAME);
  }

  @Test
  void whoStopsWhileTheDiskIsFullGoesOnAsAnotherReplicaToo() {
    node.isFull.set(true);
    node.put("b", "2");
    node.told(1);
    node.stop(true);
    node.isFull.set(false);
    node.start();

    assertThat(node.id()).isEqualTo(SECOND);
  }

  @Test
  void aDiskThatStaysFullIsTriedAgainAndAgain() {
    node.isFull.set(true);
    node.put("a", "1");
    node.told(1);
    for (int i = 0; i < 5; i++) {
      long before = node.metrics.count("dcosnet.gossip.kv.log.failures");
      node.time.advance(StoreFiles.RETRY);
      node.until(() -> node.metrics.count("dcosnet.gossip.kv.log.failures") > before);
    }
    heal();
    node.restart();
    assertThat(node.get("a")).isEqualTo("1");
  }

  @Test
  void nothingSettlesOnAFullDisk() {
    node.isFull.set(true);
    List<String> settled = new ArrayList<>();
    node.files().settled(() -> settled.add("on a full disk"));
    node.put("a", "1");
    node.told(1);
    node.files().settled(() -> settled.add("after the failure"));
    heal();
    node.files().settled(() -> settled.add("after it was healed"));
    node.until(() -> !settled.isEmpty());

    assertThat(settled).containsExactly("after it was healed");
  }

  @Test
  void aDamageThatShowsWhenItIsOpenedAnewCostsNothing() throws IOException {
    node.put("a", "1");
    node.told(1);
    node.isFull.set(true);
    node.put("b", "2");
    node.told(2);
    Files.write(node.journal().resolve("log-000000000000000001"), new byte[50]);
    heal();
    node.killed();

    assertThat(node.get("a")).isEqualTo("1");
    assertThat(node.get("b")).isEqualTo("2");
  }

  @Test
  void anImageTakesThePlaceOfALongLogAndWhatCameMeanwhileStaysBehindIt() throws IOException {
    byte[] random = new byte[600_000];
    for (int i = 0; !node.files().wantsSnapshot(); i++) {
      new Random(i).nextBytes(random);
      node.put("large", HexFormat.of().formatHex(random));
      node.told(i + 1);
      assertThat(i).isLessThan(20);
    }
    node.put("large", "small again");
    node.files().snapshot(node.files().state().image());
    assertThat(node.files().wantsSnapshot()).isFalse();
    node.put("meanwhile", "1");
    node.until(() -> !node.metrics.values("dcosnet.gossip.kv.snapshot.nanos").isEmpty());
    assertThat(node.metrics.gauge("dcosnet.gossip.kv.log.bytes")).isLessThan(1000);
    node.killed();

    assertThat(node.get("large")).isEqualTo("small again");
    assertThat(node.get("meanwhile")).isEqualTo("1");
    assertThat(node.id()).isEqualTo(FIRST);
  }

  @Test
  void anImageThatCannotBeWrittenCostsNothing() throws IOException {
    node.put("a", "1");
    node.told(1);
    Files.createDirectory(node.journal().resolve("snapshot-000000000000000001.new"));
    node.files().snapshot(node.files().state().image());
    node.put("b", "2");
    assertThat(node.told(2)).last().isEqualTo("b is safe");
    node.until(() -> node.metrics.count("dcosnet.gossip.kv.snapshot.failures") == 1);
    Files.delete(node.journal().resolve("snapshot-000000000000000001.new"));
    node.files().snapshot(node.files().state().image());
    node.until(() -> !node.metrics.values("dcosnet.gossip.kv.snapshot.nanos").isEmpty());
    node.restart();

    assertThat(node.get("b")).isEqualTo("2");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.ReplicaId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class StoreFilesTest {

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
    node.close();
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void whatWasWrittenIsThereAfterARestart(Sync sync) {
    node.sync(sync).restart();
    node.put("a", "1");
    node.put("b", "2");
    node.put("a", "3");
    assertThat(node.told(3)).containsExactly("a is safe", "b is safe", "a is safe");
    node.restart();

    assertThat(node.get("a")).isEqualTo("3");
    assertThat(node.get("b")).isEqualTo("2");
    assertThat(node.id()).isEqualTo(FIRST);
    assertThat(node.put("c", "4")).isEqualTo(new Dot(FIRST, 4));
  }

  @Test
  void answersComeInTheOrderOfTheCallsAndWhatIsOfOthersIsNotWaitedFor() {
    node.sync(Sync.EACH).restart();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      if (i % 3 == 0) {
        node.take("key" + i, "theirs");
        expected.add("key" + i + " is taken");
      } else {
        node.put("key" + i, "ours");
        expected.add("key" + i + " is safe");
      }
    }
    assertThat(node.told(200)).isEqualTo(expected);

    node.take("at once", "theirs");
    assertThat(node.told).hasSize(201);
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void aKilledProcessGoesOnAsTheSameReplica(Sync sync) {
    node.sync(sync).restart();
    node.put("a", "1");
    node.told(1);
    node.killed();

    assertThat(node.get("a")).isEqualTo("1");
    assertThat(node.id()).isEqualTo(FIRST);
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void aSystemThatWentDownMayHaveLostTheLastWritesUnlessEachWasSynced(Sync sync) {
    node.sync(sync).restart();
    node.put("a", "1");
    node.told(1);
    node.crashed();

    assertThat(node.get("a")).isEqualTo("1");
    assertThat(node.id()).isEqualTo(sync == Sync.EACH ? FIRST : SECOND);
  }

  @Test
  void anEndInOrderBeforeTheSystemWentDownLosesNothing() {
    node.put("a", "1");
    node.reboot();
    node.restart();

    assertThat(node.get("a")).isEqualTo("1");
    assertThat(node.id()).isEqualTo(FIRST);
  }

  @Test
  void aDamagedLogIsSetAsideAndTheNodeStartsEmptyAsAnotherReplica() throws IOException {
    node.put("a", "1");
    node.told(1);
    node.stop(true);
    Files.write(node.journal().resolve("log-000000000000000001"), new byte[100]);
    node.start();

    assertThat(node.get("a")).isEqualTo("-");
    assertThat(node.id()).isEqualTo(SECOND);
    assertThat(node.names("kv")).containsExactly("kv", "kv.damaged-" + node.time.wallMillis());
    assertThat(node.metrics.count("dcosnet.gossip.kv.log.set.aside", "reason", "damaged"))
        .isEqualTo(1);
    node.put("b", "2");
    node.told(2);
    node.restart();
    assertThat(node.get("b")).isEqualTo("2");
    assertThat(node.id()).isEqualTo(SECOND);
  }

  @Test
  void aLogThatIsNoneOfAStoreIsSetAsideToo() {
    node.files().append(Bytes.utf8("no record"), true, node.told::add);
    node.told(1);
    node.restart();

    assertThat(node.id()).isEqualTo(SECOND);
    assertThat(node.names("kv.damaged")).hasSize(1);
  }

  @Test
  void aLostDirectoryMakesAnotherReplica() throws IOException {
    node.put("a", "1");
    node.stop(true);
    Files.move(node.journal(), node.file("elsewhere"));
    node.start();

    assertThat(node.get("a")).isEqualTo("-");
    assertThat(node.id()).isEqualTo(SECOND);
  }

  @Test
  void aLostOrUnreadableMarkMakesAReplicaThatNobodyWasAndKeepsTheData() throws IOException {
    node.put("a", "1");
    node.stop(true);
    Files.write(node.file(MarkFile.NAME), new byte[40]);
    node.start();
    ReplicaId next = node.id();
    assertThat(next.generation()).isGreaterThan(1_000_000);
    assertThat(node.get("a")).isEqualTo("1");

    node.stop(true);
    Files.delete(node.file(MarkFile.NAME));
    node.time.advance(Duration.ofSeconds(2));
    node.start();
    assertThat(node.id().generation()).isGreaterThan(next.generation());
    assertThat(node.get("a")).isEqualTo("1");
  }

  @Test
  void aTornTailIsCutOffAndCounted() throws IOException {
    node.put("a", "1");
    node.told(1);
    node.stop(true);
    Files.write(
        node.journal().resolve("log-000000000000000001"),
        new byte[] {1, 2, 3},
        StandardOpenOption.APPEND);
    node.start();

    assertThat(node.get("a")).isEqualTo("1");
    assertThat(node.metrics.count("dcosnet.gossip.kv.log.truncated")).isEqualTo(1);
  }

  @Test
  void whoWasAwayTooLongSetsItsDataAside() {
    node.put("a", "1");
    node.told(1);
    node.stop(true);
    node.time.advance(Duration.ofDays(7).plusSeconds(1));
    node.start();

    assertThat(node.get("a")).isEqualTo("-");
    assertThat(node.id()).isEqualTo(SECOND);
    assertThat(node.names("kv.stale")).hasSize(1);
    node.restart();
    assertThat(node.names("kv.stale")).hasSize(1);
  }

  @Test
  void whoNeverMetAnyoneKeepsItsDataHoweverLong() {
    node.put("a", "1");
    node.told(1);
    node.stop(false);
    node.time.advance(Duration.ofDays(100));
    node.start();

    assertThat(node.get("a")).isEqualTo("1");
    assertThat(node.id()).isEqualTo(FIRST);
  }

  @Test
  void aContactOfAKilledNodeCountsFromAtMostTenMinutesBefore() {
    node.put("a", "1");
    node.told(1);
    for (int minute = 0; minute < 60; minute++) {
      node.time.advance(Duration.ofMinutes(1));
      node.files().contact();
    }
    node.until(() -> node.contact().equals(Duration.ofMinutes(9)));
    node.time.advance(Duration.ofDays(7).minusMinutes(11));
    node.killed();
    assertThat(node.get("a")).isEqualTo("1");

    node.time.advance(Duration.ofMinutes(12));
    node.killed();
    assertThat(node.get("a")).isEqualTo("-");
  }

  @Test
  void anotherUserOfTheDirectoryIsNamed() {
    assertThatThrownBy(node::start)
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("in use by this process");
    assertThat(node.names("kv")).containsExactly("kv");
  }

  @Test
  void aReplicaThatWritesUnderAnotherIdIsFoundUnderItAgain() {
    node.put("a", "1");
    node.files().state().become(SECOND);
    node.put("a", "2");
    node.told(2);
    node.killed();

    assertThat(node.id()).isEqualTo(SECOND);
    assertThat(node.put("a", "3")).isEqualTo(new Dot(SECOND, 2));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.DurableStore.Batch;
import io.dcosnet.api.store.DurableStore.Check;
import io.dcosnet.api.store.DurableStore.Committed;
import io.dcosnet.api.store.DurableStore.Conflict;
import io.dcosnet.api.store.DurableStore.Outcome;
import io.dcosnet.api.store.DurableStore.Snapshot;
import io.dcosnet.api.store.DurableStore.Unknown;
import io.dcosnet.api.store.SimulatedDisk.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileDurableStoreTest {

  private final SimulatedDisk disk = new SimulatedDisk();

  private static Batch put(String key, String value) {
    return new Batch(0, List.of(), Map.of(key, Bytes.utf8(value)), Set.of());
  }

  private static FileDurableStore open(Disk disk, JournaledStore.Limits limits) {
    return FileDurableStore.open(
        disk, JournalStory.DIRECTORY, TimeSource.system(), MetricsSink.none(), limits);
  }

  private FileDurableStore open() {
    return open(disk, JournaledStore.Limits.DEFAULT);
  }

  private static Outcome commit(DurableStore store, String key, String value) {
    return store.commit(put(key, value)).toCompletableFuture().join();
  }

  private static Set<String> keys(DurableStore store) {
    return store.load().toCompletableFuture().join().entries().keySet();
  }

  @Test
  void refusesEverythingAfterAFailedSyncUntilItIsLoadedAgain() {
    FileDurableStore store = open();
    assertThat(commit(store, "a", "1")).isInstanceOf(Committed.class);
    disk.failAt(disk.calls() + 1, Fault.SYNC_LIES);

    assertThat(commit(store, "b", "1"))
        .isInstanceOfSatisfying(
            Unknown.class,
            unknown ->
                assertThat(unknown.reason()).contains("load again").contains("Input/output"));
    assertThat(commit(store, "c", "1")).isInstanceOf(Unknown.class);

    // The unknown one happens to be there; what was refused later is not.
    assertThat(keys(store)).containsExactly("a", "b");
    assertThat(commit(store, "d", "1")).isInstanceOf(Committed.class);
    store.close();
    assertThat(keys(open(disk.afterKill(), JournaledStore.Limits.DEFAULT)))
        .containsExactly("a", "b", "d");
  }

  @Test
  void recoversFromAFullDiskByItselfWhenLoadedAgain() {
    FileDurableStore store = open();
    commit(store, "a", "1");
    disk.failAt(disk.calls(), Fault.FULL);

    assertThat(commit(store, "b", "1")).isInstanceOf(Unknown.class);
    assertThat(keys(store)).containsExactly("a"); // existing state is still served
    assertThat(commit(store, "b", "1")).isInstanceOf(Unknown.class);
    disk.makeRoom();
    assertThat(commit(store, "b", "1")).isInstanceOf(Unknown.class);
    assertThat(keys(store)).containsExactly("a");
    assertThat(commit(store, "b", "1")).isInstanceOf(Committed.class);
    store.close();
  }

  @Test
  void takesTheLeadAfterAFailureByReadingFirst() {
    FileDurableStore store = open();
    disk.failAt(disk.calls(), Fault.FAILS);
    assertThat(commit(store, "a", "1")).isInstanceOf(Unknown.class);

    assertThat(store.newEpoch().toCompletableFuture().join()).isEqualTo(1);

    assertThat(keys(store)).isEmpty();
    store.close();
  }

  @Test
  void failsToLoadAsLongAsTheDiskDoes() {
    FileDurableStore store = open();
    disk.failAt(disk.calls(), Fault.KILLED_BEFORE); // nothing works any more

    assertThat(commit(store, "a", "1")).isInstanceOf(Unknown.class);
    for (int i = 0; i < 2; i++) {
      assertThat(store.load().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withCauseInstanceOf(DcosNetException.class);
    }
    assertThat(commit(store, "a", "1")).isInstanceOf(Unknown.class);
    store.close();
  }

  @Test
  void writesASnapshotAfterSoManyRecords() throws Exception {
    FileDurableStore store = open(disk, new JournaledStore.Limits(10, 1 << 20, 1000, 1 << 20));
    for (int i = 0; i < 35; i++) {
      commit(store, "key " + i % 3, "" + i);
    }
    store.close();

    assertThat(disk.list(JournalStory.DIRECTORY))
        .contains("snapshot-000000000000000020", "snapshot-000000000000000030")
        .doesNotContain("snapshot-000000000000000010", "log-000000000000000001");
    FileJournal journal =
        FileJournal.open(disk, JournalStory.DIRECTORY, TimeSource.system(), MetricsSink.none());
    assertThat(journal.recovered().records()).hasSize(5);
    journal.close();
  }

  @Test
  void writesASnapshotAfterSoManyBytes() throws Exception {
    FileDurableStore store = open(disk, new JournaledStore.Limits(1000, 5000, 1000, 1 << 20));
    for (int i = 0; i < 12; i++) {
      commit(store, "key", "x".repeat(1000));
    }
    store.close();

    assertThat(disk.list(JournalStory.DIRECTORY))
        .contains("snapshot-000000000000000005", "snapshot-000000000000000010");
  }

  @Test
  void countsWhatItFoundTowardsTheNextSnapshot() throws Exception {
    JournaledStore.Limits limits = new JournaledStore.Limits(10, 1 << 20, 1000, 1 << 20);
    for (int i = 0; i < 10; i++) {
      FileDurableStore store = open(disk, limits);
      commit(store, "key", "" + i);
      store.close();
    }

    assertThat(disk.list(JournalStory.DIRECTORY)).contains("snapshot-000000000000000010");
  }

  @Test
  void goesOnWhenASnapshotCannotBeWritten() {
    FileDurableStore store = open(disk, new JournaledStore.Limits(3, 1 << 20, 1000, 1 << 20));
    commit(store, "a", "1");
    commit(store, "b", "1");
    disk.failAt(disk.calls() + 3, Fault.FAILS); // write, sync, create, write of the snapshot
    commit(store, "c", "1");

    for (int i = 0; i < 4; i++) {
      assertThat(commit(store, "d", "" + i)).isInstanceOf(Committed.class);
    }
    assertThat(disk.hasFailed()).isTrue();
    store.close();
    assertThat(keys(open(disk, JournaledStore.Limits.DEFAULT))).containsExactly("a", "b", "c", "d");
  }

  @Test
  void refusesWhatIsTooMuchAtOnceAndKeepsTheRest() {
    FileDurableStore store = open(disk, new JournaledStore.Limits(1000, 1 << 20, 5, 1 << 20));
    List<CompletionStage<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      outcomes.add(store.commit(put("key " + i, "x")));
    }
    int refused = 0;
    int committed = 0;
    for (CompletionStage<Outcome> outcome : outcomes) {
      Object end =
          outcome
              .handle((done, fault) -> fault == null ? done : fault)
              .toCompletableFuture()
              .join();
      if (end instanceof Committed) {
        committed++;
      } else {
        assertThat(end).asString().contains("on their way");
        refused++;
      }
    }

    assertThat(refused).isPositive();
    assertThat(keys(store)).hasSize(committed);
    assertThat(commit(store, "after", "1")).isInstanceOf(Committed.class);
    store.close();
  }

  @Test
  void tellsNothingThatRestsOnWhatIsNotSafeYet() throws InterruptedException {
    BlockingDisk blocking = new BlockingDisk();
    FileDurableStore store = open(blocking, JournaledStore.Limits.DEFAULT);
    blocking.block();
    CompletableFuture<Outcome> first = store.commit(put("a", "1")).toCompletableFuture();
    blocking.awaitSync();
    Batch onlyIfAbsent =
        new Batch(0, List.of(new Check("a", 0)), Map.of("a", Bytes.utf8("2")), Set.of());
    CompletableFuture<Outcome> second = store.commit(onlyIfAbsent).toCompletableFuture();
    CompletableFuture<Snapshot> loaded = store.load().toCompletableFuture();

    assertThat(List.of(first, second, loaded)).noneMatch(CompletableFuture::isDone);
    blocking.release();

    assertThat(first.join()).isInstanceOf(Committed.class);
    assertThat(second.join()).isEqualTo(new Conflict("a"));
    assertThat(loaded.join().entries()).containsOnlyKeys("a");
    store.close();
  }

  @Test
  void callsAConflictUnknownWhenItsReasonWasLost() throws InterruptedException {
    BlockingDisk blocking = new BlockingDisk();
    FileDurableStore store = open(blocking, JournaledStore.Limits.DEFAULT);
    blocking.block();
    CompletableFuture<Outcome> first = store.commit(put("a", "1")).toCompletableFuture();
    blocking.awaitSync();
    Batch onlyIfAbsent =
        new Batch(0, List.of(new Check("a", 0)), Map.of("a", Bytes.utf8("2")), Set.of());
    CompletableFuture<Outcome> second = store.commit(onlyIfAbsent).toCompletableFuture();
    CompletableFuture<Long> epoch = store.newEpoch().toCompletableFuture();
    blocking.fail();

    assertThat(first.join()).isInstanceOf(Unknown.class);
    assertThat(second.join()).isInstanceOf(Unknown.class);
    assertThat(epoch).failsWithin(10, SECONDS);
    store.close();
  }

  @Test
  void refusesADirectoryOfSomethingElse(@TempDir Path directory) {
    FileJournal journal = FileJournal.open(directory);
    journal.append(99, Bytes.utf8("not a store")).toCompletableFuture().join();
    journal.close();

    assertThatThrownBy(() -> FileDurableStore.open(directory))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("record 1: not of a durable store");
    FileJournal.open(directory).close(); // it has let go of it
  }

  @Test
  void completesWhatIsUnderWayWhenItIsClosed() {
    FileDurableStore store = open();
    CompletionStage<Outcome> outcome = store.commit(put("a", "1"));
    store.close();

    assertThat(outcome.toCompletableFuture())
        .succeedsWithin(10, SECONDS)
        .isInstanceOf(Committed.class);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.SimulatedDisk.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileJournalTest {

  private static final Bytes PAYLOAD = Bytes.utf8("payload");

  @TempDir private Path directory;

  private static FileJournal open(Disk disk) {
    return FileJournal.open(disk, JournalStory.DIRECTORY, TimeSource.system(), MetricsSink.none());
  }

  private static CompletableFuture<Long> append(Journal journal) {
    return journal.append(1, PAYLOAD).toCompletableFuture();
  }

  @Test
  void keepsASecondOpenerOutAndNamesTheHolder() {
    Path journal = directory.resolve("a/b/journal");
    try (FileJournal first = FileJournal.open(journal)) {
      assertThat(append(first).join()).isEqualTo(1);

      assertThatThrownBy(() -> FileJournal.open(journal.resolve("../journal")))
          .isInstanceOf(DcosNetException.class)
          .hasMessageContaining("in use by this process");
    }
    FileJournal.open(journal).close();
  }

  @Test
  void notesItsProcessIdInTheLock() throws IOException {
    try (FileJournal journal = FileJournal.open(directory)) {
      assertThat(journal.recovered().records()).isEmpty();
      assertThat(Files.readString(directory.resolve("LOCK")).strip())
          .isEqualTo("" + ProcessHandle.current().pid());
    }
  }

  @Test
  void releasesTheLockWhenItRefuses() throws IOException {
    FileJournal.open(directory).close();
    Path log = directory.resolve("log-000000000000000001");
    byte[] good = Files.readAllBytes(log);
    Files.write(log, new byte[10]);

    assertThatThrownBy(() -> FileJournal.open(directory))
        .isInstanceOf(DamagedJournalException.class);

    Files.write(log, good);
    FileJournal.open(directory).close();
  }

  @Test
  void saysWhereItCannotBeOpened() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> FileJournal.open(file))
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void takesNothingMoreAfterAFailedSyncUntilOpenedAnew() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    FileJournal journal = open(disk);
    assertThat(append(journal).join()).isEqualTo(1);
    disk.failAt(disk.calls() + 1, Fault.SYNC_LIES); // the write, then its sync

    assertThat(append(journal))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("open it anew")
        .withMessageContaining("Input/output error");
    assertThat(append(journal))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("failed before");
    assertThat(journal.compact(1, PAYLOAD).toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10));
    journal.close();

    FileJournal reopened = open(disk);
    assertThat(reopened.recovered().records()).hasSize(2);
    assertThat(append(reopened).join()).isEqualTo(3);
    reopened.close();
    assertThat(open(disk.afterPowerLoss(new SplittableRandom(1))).recovered().records()).hasSize(3);
  }

  @Test
  void recoversFromAFullDiskOnceThereIsRoom() {
    SimulatedDisk disk = new SimulatedDisk();
    FileJournal journal = open(disk);
    append(journal).join();
    disk.failAt(disk.calls(), Fault.FULL);

    assertThat(append(journal))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("No space left on device");
    journal.close();

    // What is there can be read while the disk is still full.
    FileJournal reopened = open(disk);
    assertThat(reopened.recovered().records()).hasSize(1);
    assertThat(append(reopened)).failsWithin(Duration.ofSeconds(10));
    reopened.close();
    disk.makeRoom();
    try (FileJournal again = open(disk)) {
      assertThat(append(again).join()).isEqualTo(2);
    }
  }

  @Test
  void losesNothingWhenASnapshotCannotBeWritten() {
    SimulatedDisk disk = new SimulatedDisk();
    try (FileJournal journal = open(disk)) {
      append(journal).join();
      disk.failAt(disk.calls() + 1, Fault.FAILS); // creating works, writing fails

      assertThat(journal.compact(1, PAYLOAD).toCompletableFuture())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("compaction failed");

      assertThat(append(journal).join()).isEqualTo(2);
      assertThat(journal.compact(2, PAYLOAD).toCompletableFuture()).succeedsWithin(10, SECONDS);
    }
    assertThat(open(disk).recovered().snapshotNumber()).isEqualTo(2);
  }

  @Test
  void writesWhatWaitsTogetherWithOneSync() throws InterruptedException {
    BlockingDisk disk = new BlockingDisk();
    try (FileJournal journal = open(disk)) {
      int before = disk.syncs.get();
      disk.block();
      CompletableFuture<Long> first = append(journal);
      disk.awaitSync();
      List<CompletableFuture<Long>> waiting = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        waiting.add(append(journal));
      }
      assertThat(first).isNotDone();
      disk.release();

      assertThat(first.join()).isEqualTo(1);
      for (int i = 0; i < 100; i++) {
        assertThat(waiting.get(i).join()).isEqualTo(2 + i);
      }
      assertThat(disk.syncs.get() - before).isEqualTo(2);
    }
  }

  @Test
  void refusesMoreThanMayWaitAndKeepsTheRest() throws InterruptedException {
    BlockingDisk disk = new BlockingDisk();
    try (FileJournal journal = open(disk)) {
      disk.block();
      CompletableFuture<Long> first = append(journal);
      disk.awaitSync();
      Bytes large = Bytes.copyOf(new byte[Journal.MAX_RECORD_BYTES]);
      List<CompletableFuture<Long>> waiting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiting.add(journal.append(1, large).toCompletableFuture());
      }

      assertThat(journal.append(1, large).toCompletableFuture())
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withMessageContaining("wait to be written");

      disk.release();
      assertThat(first.join()).isEqualTo(1);
      assertThat(waiting.get(2).join()).isEqualTo(4);
      assertThat(journal.append(1, large).toCompletableFuture().join()).isEqualTo(5);
    }
  }

  @Test
  void finishesWhatWaitsWhenItIsClosed() throws InterruptedException {
    BlockingDisk disk = new BlockingDisk();
    FileJournal journal = open(disk);
    disk.block();
    List<CompletableFuture<Long>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(append(journal));
    }
    disk.awaitSync();
    disk.release();
    journal.close();

    assertThat(waiting).allSatisfy(done -> assertThat(done).isCompleted());
    assertThat(append(journal))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("closed");
  }

  @Test
  void canBeClosedByWhatItsStagesRun() {
    SimulatedDisk disk = new SimulatedDisk();
    FileJournal journal = open(disk);
    CompletableFuture<Void> closed =
        journal.append(1, PAYLOAD).thenRun(journal::close).toCompletableFuture();

    assertThat(closed).succeedsWithin(10, SECONDS);
    journal.close();
    assertThat(append(journal)).failsWithin(Duration.ZERO);
  }

  @Test
  void survivesAnInterruptOfItsWriter() {
    try (FileJournal journal = FileJournal.open(directory)) {
      CompletableFuture<Void> interrupted =
          journal
              .append(1, PAYLOAD)
              .thenRun(() -> Thread.currentThread().interrupt())
              .toCompletableFuture();
      assertThat(interrupted).succeedsWithin(10, SECONDS);

      assertThat(append(journal).join()).isEqualTo(2);
    }
  }
}

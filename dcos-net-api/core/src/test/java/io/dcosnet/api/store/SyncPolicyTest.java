// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.SimulatedDisk.Fault;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class SyncPolicyTest {

  private static FileJournal open(Disk disk, SyncPolicy policy) {
    return FileJournal.open(
        disk, JournalStory.DIRECTORY, policy, TimeSource.system(), MetricsSink.none());
  }

  private static CompletableFuture<Long> append(Journal journal) {
    return journal.append(1, Bytes.utf8("record")).toCompletableFuture();
  }

  @Test
  void underIntervalARecordDoesNotWaitForTheSyncThatFollows() throws InterruptedException {
    BlockingDisk disk = new BlockingDisk();
    try (FileJournal journal = open(disk, SyncPolicy.INTERVAL)) {
      disk.block();

      assertThat(append(journal)).succeedsWithin(10, SECONDS);
      disk.awaitSync();
      CompletableFuture<Long> meanwhile = append(journal);
      disk.release();
      assertThat(meanwhile).succeedsWithin(10, SECONDS);
    }
  }

  @Test
  void underNoneNothingIsSyncedUntilSomebodyAsks() {
    BlockingDisk disk = new BlockingDisk();
    try (FileJournal journal = open(disk, SyncPolicy.NONE)) {
      int before = disk.syncs.get();
      for (int i = 0; i < 100; i++) {
        append(journal).join();
      }
      assertThat(disk.syncs).hasValue(before);

      assertThat(journal.settled().toCompletableFuture()).succeedsWithin(10, SECONDS);
      assertThat(disk.syncs).hasValue(before + 1);
      assertThat(journal.settled().toCompletableFuture()).succeedsWithin(10, SECONDS);
      assertThat(disk.syncs).as("nothing new").hasValue(before + 1);
    }
  }

  @ParameterizedTest
  @EnumSource(SyncPolicy.class)
  void whatIsSettledOutlivesThePower(SyncPolicy policy) {
    SimulatedDisk disk = new SimulatedDisk();
    FileJournal journal = open(disk, policy);
    for (int i = 0; i < 10; i++) {
      var unused = append(journal);
    }
    journal.settled().toCompletableFuture().join();
    for (int loss = 0; loss < 20; loss++) {
      try (FileJournal after = open(disk.afterPowerLoss(new SplittableRandom(loss)), policy)) {
        assertThat(after.recovered().records()).hasSize(10);
      }
    }
    journal.close();
  }

  @ParameterizedTest
  @EnumSource(SyncPolicy.class)
  void whatWasWrittenBeforeTheEndOutlivesThePower(SyncPolicy policy) {
    SimulatedDisk disk = new SimulatedDisk();
    FileJournal journal = open(disk, policy);
    append(journal).join();
    journal.close();

    try (FileJournal after = open(disk.afterPowerLoss(new SplittableRandom(1)), policy)) {
      assertThat(after.recovered().records()).hasSize(1);
    }
  }

  @Test
  void underNoneThePowerTakesSomeRecordsAndTheJournalStillOpens() {
    SimulatedDisk disk = new SimulatedDisk();
    FileJournal journal = open(disk, SyncPolicy.NONE);
    for (int i = 0; i < 100; i++) {
      append(journal).join();
    }
    int fewest = 100;
    for (int loss = 0; loss < 50; loss++) {
      SimulatedDisk found = disk.afterPowerLoss(new SplittableRandom(loss));
      try (FileJournal after = open(found, SyncPolicy.NONE)) {
        int count = after.recovered().records().size();
        fewest = Math.min(fewest, count);
        assertThat(append(after)).succeedsWithin(10, SECONDS).isEqualTo(count + 1L);
      }
    }
    assertThat(fewest).isLessThan(100);
    journal.close();
  }

  @Test
  void aSyncThatFailsInTheBackgroundEndsTheJournalToo() {
    SimulatedDisk disk = new SimulatedDisk();
    try (FileJournal journal = open(disk, SyncPolicy.NONE)) {
      append(journal).join();
      disk.failAt(disk.calls(), Fault.SYNC_LIES);

      assertThat(journal.settled().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .withMessageContaining("open it anew");
      assertThat(append(journal)).failsWithin(Duration.ofSeconds(10));
      assertThat(journal.settled().toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
    }
    // The system still shows it; what is opened anew is written anew.
    open(disk, SyncPolicy.NONE).close();
    try (FileJournal after = open(disk.afterPowerLoss(new SplittableRandom(1)), SyncPolicy.NONE)) {
      assertThat(after.recovered().records()).hasSize(1);
    }
  }

  @Test
  void aBackgroundSyncThatFailedIsNotTriedForEver() throws InterruptedException {
    BlockingDisk disk = new BlockingDisk();
    FileJournal journal = open(disk, SyncPolicy.INTERVAL);
    disk.block();
    append(journal).join();
    disk.awaitSync();
    int tried = disk.syncs.get();
    disk.fail();

    assertThat(journal.settled().toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
    assertThat(append(journal)).failsWithin(Duration.ofSeconds(10));
    journal.close();
    assertThat(disk.syncs).hasValue(tried);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/**
 * A {@link DurableStore} in a directory, for one process at a time. All of it is in memory as well;
 * a {@link FileJournal} makes each transaction safe, and a snapshot is written every 10 000 records
 * or 16 MiB.
 *
 * <p>When the disk fails, transactions under way are {@link DurableStore.Unknown}, and so is every
 * later one until {@link #load} has read the directory again; it may be called as often as it
 * takes, so the store recovers once a full disk has room.
 *
 * <p><b>Thread-safe.</b> Stages complete on the thread of the journal, {@code
 * dcosnet-journal-<directory>}, which must not be blocked, or on the caller's. Up to 100 000
 * transactions or 32 MiB may be on their way to the disk.
 */
public final class FileDurableStore implements DurableStore {

  private final JournaledStore store;

  private FileDurableStore(JournaledStore store) {
    this.store = store;
  }

  /** {@link #open(Path, TimeSource, MetricsSink)} on the clocks of this machine, uncounted. */
  public static FileDurableStore open(Path directory) {
    return open(directory, TimeSource.system(), MetricsSink.none());
  }

  /**
   * Opens a store, or begins one where the directory is missing or empty; blocks until it is read.
   *
   * @throws DamagedJournalException when something that was safe is missing
   * @throws io.dcosnet.api.DcosNetException when another process has it open, when a newer program
   *     wrote it, when it is something else, or when the disk fails
   */
  public static FileDurableStore open(Path directory, TimeSource time, MetricsSink metrics) {
    requireNonNull(directory, "directory");
    return open(SystemDisk.INSTANCE, directory, time, metrics, JournaledStore.Limits.DEFAULT);
  }

  static FileDurableStore open(
      Disk disk,
      Path directory,
      TimeSource time,
      MetricsSink metrics,
      JournaledStore.Limits limits) {
    return new FileDurableStore(
        new JournaledStore(
            String.valueOf(directory.getFileName()),
            () -> FileJournal.open(disk, directory, time, metrics),
            limits,
            metrics));
  }

  @Override
  public CompletionStage<Snapshot> load() {
    return store.load();
  }

  @Override
  public CompletionStage<Long> newEpoch() {
    return store.newEpoch();
  }

  @Override
  public CompletionStage<Outcome> commit(Batch batch) {
    return store.commit(batch);
  }

  @Override
  public void close() {
    store.close();
  }
}

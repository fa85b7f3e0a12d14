// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.Journal.Entry;
import io.dcosnet.api.store.JournalTask.Append;
import io.dcosnet.api.store.JournalTask.Compaction;
import io.dcosnet.api.store.JournalTask.Settling;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what a {@link FileJournal} is asked for, until the disk fails: then nothing any more.
 *
 * <p><b>Confined to</b> the writing thread, but for {@link #safe} and {@link #failure}.
 */
final class JournalWriter implements Closeable {

  private static final long INTERVAL_NANOS =
      TimeUnit.MILLISECONDS.toNanos(SyncPolicy.INTERVAL_MILLIS);

  private static final Logger LOGGER = LoggerFactory.getLogger(JournalWriter.class);

  private final Path directory;
  private final JournalFiles files;
  private final SyncPolicy policy;
  private final TimeSource time;
  private final JournalMetrics metrics;

  private volatile long safe;
  private volatile @Nullable DcosNetException failure;

  // When the oldest record was written that is not synced.
  private long unsyncedSince;

  JournalWriter(
      Path directory,
      JournalFiles files,
      SyncPolicy policy,
      TimeSource time,
      JournalMetrics metrics) {
    this.directory = directory;
    this.files = files;
    this.policy = policy;
    this.time = time;
    this.metrics = metrics;
    this.safe = files.last();
  }

  /** Number of the last record whose stage is complete, or is about to be. */
  long safe() {
    return safe;
  }

  /** What was wrong with the disk; null as long as nothing was. */
  @Nullable DcosNetException failure() {
    return failure;
  }

  /** Nanoseconds until what was written must be synced; {@link Long#MAX_VALUE} when it need not. */
  long untilSync() {
    return policy == SyncPolicy.INTERVAL && !files.isSynced() && failure == null
        ? INTERVAL_NANOS - (time.nanos() - unsyncedSince)
        : Long.MAX_VALUE;
  }

  /** Writes a group, and syncs it where the policy or one of the group asks for that. */
  void append(List<JournalTask> group) {
    List<Entry> records = new ArrayList<>(group.size());
    long bytes = 0;
    boolean syncs = policy == SyncPolicy.EACH;
    for (JournalTask task : group) {
      if (task instanceof Append append) {
        records.add(append.record());
        bytes += append.bytes();
      } else {
        syncs = true;
      }
    }
    long start = time.nanos();
    try {
      refuseIfFailed();
      if (files.isSynced()) {
        unsyncedSince = start;
      }
      files.write(records);
      if (syncs) {
        sync(start);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
      DcosNetException told =
          new DcosNetException(directory + ": append failed, open it anew: " + e, e);
      group.forEach(task -> task.fail(told));
      return;
    }
    metrics.written(records.size(), bytes);
    safe = files.last();
    for (JournalTask task : group) {
      if (task instanceof Append append) {
        append.done().complete(append.record().number());
      } else if (task instanceof Settling settling) {
        settling.done().complete(null);
      }
    }
    if (untilSync() <= 0) {
      syncNow(); // there may never be a moment without work
    }
  }

  private void refuseIfFailed() {
    DcosNetException earlier = failure;
    if (earlier != null) {
      throw earlier;
    }
  }

  private void sync(long start) throws IOException {
    if (!files.isSynced()) {
      files.sync();
      metrics.synced(time.nanos() - start);
    }
  }

  /** Makes safe what is not yet, unless the disk has failed before. */
  void syncNow() {
    if (failure == null) {
      try {
        sync(time.nanos());
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
      }
    }
  }

  void compact(Compaction compaction) {
    boolean ownFilesTouched = false;
    try {
      refuseIfFailed();
      ownFilesTouched = true;
      sync(time.nanos());
      ownFilesTouched = false;
      files.writeSnapshot(compaction.upTo(), compaction.snapshot());
      ownFilesTouched = true;
      files.startLog();
      ownFilesTouched = false;
      files.deleteOld();
      metrics.compacted();
    } catch (IOException | RuntimeException | Error e) {
      if (ownFilesTouched) {
        fail(e); // nobody knows what is synced, or whether the new log is there by its name
      }
      compaction.fail(new DcosNetException(directory + ": compaction failed: " + e, e));
      return;
    }
    compaction.done().complete(null);
  }

  private void fail(Throwable cause) {
    if (failure == null) {
      DcosNetException failed = new DcosNetException(String.valueOf(cause), cause);
      failure = failed;
      metrics.failed();
      Throwable trace = cause instanceof IOException ? null : cause; // else a mistake of ours
      LOGGER.error("{}: takes nothing more until opened anew: {}", directory, failed, trace);
    }
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      LOGGER.warn("{}: closing failed, all that was called safe is", directory, e);
    }
  }
}

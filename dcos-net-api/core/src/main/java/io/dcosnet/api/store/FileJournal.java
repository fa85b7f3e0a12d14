// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.JournalTask.Append;
import io.dcosnet.api.store.JournalTask.Compaction;
import io.dcosnet.api.store.JournalTask.Settling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Journal} in a directory of its own, which only one process at a time can open.
 *
 * <p>One thread, {@code dcosnet-journal-<directory>}, writes; what is handed in while it syncs goes
 * out together with the next sync. A {@link SyncPolicy} says whether a record waits for one. Each
 * record carries a checksum and each new file gets its name only after its content is safe.
 * Whatever moment the process or the machine dies at: what was called safe is found again, and if
 * the disk lost it all the same, the journal refuses to open and says where.
 *
 * <p><b>Thread-safe.</b> Stages complete on the writing thread, which must not be blocked. Up to
 * {@value #MAX_WAITING_BYTES} bytes may wait for it; an append beyond that fails at once, certainly
 * not written, and harms nothing else.
 */
public final class FileJournal implements Journal {

  /** How much may wait to be written. */
  public static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;

  /** A group is closed when it is so large, so that its first members need not wait for ever. */
  private static final int GROUP_BYTES = 4 * 1024 * 1024;

  private static final Logger LOGGER = LoggerFactory.getLogger(FileJournal.class);

  private final Path directory;
  private final JournalWriter writer;
  private final Thread thread;

  // Guards all fields below; held for moments only, never during input or output.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Queue<JournalTask> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long handedIn;
  private long compacted;
  private boolean closing;
  private boolean ended;
  private @Nullable Recovered recovered;

  private FileJournal(
      Path directory,
      JournalFiles.Opened opened,
      SyncPolicy policy,
      TimeSource time,
      MetricsSink metrics) {
    this.directory = directory;
    String name = String.valueOf(directory.getFileName());
    JournalFiles files = opened.files();
    this.writer =
        new JournalWriter(
            directory,
            files,
            policy,
            time,
            new JournalMetrics(metrics, name, opened.recovered().tornBytes()));
    this.recovered = opened.recovered();
    this.handedIn = files.last();
    this.compacted = opened.recovered().snapshotNumber();
    this.thread = new Thread(this::run, "dcosnet-journal-" + name);
    // What is lost with the thread was not called safe, so it need not keep a host from ending.
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (dead, thrown) -> LOGGER.error("{}: writer died", directory, thrown));
  }

  /** {@link #open(Path, TimeSource, MetricsSink)} on the clocks of this machine, uncounted. */
  public static FileJournal open(Path directory) {
    return open(directory, TimeSource.system(), MetricsSink.none());
  }

  /** Opens it with a sync for {@link SyncPolicy#EACH} record. */
  public static FileJournal open(Path directory, TimeSource time, MetricsSink metrics) {
    return open(directory, SyncPolicy.EACH, time, metrics);
  }

  /**
   * Opens a journal, or begins one where the directory is missing or empty; blocks until it is
   * read.
   *
   * @throws DamagedJournalException when something that was safe is missing
   * @throws DcosNetException when another process has it open, when a newer program wrote it, or
   *     when the disk fails
   */
  public static FileJournal open(
      Path directory, SyncPolicy policy, TimeSource time, MetricsSink metrics) {
    return open(SystemDisk.INSTANCE, directory, policy, time, metrics);
  }

  static FileJournal open(Disk disk, Path directory, TimeSource time, MetricsSink metrics) {
    return open(disk, directory, SyncPolicy.EACH, time, metrics);
  }

  static FileJournal open(
      Disk disk, Path directory, SyncPolicy policy, TimeSource time, MetricsSink metrics) {
    requireNonNull(directory, "directory");
    requireNonNull(policy, "policy");
    requireNonNull(time, "time");
    requireNonNull(metrics, "metrics");
    try {
      FileJournal journal =
          new FileJournal(directory, JournalFiles.open(disk, directory), policy, time, metrics);
      journal.thread.start();
      return journal;
    } catch (IOException e) {
      throw new DcosNetException(directory + ": cannot be opened: " + e, e);
    }
  }

  @Override
  public Recovered recovered() {
    lock.lock();
    try {
      Recovered found = recovered;
      if (found == null) {
        throw new IllegalStateException(directory + ": recovered() asked for after a write");
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletionStage<Long> append(int type, Bytes payload) {
    Journal.requirePayload(payload);
    CompletableFuture<Long> done = new CompletableFuture<>();
    lock.lock();
    try {
      Append append = new Append(new Entry(handedIn + 1, type, payload), done);
      Throwable refusal = refusal();
      if (refusal == null && waitingBytes + append.bytes() > MAX_WAITING_BYTES) {
        refusal =
            new DcosNetException(
                directory + ": " + waitingBytes + " bytes wait to be written, not taking more");
      }
      if (refusal != null) {
        done.completeExceptionally(refusal);
      } else {
        handedIn++;
        waitingBytes += append.bytes();
        handIn(append);
      }
    } finally {
      lock.unlock();
    }
    return done.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Void> compact(long upTo, Bytes snapshot) {
    requireNonNull(snapshot, "snapshot");
    CompletableFuture<Void> done = new CompletableFuture<>();
    lock.lock();
    try {
      long safe = writer.safe();
      if (upTo < compacted || upTo > safe) {
        throw new IllegalArgumentException(
            "compact: up to record %d (expected: %d-%d, what is safe and not compacted)"
                .formatted(upTo, compacted, safe));
      }
      Throwable refusal = refusal();
      if (refusal != null) {
        done.completeExceptionally(refusal);
      } else {
        compacted = upTo;
        handIn(new Compaction(upTo, snapshot, done));
      }
    } finally {
      lock.unlock();
    }
    return done.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Void> settled() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    lock.lock();
    try {
      Throwable refusal = refusal();
      if (refusal != null) {
        done.completeExceptionally(refusal);
      } else {
        waiting.add(new Settling(done));
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    return done.minimalCompletionStage();
  }

  private @Nullable Throwable refusal() {
    DcosNetException earlier = writer.failure();
    if (earlier != null) {
      return new DcosNetException(
          directory + ": failed before, must be opened anew: " + earlier.getMessage(), earlier);
    }
    return closing ? new IllegalStateException(directory + ": closed") : null;
  }

  private void handIn(JournalTask task) {
    recovered = null; // it may be large, and who writes has read it
    waiting.add(task);
    work.signal();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() == thread) {
      return; // it ends by itself when it is done with what waits
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // What follows runs on the writing thread.

  private void run() {
    try (writer) {
      while (!ended) {
        List<JournalTask> tasks = take();
        // Whoever interrupts this thread would make the system close the file under it.
        var unused = Thread.interrupted();
        if (tasks.isEmpty()) {
          writer.syncNow();
        } else if (tasks.get(0) instanceof Compaction compaction) {
          writer.compact(compaction);
        } else {
          writer.append(tasks);
        }
      }
    }
  }

  /** Waits for work: a group of appends, or one compaction; empty when it is time to sync. */
  private List<JournalTask> take() {
    List<JournalTask> taken = new ArrayList<>();
    lock.lock();
    try {
      awaitWork();
      ended = waiting.isEmpty() && closing;
      long bytes = 0;
      while (bytes < GROUP_BYTES && !(waiting.peek() instanceof Compaction)) {
        JournalTask next = waiting.poll();
        if (next == null) {
          break;
        }
        taken.add(next);
        bytes += next.bytes();
      }
      waitingBytes -= bytes;
      JournalTask other = taken.isEmpty() ? waiting.poll() : null;
      if (other != null) {
        taken.add(other);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when there is something to do, a sync at last. */
  private void awaitWork() {
    long left = writer.untilSync();
    while (waiting.isEmpty() && !closing && left > 0) {
      if (left == Long.MAX_VALUE) {
        work.awaitUninterruptibly();
      } else {
        try {
          var unused = work.awaitNanos(left);
        } catch (InterruptedException e) {
          // Nobody has a reason to, and who called close() is not served by half of it.
          LOGGER.debug("{}: interrupted, going on", directory);
        }
      }
      left = writer.untilSync();
    }
  }

  @Override
  public String toString() {
    return "journal " + directory;
  }
}

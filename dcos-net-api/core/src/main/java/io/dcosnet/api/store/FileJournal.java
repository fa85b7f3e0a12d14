// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
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
 * out together with the next sync. Each record carries a checksum and each new file gets its name
 * only after its content is safe. Whatever moment the process or the machine dies at: what was
 * called safe is found again, and if the disk lost it all the same, the journal refuses to open and
 * says where.
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
  private final JournalFiles files; // the writing thread's own
  private final TimeSource time;
  private final JournalMetrics metrics;
  private final Thread writer;

  // Guards all fields below; held for moments only, never during input or output.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Queue<Task> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long handedIn;
  private long safe;
  private long compacted;
  private boolean closing;
  private @Nullable DcosNetException failure;
  private @Nullable Recovered recovered;

  /** One thing for the writing thread to do, in order. */
  private sealed interface Task {}

  private record Append(Entry record, CompletableFuture<Long> done) implements Task {
    int bytes() {
      return JournalFormat.RECORD_HEADER_BYTES + record.payload().size();
    }
  }

  private record Compaction(long upTo, Bytes snapshot, CompletableFuture<Void> done)
      implements Task {}

  private FileJournal(
      Path directory, JournalFiles.Opened opened, TimeSource time, MetricsSink metrics) {
    this.directory = directory;
    this.files = opened.files();
    this.time = time;
    this.recovered = opened.recovered();
    this.handedIn = files.last();
    this.safe = files.last();
    this.compacted = opened.recovered().snapshotNumber();
    String name = String.valueOf(directory.getFileName());
    this.metrics = new JournalMetrics(metrics, name, opened.recovered().tornBytes());
    this.writer = new Thread(this::run, "dcosnet-journal-" + name);
    // What is lost with the thread was not called safe, so it need not keep a host from ending.
    writer.setDaemon(true);
    writer.setUncaughtExceptionHandler(
        (thread, thrown) -> LOGGER.error("{}: writer died", directory, thrown));
  }

  /** {@link #open(Path, TimeSource, MetricsSink)} on the clocks of this machine, uncounted. */
  public static FileJournal open(Path directory) {
    return open(directory, TimeSource.system(), MetricsSink.none());
  }

  /**
   * Opens a journal, or begins one where the directory is missing or empty; blocks until it is
   * read.
   *
   * @throws DamagedJournalException when something that was safe is missing
   * @throws DcosNetException when another process has it open, when a newer program wrote it, or
   *     when the disk fails
   */
  public static FileJournal open(Path directory, TimeSource time, MetricsSink metrics) {
    return open(SystemDisk.INSTANCE, directory, time, metrics);
  }

  static FileJournal open(Disk disk, Path directory, TimeSource time, MetricsSink metrics) {
    requireNonNull(directory, "directory");
    requireNonNull(time, "time");
    requireNonNull(metrics, "metrics");
    try {
      FileJournal journal =
          new FileJournal(directory, JournalFiles.open(disk, directory), time, metrics);
      journal.writer.start();
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

  private @Nullable Throwable refusal() {
    DcosNetException earlier = failure;
    if (earlier != null) {
      return new DcosNetException(
          directory + ": failed before, must be opened anew: " + earlier.getMessage(), earlier);
    }
    return closing ? new IllegalStateException(directory + ": closed") : null;
  }

  private void handIn(Task task) {
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
    if (Thread.currentThread() == writer) {
      return; // it ends by itself when it is done with what waits
    }
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // What follows runs on the writing thread.

  private void run() {
    try {
      for (List<Task> tasks = take(); !tasks.isEmpty(); tasks = take()) {
        // Whoever interrupts this thread would make the system close the file under it.
        var unused = Thread.interrupted();
        if (tasks.get(0) instanceof Compaction compaction) {
          compact(compaction);
        } else {
          append(tasks.stream().map(Append.class::cast).toList());
        }
      }
    } finally {
      try {
        files.close();
      } catch (IOException e) {
        LOGGER.warn("{}: closing failed, all that was called safe is", directory, e);
      }
    }
  }

  /** Waits for work: a group of appends, or one compaction; empty when there will be none. */
  private List<Task> take() {
    List<Task> taken = new ArrayList<>();
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        work.awaitUninterruptibly();
      }
      long bytes = 0;
      while (bytes < GROUP_BYTES && waiting.peek() instanceof Append append) {
        taken.add(append);
        bytes += append.bytes();
        waiting.remove();
      }
      waitingBytes -= bytes;
      Task other = taken.isEmpty() ? waiting.poll() : null;
      if (other != null) {
        taken.add(other);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void append(List<Append> group) {
    long start = time.nanos();
    try {
      DcosNetException earlier = failure();
      if (earlier != null) {
        throw earlier;
      }
      files.append(group.stream().map(Append::record).toList());
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
      DcosNetException told =
          new DcosNetException(directory + ": append failed, open it anew: " + e, e);
      group.forEach(append -> append.done.completeExceptionally(told));
      return;
    }
    long bytes = 0;
    for (Append append : group) {
      bytes += append.bytes();
    }
    metrics.synced(group.size(), bytes, time.nanos() - start);
    advance(files.last());
    for (Append append : group) {
      append.done.complete(append.record.number());
    }
  }

  private void compact(Compaction compaction) {
    boolean ownFilesTouched = false;
    try {
      DcosNetException earlier = failure();
      if (earlier != null) {
        throw earlier;
      }
      files.writeSnapshot(compaction.upTo, compaction.snapshot);
      ownFilesTouched = true;
      files.startLog();
      ownFilesTouched = false;
      files.deleteOld();
      metrics.compacted();
    } catch (IOException | RuntimeException | Error e) {
      if (ownFilesTouched) {
        fail(e); // nobody knows whether the new log is there by its name
      }
      compaction.done.completeExceptionally(
          new DcosNetException(directory + ": compaction failed: " + e, e));
      return;
    }
    compaction.done.complete(null);
  }

  private void advance(long number) {
    lock.lock();
    try {
      safe = number;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable DcosNetException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = new DcosNetException(String.valueOf(cause), cause);
        metrics.failed();
        Throwable trace = cause instanceof IOException ? null : cause; // else a mistake of ours
        LOGGER.error("{}: takes nothing more until opened anew: {}", directory, failure, trace);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "journal " + directory;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link DurableStore} on a journal. A transaction is judged by the state that all before it lead
 * to, also those still on their way to the disk; nobody is told anything before those are safe.
 *
 * <p><b>Thread-safe.</b>
 */
final class JournaledStore implements DurableStore {

  /**
   * When a snapshot is written and how much may be on its way.
   *
   * @param records a snapshot after so many records
   * @param bytes or after so many bytes of them
   * @param waiting largest number of transactions that are not safe yet
   * @param waitingBytes largest size of them; less than the journal takes
   */
  record Limits(long records, long bytes, int waiting, long waitingBytes) {
    static final Limits DEFAULT =
        new Limits(10_000, 16L << 20, 100_000, FileJournal.MAX_WAITING_BYTES / 2);
  }

  /** What a journal added up to when it was opened. */
  private record Opened(Journal journal, StoreState state, long records, long bytes) {}

  /**
   * A record on its way.
   *
   * @param stage of the journal
   * @param state with the record
   * @param bytes handed in to this journal, up to this record
   */
  private record Write(
      Journal journal, CompletionStage<Long> stage, StoreState state, long bytes) {}

  private static final Logger LOGGER = LoggerFactory.getLogger(JournaledStore.class);

  private final String name;
  private final Supplier<? extends Journal> opener;
  private final Limits limits;
  private final StoreMetrics metrics;

  // Guards all fields below; no foreign code, input or output happens in it.
  private final Object lock = new Object();
  private Write last;
  private StoreState safe;
  private long safeBytes;
  private long compactedNumber;
  private long compactedBytes;
  private @Nullable DcosNetException failure;
  private @Nullable CompletableFuture<Snapshot> reopening;
  private boolean closed;

  /**
   * Opens the journal and adds it up; blocks.
   *
   * @param opener opens it, also again after it failed
   */
  JournaledStore(
      String name, Supplier<? extends Journal> opener, Limits limits, MetricsSink metrics) {
    this.name = name;
    this.opener = opener;
    this.limits = limits;
    this.metrics = new StoreMetrics(metrics, name);
    Opened opened = open();
    this.safe = opened.state;
    this.last = firstWrite(opened);
    countFrom(opened);
  }

  private Opened open() {
    Journal journal = opener.get();
    boolean done = false;
    try {
      Journal.Recovered found = journal.recovered();
      long bytes = 0;
      for (Journal.Entry record : found.records()) {
        bytes += record.payload().size();
      }
      Opened opened = new Opened(journal, StoreFormat.decode(found), found.records().size(), bytes);
      done = true;
      return opened;
    } finally {
      if (!done) {
        journal.close();
      }
    }
  }

  private static Write firstWrite(Opened opened) {
    return new Write(
        opened.journal,
        CompletableFuture.completedStage(opened.state.number()),
        opened.state,
        opened.bytes);
  }

  private void countFrom(Opened opened) {
    safeBytes = opened.bytes;
    compactedNumber = opened.state.number() - opened.records;
    compactedBytes = 0;
  }

  @Override
  public CompletionStage<Snapshot> load() {
    Write before;
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedStage(closedException());
      }
      if (failure != null) {
        return reopen();
      }
      before = last;
    }
    return before
        .stage
        .handle((number, fault) -> settle(before, fault))
        .thenCompose(fault -> fault == null ? CompletableFuture.completedStage(newest()) : load());
  }

  private Snapshot newest() {
    synchronized (lock) {
      return safe.snapshot();
    }
  }

  @Override
  public CompletionStage<Long> newEpoch() {
    Write write;
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedStage(closedException());
      }
      if (failure != null) {
        return reopen().thenCompose(snapshot -> newEpoch());
      }
      StoreState next = last.state.plusEpoch();
      write = handIn(StoreFormat.EPOCH, StoreFormat.encodeEpoch(next.epoch()), next);
    }
    return write.stage.handle(
        (number, fault) -> {
          DcosNetException failed = settle(write, fault);
          if (failed != null) {
            throw new CompletionException(failed);
          }
          return write.state.epoch();
        });
  }

  @Override
  public CompletionStage<Outcome> commit(Batch batch) {
    Bytes record = StoreFormat.encode(batch);
    Optional<Outcome> refusal;
    Write write;
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedStage(closedException());
      }
      if (failure != null) {
        return CompletableFuture.completedStage(metrics.count(unknown(failure)));
      }
      Throwable mistake = mistake(batch);
      if (mistake != null) {
        return CompletableFuture.failedStage(mistake);
      }
      refusal = last.state.refusal(batch);
      // What refuses it may itself be on its way: the answer waits for that.
      write =
          refusal.isPresent() ? last : handIn(StoreFormat.BATCH, record, last.state.plus(batch));
    }
    return write.stage.handle(
        (number, fault) -> {
          DcosNetException failed = settle(write, fault);
          Outcome outcome =
              failed == null ? refusal.orElseGet(() -> new Committed(number)) : unknown(failed);
          return metrics.count(outcome);
        });
  }

  /** Why a batch is not even looked at. */
  private @Nullable Throwable mistake(Batch batch) {
    if (batch.fence() > last.state.epoch()) {
      return new IllegalArgumentException(
          "%s: fence %d was never given out (newest: %d)"
              .formatted(name, batch.fence(), last.state.epoch()));
    }
    long waiting = last.state.number() - safe.number();
    if (waiting >= limits.waiting || last.bytes - safeBytes >= limits.waitingBytes) {
      return new DcosNetException(
          name + ": " + waiting + " transactions are on their way, not taking more");
    }
    return null;
  }

  private Write handIn(int type, Bytes record, StoreState next) {
    CompletionStage<Long> stage = last.journal.append(type, record);
    last = new Write(last.journal, stage, next, last.bytes + record.size());
    return last;
  }

  private IllegalStateException closedException() {
    return new IllegalStateException(name + ": closed");
  }

  private static Unknown unknown(DcosNetException failure) {
    return new Unknown("load again: " + failure.getMessage());
  }

  /**
   * Takes note of how a write ended; called as often as somebody waited for it, in any order.
   *
   * @return the failure of the journal that it was for, if any
   */
  private @Nullable DcosNetException settle(Write write, @Nullable Throwable fault) {
    StoreState compacting = null;
    synchronized (lock) {
      if (fault != null) {
        DcosNetException failed =
            new DcosNetException(name + ": " + unwrapped(fault).getMessage(), unwrapped(fault));
        if (write.journal == last.journal && failure == null) {
          failure = failed;
        }
        return failed;
      }
      if (write.journal != last.journal || write.state.number() <= safe.number()) {
        return null;
      }
      safe = write.state;
      safeBytes = write.bytes;
      if (safe.number() - compactedNumber >= limits.records
          || safeBytes - compactedBytes >= limits.bytes) {
        compactedNumber = safe.number();
        compactedBytes = safeBytes;
        compacting = safe;
      }
    }
    if (compacting != null) {
      compact(write.journal, compacting);
    }
    return null;
  }

  private static Throwable unwrapped(Throwable fault) {
    Throwable cause = fault.getCause();
    return fault instanceof CompletionException && cause != null ? cause : fault;
  }

  private void compact(Journal journal, StoreState state) {
    try {
      var unused =
          journal
              .compact(state.number(), StoreFormat.encode(state))
              .whenComplete(
                  (done, fault) -> {
                    if (fault != null) {
                      LOGGER.warn(
                          "{}: no snapshot this time: {}", name, unwrapped(fault).getMessage());
                    }
                  });
    } catch (RuntimeException e) {
      LOGGER.error("{}: cannot be compacted, its log grows on", name, e);
    }
  }

  /** Called with the lock held. */
  private CompletionStage<Snapshot> reopen() {
    CompletableFuture<Snapshot> current = reopening;
    if (current == null) {
      current = new CompletableFuture<>();
      reopening = current;
      CompletableFuture<Snapshot> result = current;
      Journal former = last.journal;
      // The journal's own thread ends with it, and the caller's must not wait for a disk.
      Thread thread = new Thread(() -> reopen(former, result), "dcosnet-store-reopen");
      thread.setDaemon(true);
      thread.start();
    }
    return current.minimalCompletionStage();
  }

  private void reopen(Journal former, CompletableFuture<Snapshot> result) {
    try {
      former.close();
      Opened opened = open();
      boolean late;
      synchronized (lock) {
        late = closed;
        safe = opened.state;
        last = firstWrite(opened);
        countFrom(opened);
        failure = null;
        reopening = null;
      }
      if (late) {
        opened.journal.close();
        throw closedException();
      }
      LOGGER.info("{}: opened anew revision={}", name, opened.state.revision());
      result.complete(opened.state.snapshot());
    } catch (RuntimeException | Error e) {
      synchronized (lock) {
        reopening = null;
      }
      result.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    Journal journal;
    synchronized (lock) {
      closed = true;
      journal = last.journal;
    }
    journal.close();
  }
}

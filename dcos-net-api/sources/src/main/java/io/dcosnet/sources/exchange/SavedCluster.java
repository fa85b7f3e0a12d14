// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.DamagedJournalException;
import io.dcosnet.api.store.Journal;
import io.dcosnet.sources.facts.FactCodec;
import io.dcosnet.sources.facts.SavedStep;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest state of a cluster on a disk: a record for the changes of a second, a snapshot when
 * the records have become larger than one. It stands on a journal and not on a durable store, since
 * the state itself is the index: a store would hold all of it in memory a second time.
 *
 * <p>Trouble with the disk costs only what would have been kept: it is logged, counted, and tried
 * again. <b>Confined to</b> the turns that it is given, in which it may block.
 */
final class SavedCluster {

  /** Least time between two writes. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Time until a disk that failed is tried again. */
  static final Duration RETRY = Duration.ofSeconds(30);

  private static final int STEP = 1;
  private static final int LARGE_STEP = 1 << 20;
  private static final Logger LOGGER = LoggerFactory.getLogger(SavedCluster.class);

  private final SavedPlace place;
  private final Scheduler scheduler;
  private final Turns turns;
  private final MetricsSink.Counter writes;
  private final MetricsSink.Counter failures;
  private final MetricsSink.Counter damages;

  private @Nullable Journal journal;
  private ClusterState state = ClusterState.EMPTY;
  private ClusterChange.Merger pending = new ClusterChange.Merger();
  private final Map<String, Long> serials = new HashMap<>();
  private long wallMillis;
  private long bytes; // of the records since the snapshot
  private long snapshotBytes;
  private boolean writing;
  private boolean whole; // the disk does not have what is pending builds on
  private boolean dirty;
  private boolean closed;
  private Scheduler.@Nullable Timer timer;

  SavedCluster(SavedPlace place, Scheduler scheduler, Turns turns, MetricsSink sink) {
    this.place = place;
    this.scheduler = scheduler;
    this.turns = turns;
    writes = sink.counter("dcosnet.sources.saved.writes", "States of a cluster written to disk");
    failures =
        sink.counter("dcosnet.sources.saved.failures", "Times that the disk for states failed");
    damages =
        sink.counter(
            "dcosnet.sources.saved.damages",
            "Saved states that could not be read and were set aside");
  }

  /** What was kept last; the empty state when there is nothing, or nothing that can be read. */
  ClusterState open() {
    try {
      return read();
    } catch (DamagedJournalException | DecodeException e) {
      damages.increment();
      LOGGER.error("{}: what was kept of the cluster is set aside: {}", place, e.getMessage());
      forget();
      try {
        place.setAside();
        return read();
      } catch (DcosNetException again) {
        failed(again);
      }
    } catch (DcosNetException e) {
      failed(e);
    }
    forget();
    return ClusterState.EMPTY;
  }

  private void forget() {
    closeJournal();
    state = ClusterState.EMPTY;
    serials.clear();
    wallMillis = 0;
  }

  private ClusterState read() {
    Journal opened = place.open();
    journal = opened;
    Journal.Recovered found = opened.recovered();
    state = ClusterState.EMPTY;
    snapshotBytes = found.snapshot().size();
    bytes = 0;
    if (found.snapshotNumber() > 0) {
      apply(found.snapshot());
    }
    for (Journal.Entry record : found.records()) {
      if (record.type() == STEP) {
        apply(record.payload());
      }
      bytes += record.payload().size();
    }
    return state;
  }

  private void apply(Bytes payload) {
    SavedStep step = FactCodec.decodeStep(payload);
    state = state.apply(step.change());
    serials.putAll(step.serials());
    wallMillis = step.wallMillis();
  }

  /** Unix time of the newest that is kept; 0 when there is nothing. */
  long wallMillis() {
    return wallMillis;
  }

  Map<String, Long> serials() {
    return serials;
  }

  /** Keeps a state, soon. */
  void keep(ClusterState newest, ClusterChange change) {
    state = newest;
    pending.add(change);
    writeLater(INTERVAL);
  }

  /** Keeps a serial, soon. */
  void keep(String zone, long serial) {
    serials.put(zone, serial);
    writeLater(INTERVAL);
  }

  private void writeLater(Duration delay) {
    dirty = true;
    if (timer == null && !writing && !closed) {
      timer = scheduler.schedule(delay, () -> turns.execute(this::due));
    }
  }

  private void due() {
    timer = null;
    if (closed || writing || !dirty) {
      return;
    }
    if (journal == null) {
      reopen();
    }
    write();
  }

  private void reopen() {
    ClusterState newest = state;
    Map<String, Long> newestSerials = Map.copyOf(serials);
    var unused = open();
    state = newest;
    serials.putAll(newestSerials);
    whole = true;
  }

  private void write() {
    Journal to = journal;
    if (to == null) {
      return; // failed has set the time of the next attempt
    }
    wallMillis = scheduler.time().wallMillis();
    ClusterState written = state;
    dirty = false;
    writing = true;
    Bytes step =
        whole
            ? Bytes.EMPTY
            : FactCodec.encode(new SavedStep(wallMillis, pending.merged(), serials));
    pending = new ClusterChange.Merger();
    // A large step is a snapshot. The empty record gives it a number that is safe.
    boolean large = whole || step.size() > LARGE_STEP;
    whole = false;
    guarded(() -> to.append(large ? 0 : STEP, large ? Bytes.EMPTY : step))
        .whenComplete(
            (number, failure) ->
                turns.execute(
                    () -> {
                      if (failure != null || number == null) {
                        wroteNot(failure);
                      } else {
                        wrote(to, number, large ? 0 : step.size(), large, written);
                      }
                    }));
  }

  /** Makes a thrown exception a failed stage. */
  private static <T> CompletionStage<T> guarded(Supplier<CompletionStage<T>> action) {
    try {
      return action.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void wrote(Journal to, long number, int size, boolean large, ClusterState written) {
    writes.increment();
    bytes += size;
    if (closed) {
      return;
    }
    if (!large && bytes <= Math.max(LARGE_STEP, snapshotBytes)) {
      done();
      return;
    }
    Bytes snapshot = snapshot(written);
    guarded(() -> to.compact(number, snapshot))
        .whenComplete(
            (nothing, failure) ->
                turns.execute(
                    () -> {
                      if (failure == null) {
                        bytes = 0;
                        snapshotBytes = snapshot.size();
                        done();
                      } else {
                        wroteNot(failure);
                      }
                    }));
  }

  private void done() {
    writing = false;
    if (dirty) {
      writeLater(INTERVAL);
    }
  }

  private void wroteNot(@Nullable Throwable failure) {
    if (closed) {
      return;
    }
    writing = false;
    closeJournal();
    failed(failure);
  }

  private void failed(@Nullable Throwable failure) {
    whole = true;
    failures.increment();
    LOGGER.error(
        "{}: the state of the cluster cannot be kept, trying again in {}: {}",
        place,
        RETRY,
        String.valueOf(failure));
    writeLater(RETRY);
  }

  private Bytes snapshot(ClusterState of) {
    ClusterChange all = ClusterChange.between(ClusterState.EMPTY, of);
    return FactCodec.encode(new SavedStep(wallMillis, all, serials));
  }

  /** Writes what is pending, and the time up to which it was the newest. */
  void close(boolean isNewest) {
    closed = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    Journal open = journal;
    if (open != null && (dirty || isNewest)) {
      wallMillis = scheduler.time().wallMillis();
      try {
        long number = open.append(0, Bytes.EMPTY).toCompletableFuture().join();
        open.compact(number, snapshot(state)).toCompletableFuture().join();
      } catch (RuntimeException e) {
        failures.increment();
        LOGGER.error("{}: the newest state of the cluster is not kept", place, e);
      }
    }
    closeJournal();
  }

  private void closeJournal() {
    Journal open = journal;
    journal = null;
    if (open != null) {
      open.close();
    }
  }
}

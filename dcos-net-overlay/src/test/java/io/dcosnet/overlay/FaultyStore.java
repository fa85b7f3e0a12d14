// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.DurableStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A store in memory that fails on demand, at each point where a real one can. What it holds
 * outlives the programs that use it, as a disk does. <b>Confined to</b> the test's thread.
 */
final class FaultyStore implements DurableStore {

  /** What becomes of a transaction. */
  enum Fate {
    SUCCEED,
    /** The disk failed before anything was there. */
    UNKNOWN_NOT_WRITTEN,
    /** It is there, but the confirmation was lost. */
    UNKNOWN_WRITTEN,
    /** The stage fails; nothing is there. */
    FAIL,
    /** The call itself throws. */
    THROW,
    /** It is there, and nobody is ever told. */
    SILENT_WRITTEN,
    /** It is not there, and nobody is ever told. */
    SILENT_NOT_WRITTEN
  }

  final Deque<Fate> fates = new ArrayDeque<>();
  final List<Batch> commits = new ArrayList<>();
  boolean unreadable;
  int maxBatchBytes = MAX_BATCH_BYTES;

  private final NavigableMap<String, Versioned> entries = new TreeMap<>();
  private final Deque<Runnable> held = new ArrayDeque<>();
  private boolean holding;
  private long revision;
  private long epoch;

  /** From now on transactions wait. */
  void hold() {
    holding = true;
  }

  /** Lets what waits happen. */
  void letGo() {
    holding = false;
    while (!held.isEmpty()) {
      held.remove().run();
    }
  }

  String value(String key) {
    Versioned found = entries.get(key);
    return found == null ? "absent" : found.value().toUtf8();
  }

  NavigableMap<String, Versioned> entries() {
    return entries;
  }

  /** What a backup of now would be restored to. */
  FaultyStore copy() {
    FaultyStore copy = new FaultyStore();
    copy.entries.putAll(entries);
    copy.revision = revision;
    copy.epoch = epoch;
    return copy;
  }

  void put(String key, String value) {
    entries.put(key, new Versioned(Bytes.utf8(value), ++revision));
  }

  @Override
  public CompletionStage<Snapshot> load() {
    return unreadable
        ? CompletableFuture.failedFuture(new DcosNetException("read: EIO"))
        : CompletableFuture.completedFuture(new Snapshot(revision, epoch, new TreeMap<>(entries)));
  }

  @Override
  public CompletionStage<Long> newEpoch() {
    return unreadable
        ? CompletableFuture.failedFuture(new DcosNetException("write: EIO"))
        : CompletableFuture.completedFuture(++epoch);
  }

  @Override
  public CompletionStage<Outcome> commit(Batch batch) {
    commits.add(batch);
    Fate fate = fates.isEmpty() ? Fate.SUCCEED : fates.remove();
    if (fate == Fate.THROW) {
      throw new IllegalStateException("closed");
    }
    CompletableFuture<Outcome> told = new CompletableFuture<>();
    Runnable work = () -> carryOut(batch, fate, told);
    if (holding) {
      held.add(work);
    } else {
      work.run();
    }
    return told;
  }

  private void carryOut(Batch batch, Fate fate, CompletableFuture<Outcome> told) {
    switch (fate) {
      case SUCCEED -> told.complete(write(batch));
      case UNKNOWN_NOT_WRITTEN -> told.complete(new Unknown("disk full"));
      case UNKNOWN_WRITTEN -> {
        write(batch);
        told.complete(new Unknown("connection lost"));
      }
      case FAIL -> told.completeExceptionally(new DcosNetException("write: EIO"));
      case SILENT_WRITTEN -> write(batch);
      case SILENT_NOT_WRITTEN, THROW -> {}
    }
  }

  private Outcome write(Batch batch) {
    if (batch.fence() < epoch) {
      return new Fenced(epoch);
    }
    Map<String, Long> revisions = new HashMap<>();
    entries.forEach((key, value) -> revisions.put(key, value.revision()));
    for (Check check : batch.checks()) {
      if (revisions.getOrDefault(check.key(), ABSENT) != check.revision()) {
        return new Conflict(check.key());
      }
    }
    revision++;
    batch.puts().forEach((key, value) -> entries.put(key, new Versioned(value, revision)));
    batch.deletes().forEach(entries::remove);
    return new Committed(revision);
  }

  @Override
  public int maxBatchBytes() {
    return maxBatchBytes;
  }

  @Override
  public void close() {}
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Keys and values that are safe before anybody hears of them, changed in transactions.
 *
 * <p>Used for allocations: what was told to somebody must never be given to somebody else. Several
 * processes may open the same store where its form allows it; the fence keeps a former leader from
 * writing.
 *
 * <p><b>Thread-safe.</b> Stages complete on a thread of the store; do not block it.
 */
public interface DurableStore extends AutoCloseable {

  /** What {@link Check#revision} says of a key that must not exist. */
  long ABSENT = 0;

  /** Largest key in UTF-8 bytes. */
  int MAX_KEY_BYTES = 512;

  /** Largest sum of keys and values in one transaction of any store, in bytes. */
  int MAX_BATCH_BYTES = 4 * 1024 * 1024;

  /** A value and the revision that wrote it, greater than 0. */
  record Versioned(Bytes value, long revision) {
    public Versioned {
      requireNonNull(value, "value");
    }
  }

  /**
   * Everything in the store at one moment. <b>Immutable.</b>
   *
   * @param revision of the newest transaction, 0 for a store that was never written
   * @param epoch newest fencing token that was given out, 0 for none
   */
  record Snapshot(long revision, long epoch, NavigableMap<String, Versioned> entries) {}

  /** Demands that a key still has a revision, or {@link #ABSENT}. */
  record Check(String key, long revision) {}

  /**
   * A transaction: all of it or nothing.
   *
   * @param fence token of {@link #newEpoch}; an older one than the newest is refused
   */
  record Batch(long fence, List<Check> checks, Map<String, Bytes> puts, Set<String> deletes) {
    public Batch {
      checks = List.copyOf(checks);
      puts = Map.copyOf(puts);
      deletes = Set.copyOf(deletes);
      for (String key : deletes) {
        if (puts.containsKey(key)) {
          throw new IllegalArgumentException("batch: puts and deletes " + key);
        }
      }
    }
  }

  /** How a transaction ended. */
  sealed interface Outcome {}

  /**
   * It is safe.
   *
   * @param revision that its puts now have
   */
  record Committed(long revision) implements Outcome {}

  /** Nothing was written: a check on this key did not hold. */
  record Conflict(String key) implements Outcome {}

  /** Nothing was written: somebody holds a newer token. The caller must stop leading. */
  record Fenced(long epoch) implements Outcome {}

  /**
   * Nobody can say whether it was written (disk or connection failed half-way). Load again before
   * anything else; the caller must not act on either belief.
   */
  record Unknown(String reason) implements Outcome {}

  /**
   * Reads everything that is safe, at least all that was handed in before this call. After an
   * {@link Unknown} it reads from the disk or server again, and when that works the store is usable
   * again.
   *
   * @return fails with {@link io.dcosnet.api.DcosNetException} when the store cannot be read
   */
  CompletionStage<Snapshot> load();

  /**
   * Takes the lead over all who wrote before: gives the next fencing token, durably.
   *
   * @return fails with {@link io.dcosnet.api.DcosNetException} when that is not certain
   */
  CompletionStage<Long> newEpoch();

  /**
   * Writes a transaction. Transactions handed in meanwhile share one sync; each sees what those
   * before it wrote.
   *
   * @return never completes before the outcome is certain, or certainly unknown; fails with {@link
   *     IllegalArgumentException} for a fence that was never given out, and with {@link
   *     io.dcosnet.api.DcosNetException} when too much waits, certainly not written
   * @throws IllegalArgumentException for a key or batch over its limit, or a key that is empty or
   *     no valid Unicode
   */
  CompletionStage<Outcome> commit(Batch batch);

  /**
   * Largest sum of keys and values in one transaction of this store, in bytes; at most {@link
   * #MAX_BATCH_BYTES}. Who gathers much into one transaction stays well below it.
   */
  default int maxBatchBytes() {
    return MAX_BATCH_BYTES;
  }

  /** Ends it; transactions under way end first. */
  @Override
  void close();
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * An append-only log with snapshots: the one way in which our parts keep something on disk.
 *
 * <p>Records are numbered from 1 without gaps. After a crash {@link #recovered} shows every record
 * whose stage had completed, perhaps some that had not, in order and unharmed; never a part of one.
 *
 * <p><b>Thread-safe.</b> Records are written in the order of the calls to {@link #append}.
 */
public interface Journal extends AutoCloseable {

  /** Largest record in bytes. */
  int MAX_RECORD_BYTES = 16 * 1024 * 1024;

  /**
   * One record.
   *
   * @param number counted from 1
   * @param type 0-65535, free for the writer
   */
  record Entry(long number, int type, Bytes payload) {
    public Entry {
      requireNonNull(payload, "payload");
      if (type < 0 || type > 65535) {
        throw new IllegalArgumentException("record type: " + type + " (expected: 0-65535)");
      }
    }
  }

  /**
   * What was found when the journal was opened. <b>Immutable.</b>
   *
   * @param snapshot state after record {@code snapshotNumber}; empty when there is none
   * @param snapshotNumber 0 when there is none
   * @param records behind the snapshot, in order
   * @param tornBytes bytes of an unfinished write that were cut off at the end
   */
  record Recovered(Bytes snapshot, long snapshotNumber, List<Entry> records, long tornBytes) {
    public Recovered {
      requireNonNull(snapshot, "snapshot");
      records = List.copyOf(records);
    }
  }

  /**
   * What was found at opening.
   *
   * @throws IllegalStateException after the first write: it may be large and is not kept
   */
  Recovered recovered();

  /**
   * Adds a record.
   *
   * @return its number, completed when it is safe, which a {@link SyncPolicy} may define; records
   *     that wait together share one sync. Fails with {@link io.dcosnet.api.DcosNetException} when
   *     the disk did; then whether the record is there is unknown, every later append fails too,
   *     and the journal must be opened anew. Fails with {@link IllegalStateException} after {@link
   *     #close}
   * @throws IllegalArgumentException for a payload over {@link #MAX_RECORD_BYTES}, or a type that
   *     is none
   */
  CompletionStage<Long> append(int type, Bytes payload);

  /**
   * Replaces all records up to {@code upTo} by a snapshot of the state after them.
   *
   * @param upTo number of a record that is safe, or 0, and not less than in the call before
   * @return completes when the snapshot is safe and in force; when it fails the records are still
   *     there
   * @throws IllegalArgumentException for another number
   */
  CompletionStage<Void> compact(long upTo, Bytes snapshot);

  /**
   * Waits until all records so far are on disk for good, whatever the policy; does not wait for the
   * policy to ask for that.
   *
   * @return completes after the stages of all appends before it; fails as they do
   */
  CompletionStage<Void> settled();

  /** Ends it; appends under way end first, and all records are on disk for good then. */
  @Override
  void close();

  /** Refuses what is too large for a record. */
  static void requirePayload(Bytes payload) {
    if (payload.size() > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "record: %d bytes (expected: at most %d)".formatted(payload.size(), MAX_RECORD_BYTES));
    }
  }
}

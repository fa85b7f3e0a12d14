// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A {@link Journal} that forgets everything with the process: for tests, and for hosts that have no
 * disk and can rebuild what they lose. {@link #reopened} stands for a restart.
 *
 * <p><b>Thread-safe.</b> Stages are complete when they are returned.
 */
public final class MemoryJournal implements Journal {

  private final Recovered recovered;
  private final List<Entry> records;
  private Bytes snapshot;
  private long snapshotNumber;
  private long last;
  private boolean closed;

  private MemoryJournal(Recovered recovered) {
    this.recovered = recovered;
    this.records = new ArrayList<>(recovered.records());
    this.snapshot = recovered.snapshot();
    this.snapshotNumber = recovered.snapshotNumber();
    this.last = snapshotNumber + records.size();
  }

  /** A journal without records. */
  public static MemoryJournal create() {
    return new MemoryJournal(new Recovered(Bytes.EMPTY, 0, List.of(), 0));
  }

  /** Closes this one and opens another with what is in it now. */
  public synchronized MemoryJournal reopened() {
    closed = true;
    return new MemoryJournal(new Recovered(snapshot, snapshotNumber, records, 0));
  }

  @Override
  public synchronized Recovered recovered() {
    if (last > recovered.snapshotNumber() + recovered.records().size()) {
      throw new IllegalStateException("recovered() asked for after a write");
    }
    return recovered;
  }

  @Override
  public synchronized CompletionStage<Long> append(int type, Bytes payload) {
    Journal.requirePayload(payload);
    Entry record = new Entry(last + 1, type, payload);
    if (closed) {
      return CompletableFuture.failedStage(new IllegalStateException("journal: closed"));
    }
    records.add(record);
    last = record.number();
    return CompletableFuture.completedStage(last);
  }

  @Override
  public synchronized CompletionStage<Void> compact(long upTo, Bytes newSnapshot) {
    requireNonNull(newSnapshot, "snapshot");
    if (upTo < snapshotNumber || upTo > last) {
      throw new IllegalArgumentException(
          "compact: up to record %d (expected: %d-%d, what is safe and not compacted)"
              .formatted(upTo, snapshotNumber, last));
    }
    if (closed) {
      return CompletableFuture.failedStage(new IllegalStateException("journal: closed"));
    }
    records.removeIf(record -> record.number() <= upTo);
    snapshot = newSnapshot;
    snapshotNumber = upTo;
    return CompletableFuture.completedStage(null);
  }

  @Override
  public synchronized CompletionStage<Void> settled() {
    return closed
        ? CompletableFuture.failedStage(new IllegalStateException("journal: closed"))
        : CompletableFuture.completedStage(null);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.api.store.ReplicatedStore.Write;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * The data behind all {@link LocalStore}s of one process.
 *
 * <p><b>Thread-safe.</b> Writers exclude each other for a moment; readers take the newest map,
 * which never changes.
 */
final class LocalEntries {

  /** How much fits in. */
  record Limits(int keys, long bytes) {}

  private final TimeSource time;
  private final Limits limits;
  private final MetricsSink.Counter refused;
  private final EntryBoard board;

  // Both are changed within a change of the board only.
  private volatile long bytes;
  private long clock;

  LocalEntries(TimeSource time, MetricsSink metrics, Limits limits) {
    this.time = time;
    this.limits = limits;
    this.refused =
        metrics.counter("dcosnet.store.refused", "Writes refused because the store was full");
    this.board =
        new EntryBoard(
            time,
            OwnerState.ALIVE,
            metrics.counter(
                "dcosnet.store.resyncs", "Watchers that were late and got a new snapshot"));
    metrics.gauge("dcosnet.store.keys", "Keys in the store", board::size);
    metrics.gauge("dcosnet.store.bytes", "Sum of keys and values", () -> bytes);
  }

  CompletableFuture<Write> put(NodeId writer, String key, int keyBytes, Bytes value) {
    return board.change(edit -> put(edit, writer, key, keyBytes, value));
  }

  private CompletableFuture<Write> put(
      EntryBoard.Edit edit, NodeId writer, String key, int keyBytes, Bytes value) {
    Entry before = edit.get(key);
    long after = bytes + value.size() - (before == null ? -keyBytes : before.value().size());
    boolean full = before == null && edit.size() >= limits.keys;
    if (full || after > limits.bytes) {
      refused.increment();
      return CompletableFuture.failedFuture(
          new DcosNetException(
              "put %s: store is full: %d keys, %d bytes (expected: at most %d keys, %d bytes)"
                  .formatted(key, edit.size(), bytes, limits.keys, limits.bytes)));
    }
    Write write = new Write(key, nextVersion(writer));
    edit.put(key, value, writer, write.version());
    bytes = after;
    return CompletableFuture.completedFuture(write);
  }

  CompletableFuture<Write> delete(NodeId writer, String key, int keyBytes) {
    return board.change(
        edit -> {
          Write write = new Write(key, nextVersion(writer));
          Entry before = edit.get(key);
          if (before != null) {
            long after = bytes - keyBytes - before.value().size();
            edit.remove(key);
            bytes = after;
          }
          return CompletableFuture.completedFuture(write);
        });
  }

  /** What all stores show. */
  EntryBoard board() {
    return board;
  }

  String why(String key) {
    String text = board.why(key, Instant::ofEpochMilli);
    return board.get(key) == null ? text : text + "; held by this process only";
  }

  private Version nextVersion(NodeId writer) {
    clock = Math.max(clock + 1, time.wallMillis());
    return new Version(clock, writer);
  }
}

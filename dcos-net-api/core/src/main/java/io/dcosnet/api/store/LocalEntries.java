// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Listener;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.api.store.ReplicatedStore.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The data behind all {@link LocalStore}s of one process.
 *
 * <p><b>Thread-safe.</b> Writers exclude each other for a moment; readers take the newest map,
 * which never changes.
 */
final class LocalEntries {

  /** How much fits in. */
  record Limits(int keys, long bytes) {}

  private record Owner(OwnerState state, Instant since) {}

  private final TimeSource time;
  private final Limits limits;
  private final MetricsSink.Counter refused;
  private final MetricsSink.Counter resyncs;

  /** Guards all fields below and what the watches have yet to tell; no foreign code runs in it. */
  final Object lock = new Object();

  private volatile TreePMap<String, Entry> entries = TreePMap.empty();
  private volatile long bytes;
  private final Map<NodeId, Owner> owners = new HashMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private long clock;

  LocalEntries(TimeSource time, MetricsSink metrics, Limits limits) {
    this.time = time;
    this.limits = limits;
    this.refused =
        metrics.counter("dcosnet.store.refused", "Writes refused because the store was full");
    this.resyncs =
        metrics.counter("dcosnet.store.resyncs", "Watchers that were late and got a new snapshot");
    metrics.gauge("dcosnet.store.keys", "Keys in the store", () -> entries.size());
    metrics.gauge("dcosnet.store.bytes", "Sum of keys and values", () -> bytes);
  }

  CompletableFuture<Write> put(NodeId writer, String key, int keyBytes, Bytes value) {
    Write write;
    List<Watch> awake;
    synchronized (lock) {
      Entry before = entries.get(key);
      int more = value.size() - (before == null ? -keyBytes : before.value().size());
      boolean full = before == null && entries.size() >= limits.keys;
      if (full || bytes + more > limits.bytes) {
        refused.increment();
        return CompletableFuture.failedFuture(
            new DcosNetException(
                "put %s: store is full: %d keys, %d bytes (expected: at most %d keys, %d bytes)"
                    .formatted(key, entries.size(), bytes, limits.keys, limits.bytes)));
      }
      write = new Write(key, nextVersion(writer));
      Owner owner = owners.computeIfAbsent(writer, id -> new Owner(OwnerState.ALIVE, now()));
      entries =
          entries.plus(
              key, new Entry(key, value, writer, write.version(), owner.state, owner.since));
      bytes += more;
      awake = touch(key);
    }
    awake.forEach(Watch::wake);
    return CompletableFuture.completedFuture(write);
  }

  CompletableFuture<Write> delete(NodeId writer, String key, int keyBytes) {
    Write write;
    List<Watch> awake = List.of();
    synchronized (lock) {
      write = new Write(key, nextVersion(writer));
      Entry before = entries.get(key);
      if (before != null) {
        entries = entries.minus(key);
        bytes -= keyBytes + before.value().size();
        awake = touch(key);
      }
    }
    awake.forEach(Watch::wake);
    return CompletableFuture.completedFuture(write);
  }

  void ownerState(NodeId id, OwnerState state) {
    List<Watch> awake = new ArrayList<>();
    synchronized (lock) {
      Owner known = owners.get(id);
      if (known != null && known.state == state) {
        return;
      }
      Owner owner = new Owner(state, now());
      owners.put(id, owner);
      // A walk over all entries: owners change state seldom, so an index would cost more than it
      // saves.
      for (Entry entry : entries.values()) {
        if (entry.owner().equals(id)) {
          entries =
              entries.plus(
                  entry.key(),
                  new Entry(
                      entry.key(), entry.value(), id, entry.version(), owner.state, owner.since));
          awake.addAll(touch(entry.key()));
        }
      }
    }
    awake.forEach(Watch::wake);
  }

  NavigableMap<String, Entry> below(String prefix) {
    return below(entries, prefix);
  }

  static TreePMap<String, Entry> below(TreePMap<String, Entry> all, String prefix) {
    if (prefix.isEmpty()) {
      return all;
    }
    String end = StoreKeys.endOf(prefix);
    return end == null ? all.tailMap(prefix, true) : all.subMap(prefix, true, end, false);
  }

  /** The newest map; what {@link #lock} guards is consistent with it while the lock is held. */
  TreePMap<String, Entry> all() {
    return entries;
  }

  Subscription watch(String prefix, Executor executor, Listener listener) {
    Watch watch = new Watch(this, prefix, executor, listener, resyncs);
    synchronized (lock) {
      watches.add(watch);
    }
    watch.wake();
    return () -> {
      synchronized (lock) {
        watches.remove(watch);
        watch.close();
      }
    };
  }

  String why(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return key + ": not in the store";
    }
    return "%s: %s, written by %s at %s (clock %d), which is %s since %s; held by this process only"
        .formatted(
            key,
            entry.value(),
            entry.owner(),
            Instant.ofEpochMilli(entry.version().clock()),
            entry.version().clock(),
            entry.ownerState(),
            entry.ownerStateSince());
  }

  /** Marks the key where it is watched; gives the watches that must be woken. */
  private List<Watch> touch(String key) {
    @Nullable List<Watch> awake = null;
    for (Watch watch : watches) {
      if (watch.touched(key)) {
        awake = awake == null ? new ArrayList<>(watches.size()) : awake;
        awake.add(watch);
      }
    }
    return awake == null ? List.of() : awake;
  }

  private Version nextVersion(NodeId writer) {
    clock = Math.max(clock + 1, time.wallMillis());
    return new Version(clock, writer);
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }
}

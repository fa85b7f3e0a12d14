// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.store.Board;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtStore;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** All keys of a store, whatever their type. <b>Thread-safe.</b> */
final class CrdtView implements CrdtStore {

  private final Board<Held> board;
  private final StoreWrites writes;

  CrdtView(Board<Held> board, StoreWrites writes) {
    this.board = board;
    this.writes = writes;
  }

  @Override
  public CompletionStage<Version> update(String key, List<CrdtOp> ops) {
    return writes.update(key, null, ops);
  }

  @Override
  public CompletionStage<Version> update(String key, Version expected, List<CrdtOp> ops) {
    return writes.update(key, requireNonNull(expected, "expected"), ops);
  }

  @Override
  public CompletionStage<Version> delete(String key) {
    return writes.delete(key);
  }

  @Override
  public Optional<Versioned> get(String key) {
    return Optional.ofNullable(board.get(key)).map(Held::versioned);
  }

  @Override
  public NavigableMap<String, Versioned> view(String prefix) {
    return read(board.view(requireNonNull(prefix, "prefix")));
  }

  private static NavigableMap<String, Versioned> read(NavigableMap<String, Held> held) {
    TreeMap<String, Versioned> read = new TreeMap<>();
    held.forEach((key, value) -> read.put(key, value.versioned()));
    return Collections.unmodifiableNavigableMap(read);
  }

  @Override
  public Subscription watch(String prefix, Executor executor, Listener listener) {
    return board.watch(prefix, executor, new Telling(requireNonNull(listener, "listener")));
  }

  /** Reads the values for a listener, in its thread. */
  private record Telling(Listener listener) implements Board.Watcher<Held> {

    @Override
    public void snapshot(NavigableMap<String, Held> keys) {
      listener.snapshot(read(keys));
    }

    @Override
    public void changed(
        Iterable<String> keys,
        NavigableMap<String, Held> before,
        NavigableMap<String, Held> after) {
      Map<String, Versioned> present = new LinkedHashMap<>();
      Set<String> absent = new LinkedHashSet<>();
      for (String key : keys) {
        @Nullable Held older = before.get(key);
        @Nullable Held newer = after.get(key);
        if (newer == null && older != null) {
          absent.add(key);
        } else if (newer != null && newer != older) {
          present.put(key, newer.versioned());
        }
      }
      if (!present.isEmpty() || !absent.isEmpty()) {
        listener.changed(Collections.unmodifiableMap(present), Collections.unmodifiableSet(absent));
      }
    }

    @Override
    public void resync() {
      // The snapshot that follows says it all.
    }
  }
}

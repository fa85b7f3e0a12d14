// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Listener;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ReplicatedStore} shows, for those who implement one: entries with what is believed
 * of their owners, for readers and watchers. A change of an owner's state costs as much as it has
 * entries.
 *
 * <p><b>Thread-safe.</b> Writers exclude each other for a moment, readers never wait.
 */
public final class EntryBoard {

  /** With more than this part of all entries, an owner's are not looked up one by one. */
  private static final int LARGE_PART = 16;

  private final TimeSource time;
  private final OwnerState unknown;
  private final Board<Entry> board;

  // Guarded by the lock of the board, within which all changes run.
  private final Map<NodeId, Owner> owners = new HashMap<>();

  /**
   * An empty board.
   *
   * @param unknown what is believed of an owner that nothing was said about
   * @param resyncs counts watchers that were too slow
   */
  public EntryBoard(TimeSource time, OwnerState unknown, MetricsSink.Counter resyncs) {
    this.time = requireNonNull(time, "time");
    this.unknown = requireNonNull(unknown, "unknown");
    this.board = new Board<>(resyncs);
  }

  /** What is believed of a node, and the keys that it owns. */
  private static final class Owner {
    OwnerState state;
    Instant since;
    final Set<String> keys = new LinkedHashSet<>();

    /** Nobody speaks of it, so it is known only for as long as it has entries. */
    boolean forgotten = true;

    Owner(OwnerState state, Instant since) {
      this.state = state;
      this.since = since;
    }

    Entry shown(Entry entry) {
      return new Entry(entry.key(), entry.value(), entry.owner(), entry.version(), state, since);
    }
  }

  /** Changes entries, for as long as {@link #change} runs. */
  public final class Edit {
    private final Board<Entry>.Edit edit;

    private Edit(Board<Entry>.Edit edit) {
      this.edit = edit;
    }

    /** What is there, changes so far included. */
    public @Nullable Entry get(String key) {
      return edit.get(key);
    }

    public int size() {
      return edit.size();
    }

    /** Puts an entry; the state of its owner is added here. */
    public void put(String key, Bytes value, NodeId owner, Version version) {
      Entry before = edit.get(key);
      edit.put(key, entry(before, key, value, owner, version));
    }

    public void remove(String key) {
      Entry before = edit.get(key);
      if (before != null) {
        disown(before);
        edit.remove(key);
      }
    }
  }

  /** Makes changes that are shown all at once; they must be short, and not call this board. */
  public <R> R change(Function<? super Edit, R> changes) {
    return board.change(edit -> changes.apply(new Edit(edit)));
  }

  /** Entries without the state of their owners, in place of all that is there. */
  public void replace(Iterable<Unowned> entries) {
    board.change(
        edit -> {
          owners.values().forEach(owner -> owner.keys.clear());
          TreeMap<String, Entry> all = new TreeMap<>();
          for (Unowned entry : entries) {
            all.put(
                entry.key(),
                entry(
                    all.get(entry.key()),
                    entry.key(),
                    entry.value(),
                    entry.version().writer(),
                    entry.version()));
          }
          edit.replace(all);
          owners.values().removeIf(owner -> owner.forgotten && owner.keys.isEmpty());
          return all.size();
        });
  }

  /** An entry of the node that wrote it. <b>Immutable.</b> */
  public record Unowned(String key, Bytes value, Version version) {}

  private Entry entry(
      @Nullable Entry before, String key, Bytes value, NodeId owner, Version version) {
    if (before != null && !before.owner().equals(owner)) {
      disown(before);
    }
    Owner of = owners.computeIfAbsent(owner, id -> new Owner(unknown, now()));
    of.keys.add(key);
    return new Entry(key, value, owner, version, of.state, of.since);
  }

  private void disown(Entry entry) {
    Owner of = owners.get(entry.owner());
    if (of != null) {
      of.keys.remove(entry.key());
      dropIfOver(entry.owner(), of);
    }
  }

  private void dropIfOver(NodeId id, Owner owner) {
    if (owner.forgotten && owner.keys.isEmpty()) {
      owners.remove(id);
    }
  }

  /** Says what is believed of a node from now on; its entries carry it, and watchers are told. */
  public void ownerState(NodeId id, OwnerState state) {
    ownerStates(Map.of(id, state));
  }

  /** The same for many nodes at once, for less than each costs. */
  public void ownerStates(Map<NodeId, OwnerState> states) {
    board.change(
        edit -> {
          List<Owner> changed = new ArrayList<>();
          int entries = 0;
          for (Map.Entry<NodeId, OwnerState> said : states.entrySet()) {
            Owner owner = owners.computeIfAbsent(said.getKey(), any -> new Owner(unknown, now()));
            owner.forgotten = false;
            if (owner.state != said.getValue()) {
              owner.state = said.getValue();
              owner.since = now();
              changed.add(owner);
              entries += owner.keys.size();
            }
          }
          if (entries > edit.size() / LARGE_PART) {
            edit.putAll(this::shown);
          } else {
            changed.forEach(owner -> show(edit, owner));
          }
          return entries;
        });
  }

  private Entry shown(Entry entry) {
    Owner owner = requireNonNull(owners.get(entry.owner()), entry.key());
    return owner.state == entry.ownerState() && owner.since.equals(entry.ownerStateSince())
        ? entry
        : owner.shown(entry);
  }

  private static void show(Board<Entry>.Edit edit, Owner owner) {
    for (String key : owner.keys) {
      edit.put(key, owner.shown(requireNonNull(edit.get(key), key)));
    }
  }

  /** Nothing more will be said of a node; its entries keep what was said last. */
  public void forget(NodeId id) {
    board.change(
        edit -> {
          Owner owner = owners.get(id);
          if (owner != null) {
            owner.forgotten = true;
            dropIfOver(id, owner);
          }
          return edit.size();
        });
  }

  /** What a key has; null for nothing. */
  public @Nullable Entry get(String key) {
    return board.get(key);
  }

  /** How many entries there are. */
  public int size() {
    return board.size();
  }

  /** As {@link ReplicatedStore#view}. */
  public NavigableMap<String, Entry> view(String prefix) {
    return board.view(prefix);
  }

  /** As {@link ReplicatedStore#watch}. */
  public Subscription watch(String prefix, Executor executor, Listener listener) {
    return board.watch(prefix, executor, new Telling(requireNonNull(listener, "listener")));
  }

  /**
   * Where an entry came from, as far as it is known here.
   *
   * @param written when a version was written, by its clock
   */
  public String why(String key, LongFunction<Instant> written) {
    Entry entry = board.get(key);
    if (entry == null) {
      return key + ": not in the store";
    }
    return "%s: %s, written by %s at %s (clock %d), which is %s since %s"
        .formatted(
            key,
            entry.value(),
            entry.owner(),
            written.apply(entry.version().clock()),
            entry.version().clock(),
            entry.ownerState(),
            entry.ownerStateSince());
  }

  private Instant now() {
    return Instant.ofEpochMilli(time.wallMillis());
  }

  /** Tells a listener in its own words. */
  private record Telling(Listener listener) implements Board.Watcher<Entry> {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      listener.snapshot(entries);
    }

    @Override
    public void changed(
        Iterable<String> keys,
        NavigableMap<String, Entry> before,
        NavigableMap<String, Entry> after) {
      List<Change<Entry>> changes = new ArrayList<>();
      for (String key : keys) {
        Entry older = before.get(key);
        Entry newer = after.get(key);
        if (!Objects.equals(older, newer)) {
          changes.add(new Change<>(older, newer));
        }
      }
      if (!changes.isEmpty()) {
        listener.changed(List.copyOf(changes));
      }
    }

    @Override
    public void resync() {
      listener.resync();
    }
  }
}

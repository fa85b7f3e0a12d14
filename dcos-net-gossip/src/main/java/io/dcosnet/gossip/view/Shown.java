// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.Board;
import io.dcosnet.api.store.EntryBoard;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.StoreState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What readers see of a store: all that changes in one turn of the replica's thread is shown at
 * once, at the end of it.
 *
 * <p>The boards are for any thread; all else is for the replica's.
 */
final class Shown implements StoreState.Observer {

  /** Keys that begin like this are the store's own, and no user sees them. */
  private static final char HIDDEN = '\u0000';

  final EntryBoard entries;
  final Board<Held> keys;

  private final Turns turns;
  private Map<String, Cell> changed = new LinkedHashMap<>();
  private Map<NodeId, @Nullable OwnerState> believed = new LinkedHashMap<>();
  private List<Runnable> afterwards = new ArrayList<>();
  private boolean awaited;

  /** Runs work on the replica's thread when what runs there now is over. */
  @FunctionalInterface
  interface Turns {
    void next(Runnable work);
  }

  Shown(TimeSource time, MetricsSink metrics, Turns turns) {
    MetricsSink.Counter resyncs =
        metrics.counter(
            "dcosnet.gossip.kv.resyncs", "Watchers that were late and got a new snapshot");
    // An entry of a node that is no member may be as old as the store, so nobody should count on
    // its owner; one that has just come is told of within a moment.
    this.entries = new EntryBoard(time, OwnerState.DEAD, resyncs);
    this.keys = new Board<>(resyncs);
    this.turns = turns;
  }

  static boolean isHidden(String key) {
    return !key.isEmpty() && key.charAt(0) == HIDDEN;
  }

  /** Shows all of a state, and each change of it from now on. */
  void begin(StoreState state) {
    TreeMap<String, Held> all = new TreeMap<>();
    List<EntryBoard.Unowned> registers = new ArrayList<>();
    for (Map.Entry<String, Cell> entry : state.cells().entrySet()) {
      String key = entry.getKey();
      if (!isHidden(key) && !entry.getValue().isGhost()) {
        Held held = Held.of(entry.getValue(), null);
        all.put(key, held);
        Atom winner = held.winner();
        if (winner != null) {
          registers.add(new EntryBoard.Unowned(key, winner.value(), held.version()));
        }
      }
    }
    changed.clear();
    showOwners();
    keys.change(
        edit -> {
          edit.replace(all);
          return edit.size();
        });
    entries.replace(registers);
    state.observer(this);
  }

  @Override
  public void changed(String key, Cell before, Cell after) {
    if (!isHidden(key)) {
      changed.put(key, after);
      await();
    }
  }

  /** What is believed of a node from now on; null when nothing more will be said of it. */
  void believe(NodeId owner, @Nullable OwnerState state) {
    believed.put(owner, state);
    await();
  }

  /** Does something after what has changed so far is shown; at once when all of it is. */
  void afterwards(Runnable work) {
    if (changed.isEmpty()) {
      work.run();
    } else {
      afterwards.add(work);
      await();
    }
  }

  private void await() {
    if (!awaited) {
      awaited = true;
      turns.next(
          () -> {
            awaited = false;
            show();
          });
    }
  }

  /** Shows what has changed so far. */
  void show() {
    showOwners();
    Map<String, Cell> cells = changed;
    List<Runnable> works = afterwards;
    changed = new LinkedHashMap<>();
    afterwards = new ArrayList<>();
    if (!cells.isEmpty()) {
      Map<String, @Nullable Held> held = showKeys(cells);
      entries.change(edit -> showEntries(edit, held));
    }
    works.forEach(Runnable::run);
  }

  private void showOwners() {
    if (believed.isEmpty()) {
      return;
    }
    Map<NodeId, OwnerState> said = new LinkedHashMap<>();
    List<NodeId> gone = new ArrayList<>();
    believed.forEach(
        (owner, state) -> {
          if (state == null) {
            gone.add(owner);
          } else {
            said.put(owner, state);
          }
        });
    believed = new LinkedHashMap<>();
    entries.ownerStates(said);
    gone.forEach(entries::forget);
  }

  private Map<String, @Nullable Held> showKeys(Map<String, Cell> cells) {
    return keys.change(
        edit -> {
          Map<String, @Nullable Held> shown = new LinkedHashMap<>();
          cells.forEach(
              (key, cell) -> {
                Held before = edit.get(key);
                Held after = cell.isGhost() ? null : Held.of(cell, before);
                if (after == null) {
                  edit.remove(key);
                } else if (after != before) {
                  edit.put(key, after);
                }
                shown.put(key, after);
              });
          return shown;
        });
  }

  private static int showEntries(EntryBoard.Edit edit, Map<String, @Nullable Held> keys) {
    keys.forEach(
        (key, held) -> {
          Atom winner = held == null ? null : held.winner();
          if (held == null || winner == null) {
            edit.remove(key);
            return;
          }
          Entry before = edit.get(key);
          if (before == null || !before.version().equals(held.version())) {
            edit.put(key, winner.value(), held.version().writer(), held.version());
          }
        });
    return edit.size();
  }
}

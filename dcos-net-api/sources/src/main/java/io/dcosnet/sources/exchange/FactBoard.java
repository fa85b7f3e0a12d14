// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.sources.exchange.FactKey.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All facts in the store by writer, and which writer stands where: the image of the store that the
 * reader and the writer of facts on this node share. <b>Confined to</b> the turns it is given.
 */
final class FactBoard implements ReplicatedStore.Listener {

  /** Told what happens on the board, in a turn. */
  interface Observer {

    /** An entry other than a head came, changed or went. */
    void changed(FactWriter writer, Change<Entry> change);

    /** All changes that came together were told, heads among them. */
    void settled();
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(FactBoard.class);

  private final FactMetrics metrics;
  private final Map<String, FactWriter> writers = new HashMap<>();
  private final List<Observer> observers = new ArrayList<>();
  private final NavigableMap<String, Entry> all = new TreeMap<>();

  FactBoard(FactMetrics metrics) {
    this.metrics = metrics;
  }

  void add(Observer observer) {
    observers.add(observer);
  }

  void remove(Observer observer) {
    observers.remove(observer);
  }

  /** The entries of one writer; none for one that has never written. */
  FactWriter writer(String id) {
    FactWriter known = writers.get(id);
    return known == null ? new FactWriter(id) : known;
  }

  /** The writer with the highest head; null when nobody has one. */
  @Nullable FactWriter highest() {
    return highest(false);
  }

  /** As {@link #highest}, among those of which nothing is missing. */
  @Nullable FactWriter highestWhole() {
    return highest(true);
  }

  private @Nullable FactWriter highest(boolean whole) {
    FactWriter best = null;
    for (FactWriter writer : writers.values()) {
      if ((!whole || writer.isWhole()) && writer.isAbove(best)) {
        best = writer;
      }
    }
    return best;
  }

  @Override
  public void snapshot(NavigableMap<String, Entry> entries) {
    List<Change<Entry>> changes = new ArrayList<>();
    for (Entry old : all.values()) {
      if (!entries.containsKey(old.key())) {
        changes.add(Change.removed(old));
      }
    }
    for (Entry entry : entries.values()) {
      changes.add(new Change<>(all.get(entry.key()), entry));
    }
    changed(changes);
  }

  @Override
  public void changed(List<Change<Entry>> changes) {
    for (Change<Entry> change : changes) {
      take(change.latest().key(), change.after());
    }
    observers.forEach(Observer::settled);
  }

  private void take(String text, @Nullable Entry after) {
    Entry before = after == null ? all.remove(text) : all.put(text, after);
    if (Objects.equals(before, after)) {
      return;
    }
    FactKey key;
    try {
      key = FactKey.parse(text);
      NodeId owner = after == null ? null : after.owner();
      if (owner != null && !owner.toString().equals(key.writer())) {
        throw new DecodeException("key: " + text + " of " + owner + " (expected: its own)", 0);
      }
    } catch (DecodeException e) {
      all.remove(text);
      unreadable(text, e);
      return;
    }
    boolean same = before != null && after != null && before.value().equals(after.value());
    FactWriter writer = writers.computeIfAbsent(key.writer(), FactWriter::new);
    if (key.kind() == Kind.HEAD) {
      head(writer, text, same, after);
    } else {
      if (after == null) {
        writer.remove(text);
      } else {
        writer.put(after);
      }
      Change<Entry> change = new Change<>(before, after);
      observers.forEach(observer -> observer.changed(writer, change));
    }
    if (writer.isEmpty()) {
      writers.remove(key.writer());
    }
  }

  private void head(FactWriter writer, String key, boolean same, @Nullable Entry entry) {
    if (same) {
      return;
    }
    try {
      writer.head(entry);
    } catch (DecodeException e) {
      unreadable(key, e);
    }
  }

  private void unreadable(String key, DecodeException why) {
    metrics.unreadable.increment();
    LOGGER.debug("skipping entry {}: {}", key, why.getMessage());
  }
}

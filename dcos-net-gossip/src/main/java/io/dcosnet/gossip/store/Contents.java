// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a store, and all that is counted or looked up about them, kept up to date with each
 * change at the cost of that change. <b>Not thread-safe.</b>
 */
final class Contents {

  private final Map<String, Cell> cells = new HashMap<>();
  private final DotIndex index = new DotIndex();
  private final LiveDigest digest = new LiveDigest();
  private final Unstable unstable = new Unstable();
  private int keys;
  private long octets;

  Cell cell(String key) {
    return cells.getOrDefault(key, Cell.EMPTY);
  }

  Map<String, Cell> cells() {
    return Collections.unmodifiableMap(cells);
  }

  DotIndex index() {
    return index;
  }

  LiveDigest digest() {
    return digest;
  }

  /** Keys with live atoms. */
  int keys() {
    return keys;
  }

  int ghosts() {
    return cells.size() - keys;
  }

  /** Octets of all keys, ghosts included, and of all live atoms as {@link Weights} has it. */
  long octets() {
    return octets;
  }

  long oldestUnstable() {
    return unstable.oldest(cells);
  }

  /** Keys that may have a write up to a time to be stripped; in the order of those writes. */
  Set<String> unstableUpTo(long time) {
    return unstable.upTo(time);
  }

  /** Replaces a cell, whatever changed in it; false when nothing did. */
  boolean replace(String key, Cell before, Cell after) {
    Set<Dot> touched = new LinkedHashSet<>(before.live().keySet());
    touched.addAll(after.live().keySet());
    before.latest().values().forEach(stamp -> touched.add(stamp.dot()));
    after.latest().values().forEach(stamp -> touched.add(stamp.dot()));
    touched.removeIf(
        dot ->
            before.live().containsKey(dot) == after.live().containsKey(dot)
                && Objects.equals(latest(before, dot), latest(after, dot)));
    replace(key, before, after, touched);
    return !touched.isEmpty();
  }

  /** Replaces a cell by what a delta makes of it. */
  void replace(Cell before, Cell after, Delta delta) {
    Set<Dot> touched = new LinkedHashSet<>(delta.removed());
    delta.writes().forEach(write -> touched.add(write.dot()));
    touched.addAll(delta.added().keySet());
    addLast(before, delta.origin(), touched);
    delta.removed().forEach(dot -> addLast(before, dot.replica(), touched));
    replace(delta.key(), before, after, touched);
  }

  private static void addLast(Cell cell, ReplicaId replica, Set<Dot> to) {
    Stamp last = cell.latest().get(replica);
    if (last != null) {
      to.add(last.dot());
    }
  }

  /**
   * Replaces a cell.
   *
   * @param touched at least the writes that were live or latest and are not any more, or the other
   *     way round; each once
   */
  void replace(String key, Cell before, Cell after, Set<Dot> touched) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    put(key, name.length, before, after);
    long hash = LiveDigest.hash(name);
    for (Dot dot : touched) {
      Atom was = before.live().get(dot);
      Atom is = after.live().get(dot);
      octets += (is == null ? 0 : Weights.of(is)) - (was == null ? 0 : Weights.of(was));
      if ((was == null) != (is == null)) {
        digest.flip(hash, dot);
      }
      Stamp wasLatest = latest(before, dot);
      Stamp isLatest = latest(after, dot);
      boolean isIndexed = is != null || isLatest != null;
      if (isIndexed && was == null && wasLatest == null) {
        index.add(dot, key);
      } else if (!isIndexed) {
        index.remove(dot, key);
      }
      if (isLatest != null && !isLatest.equals(wasLatest)) {
        unstable.add(isLatest, key);
      }
      if (wasLatest != null && !wasLatest.equals(isLatest)) {
        unstable.remove(cells);
      }
    }
  }

  private void put(String key, int length, Cell before, Cell after) {
    if (after.isNothing()) {
      cells.remove(key);
    } else {
      cells.put(key, after);
    }
    keys += (after.live().isEmpty() ? 0 : 1) - (before.live().isEmpty() ? 0 : 1);
    octets += (after.isNothing() ? 0 : length) - (before.isNothing() ? 0 : length);
  }

  private static @Nullable Stamp latest(Cell cell, Dot dot) {
    Stamp stamp = cell.latest().get(dot.replica());
    return stamp != null && stamp.dot().counter() == dot.counter() ? stamp : null;
  }
}

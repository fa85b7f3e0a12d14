// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one or several writes of one replica changed at one key. <b>Immutable.</b>
 *
 * <p>It is due where {@link #needs} and {@link #removed} are taken in: the cell it was made from
 * had taken them in, and an atom must not be removed before it comes, or it would come back.
 *
 * @param writes the writes, in the order of their counters, at least one; all of one replica. Each
 *     dot that was used is one of them, those of {@code added} too
 * @param added atoms that live after them, sorted; an atom of one of the writes that is not here
 *     does not live any more
 * @param removed dots of earlier atoms that were seen and do not live any more, sorted
 * @param needs the last write of each replica to this key that the cell had taken in before, as far
 *     as it may not be everywhere, sorted
 */
public record Delta(
    String key, List<Stamp> writes, Map<Dot, Atom> added, List<Dot> removed, List<Dot> needs) {

  public Delta {
    requireNonNull(key, "key");
    writes = List.copyOf(writes);
    added = SortedMaps.of(added);
    removed = sorted(removed);
    needs = sorted(needs);
    requireOrder(writes);
    for (Dot dot : added.keySet()) {
      if (!isAmong(writes, dot)) {
        throw new IllegalArgumentException("added: " + dot + " (expected: one of the writes)");
      }
    }
  }

  private static void requireOrder(List<Stamp> writes) {
    if (writes.isEmpty()) {
      throw new IllegalArgumentException("writes: none (expected: 1 or more)");
    }
    Stamp before = writes.get(0);
    for (Stamp write : writes.subList(1, writes.size())) {
      if (!write.dot().replica().equals(before.dot().replica())
          || write.dot().counter() <= before.dot().counter()
          || write.time() < before.time()) {
        throw new IllegalArgumentException(
            "writes: %s after %s (expected: of one replica, oldest first)"
                .formatted(write, before));
      }
      before = write;
    }
  }

  /** Searches in writes that are in order. */
  private static boolean isAmong(List<Stamp> writes, Dot dot) {
    int low = 0;
    int high = writes.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long counter = writes.get(middle).dot().counter();
      if (counter == dot.counter()) {
        return writes.get(middle).dot().replica().equals(dot.replica());
      }
      if (counter < dot.counter()) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  private static List<Dot> sorted(List<Dot> dots) {
    for (int i = 1; i < dots.size(); i++) {
      if (dots.get(i - 1).compareTo(dots.get(i)) >= 0) {
        return List.copyOf(new TreeSet<>(dots));
      }
    }
    return List.copyOf(dots);
  }

  /** Whose writes these are. */
  public ReplicaId origin() {
    return writes.get(0).dot().replica();
  }

  /** The last of the writes. */
  public Stamp last() {
    return writes.get(writes.size() - 1);
  }

  /** Whether all of it is taken in already. */
  public boolean isKnown(Seen store) {
    return writes.stream().allMatch(write -> store.has(write.dot()));
  }

  /** Whether it may be taken in now. */
  public boolean isDue(Cell cell, Seen store) {
    return needs.stream().allMatch(dot -> cell.hasSeen(dot, store))
        && removed.stream().allMatch(dot -> cell.hasSeen(dot, store));
  }

  /**
   * This one and a later one of the same replica and key as one, where nobody else wrote between
   * them at their origin, or everything in between is covered by {@code later.needs}.
   *
   * @throws IllegalArgumentException when it is not a later one of the same replica and key, or
   *     this replica wrote to the key in between
   */
  public Delta then(Delta later) {
    if (!key.equals(later.key)) {
      throw new IllegalArgumentException("key: " + later.key + " (expected: " + key + ")");
    }
    List<Stamp> allWrites = new ArrayList<>(writes);
    allWrites.addAll(later.writes);
    Map<Dot, Atom> atoms = new TreeMap<>(added);
    Set<Dot> gone = new HashSet<>(removed);
    for (Dot dot : later.removed) {
      atoms.remove(dot);
      // What is both made and removed here need not be there before.
      if (!isAmong(writes, dot)) {
        gone.add(dot);
      }
    }
    atoms.putAll(later.added);
    return new Delta(
        key, allWrites, atoms, new ArrayList<>(gone), new ArrayList<>(needsWith(later).values()));
  }

  private Map<ReplicaId, Dot> needsWith(Delta later) {
    Map<ReplicaId, Dot> all = new TreeMap<>();
    for (Dot dot : needs) {
      all.merge(dot.replica(), dot, Delta::later);
    }
    for (Dot dot : later.needs) {
      if (!dot.replica().equals(origin())) {
        all.merge(dot.replica(), dot, Delta::later);
      } else if (dot.counter() > last().dot().counter()) {
        throw new IllegalArgumentException(
            "later: needs %s after %s (expected: next to it)".formatted(dot, last()));
      }
    }
    return all;
  }

  private static Dot later(Dot a, Dot b) {
    return a.counter() >= b.counter() ? a : b;
  }
}

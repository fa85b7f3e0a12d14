// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * What one or several writes of one replica changed at one key. <b>Immutable.</b>
 *
 * <p>It is due where {@link #needs} and {@link #removed} are taken in: the cell it was made from
 * had taken them in, and an atom must not be removed before it comes, or it would come back.
 *
 * @param writes the writes, oldest first, at least one; all of one replica
 * @param added atoms that live after them
 * @param removed dots of atoms that were seen and do not live any more
 * @param needs the last write of each replica to this key that the cell had taken in before, as far
 *     as it may not be everywhere
 */
public record Delta(
    String key, List<Stamp> writes, Map<Dot, Atom> added, List<Dot> removed, List<Dot> needs) {

  public Delta {
    requireNonNull(key, "key");
    writes = List.copyOf(writes);
    added = Map.copyOf(added);
    removed = List.copyOf(removed);
    needs = List.copyOf(needs);
    if (writes.isEmpty()) {
      throw new IllegalArgumentException("writes: none (expected: 1 or more)");
    }
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
   */
  public Delta then(Delta later) {
    throw new UnsupportedOperationException();
  }
}

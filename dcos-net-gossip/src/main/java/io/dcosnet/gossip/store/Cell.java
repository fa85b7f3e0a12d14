// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of one key: its live atoms, and of each replica the last write to this key that some
 * replica may not have yet. <b>Immutable.</b>
 *
 * <p>A copy of a cell that holds the last write of a replica holds, or has removed, all that this
 * replica wrote to the key before, since deltas of one key are only taken in order ({@link
 * Delta#needs}). So a write counts as seen here when the clock of the store has it, or when {@link
 * #latest} has one of the same replica that is not before it.
 *
 * <p>Without live atoms it is a ghost: nobody reads it, but it still tells others what was deleted,
 * until all have it.
 */
public final class Cell {

  /** Nothing was ever written, or all of it is gone everywhere. */
  public static final Cell EMPTY = new Cell(Map.of(), Map.of(), 0, 0);

  private static final int STAMP_OCTETS = 12;

  private final Map<Dot, Atom> live;
  private final Map<ReplicaId, Stamp> latest;

  /** Of the live atoms. */
  private final long octets;

  /** A bit for the tag of each type that a live atom is of. */
  private final int types;

  private Cell(Map<Dot, Atom> live, Map<ReplicaId, Stamp> latest, long octets, int types) {
    this.live = live;
    this.latest = latest;
    this.octets = octets;
    this.types = types;
  }

  /** A cell of parts, as read from disk or wire. */
  public static Cell of(Map<Dot, Atom> live, Collection<Stamp> latest) {
    Map<ReplicaId, Stamp> byReplica = new TreeMap<>();
    for (Stamp stamp : latest) {
      byReplica.merge(stamp.dot().replica(), stamp, Stamp::with);
    }
    return EMPTY.changed(List.of(), SortedMaps.of(live), byReplica);
  }

  /** The atoms that are there, in the order of their dots; not to be changed. */
  public Map<Dot, Atom> live() {
    return live;
  }

  /**
   * By replica, the last write that may not be everywhere, or one of those that are and what it
   * added was removed by one that may not be; in the order of replicas, and not to be changed. The
   * time is that up to which all must be everywhere for it to be forgotten.
   *
   * <p>Without the second kind, a replica that has just begun would take what was removed from
   * somebody who does not know that yet, though it has this cell.
   */
  public Map<ReplicaId, Stamp> latest() {
    return latest;
  }

  public boolean isGhost() {
    return live.isEmpty();
  }

  /** Whether nothing needs to be kept of it. */
  public boolean isNothing() {
    return live.isEmpty() && latest.isEmpty();
  }

  /** Whether a write to this key is taken in, given the clock of the store that this cell is of. */
  public boolean hasSeen(Dot dot, Seen store) {
    Stamp last = latest.get(dot.replica());
    return (last != null && dot.counter() <= last.dot().counter()) || store.has(dot);
  }

  /**
   * This cell with what a delta brings, which must be due ({@link Delta#isDue}).
   *
   * @param store clock of the store that this cell is of, without the writes of the delta
   */
  public Cell with(Delta delta, Seen store) {
    List<Dot> gone = new ArrayList<>();
    for (Dot dot : delta.removed()) {
      if (live.containsKey(dot)) {
        gone.add(dot);
      }
    }
    for (Stamp write : delta.writes()) {
      // Of several writes, one that is taken in already may have been undone by a later one.
      if (live.containsKey(write.dot()) && !delta.added().containsKey(write.dot())) {
        gone.add(write.dot());
      }
    }
    Map<Dot, Atom> come = new TreeMap<>();
    delta
        .added()
        .forEach(
            (dot, atom) -> {
              if (!live.containsKey(dot) && !hasSeen(dot, store)) {
                come.put(dot, atom);
              }
            });
    return changed(gone, come, latestWith(delta, store));
  }

  /** What changes in {@link #latest}. */
  private Map<ReplicaId, Stamp> latestWith(Delta delta, Seen store) {
    Stamp last = delta.last();
    if (hasSeen(last.dot(), store)) {
      // A write that was seen, and is not kept here any more, is everywhere.
      return Map.of();
    }
    Map<ReplicaId, Stamp> later = new TreeMap<>();
    later.put(delta.origin(), latestWith(last));
    for (Dot dot : delta.removed()) {
      if (!dot.replica().equals(delta.origin())) {
        later.merge(dot.replica(), latestWith(new Stamp(dot, last.time())), Stamp::with);
      }
    }
    return later;
  }

  private Stamp latestWith(Stamp stamp) {
    Stamp before = latest.get(stamp.dot().replica());
    return before == null ? stamp : before.with(stamp);
  }

  /**
   * Both together: an atom stays that both have, or that one has and the other has not seen.
   *
   * @param ours clock of the store that this cell is of
   * @param theirs clock of the store that the other cell is of, from the moment of its reading
   */
  @SuppressWarnings("ReferenceEquality") // a short cut
  public Cell join(Seen ours, Cell other, Seen theirs) {
    if (this == other) {
      return this;
    }
    List<Dot> gone = new ArrayList<>();
    for (Dot dot : live.keySet()) {
      if (!other.live.containsKey(dot) && other.hasSeen(dot, theirs)) {
        gone.add(dot);
      }
    }
    Map<Dot, Atom> come = new TreeMap<>();
    other.live.forEach(
        (dot, atom) -> {
          if (!live.containsKey(dot) && !hasSeen(dot, ours)) {
            come.put(dot, atom);
          }
        });
    Map<ReplicaId, Stamp> later = new TreeMap<>();
    other.latest.forEach(
        (replica, stamp) -> {
          Stamp last = latestWith(stamp);
          if (!last.equals(latest.get(replica))) {
            later.put(replica, last);
          }
        });
    return changed(gone, come, later);
  }

  /**
   * This cell as it must be kept by a store that does not have all that its store has: with the
   * live writes that are new there also as {@link #latest}, though they are everywhere in the
   * cluster that this cell is from. A cluster that was parted from the beginning knows nothing of
   * that, and may yet be brought what came before these writes and was removed by them.
   *
   * @param theirs clock of that store
   */
  Cell newTo(Seen theirs) {
    Map<ReplicaId, Stamp> later = new TreeMap<>();
    live.forEach(
        (dot, atom) -> {
          Stamp last = latest.get(dot.replica());
          boolean isKept = last != null && last.dot().counter() >= dot.counter();
          if (!isKept && !theirs.has(dot)) {
            later.merge(dot.replica(), latestWith(new Stamp(dot, atom.time())), Stamp::with);
          }
        });
    return later.isEmpty() ? this : changed(List.of(), Map.of(), later);
  }

  private Cell changed(List<Dot> gone, Map<Dot, Atom> come, Map<ReplicaId, Stamp> later) {
    if (gone.isEmpty() && come.isEmpty() && later.isEmpty()) {
      return this;
    }
    long newOctets = octets;
    int newTypes = types;
    for (Dot dot : gone) {
      Atom atom = live.get(dot);
      newOctets -= atom == null ? 0 : atom.octets();
    }
    for (Atom atom : come.values()) {
      newOctets += atom.octets();
      newTypes |= bit(atom.root());
    }
    Map<Dot, Atom> newLive = SortedMaps.change(live, gone, come);
    if (newLive.isEmpty()) {
      newTypes = 0;
    } else if (!gone.isEmpty() && Integer.bitCount(newTypes) > 1) {
      newTypes = typesOf(newLive);
    }
    return new Cell(newLive, SortedMaps.change(latest, List.of(), later), newOctets, newTypes);
  }

  private static int bit(CrdtType type) {
    return 1 << type.tag();
  }

  private static int typesOf(Map<Dot, Atom> live) {
    int types = 0;
    for (Atom atom : live.values()) {
      types |= bit(atom.root());
    }
    return types;
  }

  /** Without the writes that are known to be everywhere: those up to this time. */
  public Cell strip(long stable) {
    List<ReplicaId> everywhere = new ArrayList<>();
    for (Stamp stamp : latest.values()) {
      if (stamp.time() <= stable) {
        everywhere.add(stamp.dot().replica());
      }
    }
    if (everywhere.isEmpty()) {
      return this;
    }
    Map<ReplicaId, Stamp> rest = SortedMaps.change(latest, everywhere, Map.of());
    return live.isEmpty() && rest.isEmpty() ? EMPTY : new Cell(live, rest, octets, types);
  }

  /** The type that is read; null for a ghost. */
  public @Nullable CrdtType type() {
    return types == 0 ? null : CrdtType.of(Integer.numberOfTrailingZeros(types)).orElseThrow();
  }

  /** What is read; null for a ghost. */
  public @Nullable CrdtValue value() {
    CrdtType type = type();
    return type == null ? null : CellValues.read(type, this);
  }

  /**
   * Of an {@link CrdtType#LWW_REGISTER}, the atom that counts, with its dot: the latest, then that
   * of the greater replica; null for all else.
   */
  public Map.@Nullable Entry<Dot, Atom> winner() {
    return type() == CrdtType.LWW_REGISTER ? CellValues.winner(live) : null;
  }

  /** About how many octets it takes on the wire, without its key. */
  public int octets() {
    return (int) Math.min(Integer.MAX_VALUE, octets + (long) STAMP_OCTETS * latest.size());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cell that && live.equals(that.live) && latest.equals(that.latest);
  }

  @Override
  public int hashCode() {
    return 31 * live.hashCode() + latest.hashCode();
  }

  @Override
  public String toString() {
    return "live " + live + ", latest " + latest.values();
  }
}

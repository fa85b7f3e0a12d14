// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import java.util.Collection;
import java.util.Map;
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
  public static final Cell EMPTY = new Cell();

  private Cell() {}

  /** A cell of parts, as read from disk or wire. */
  public static Cell of(Map<Dot, Atom> live, Collection<Stamp> latest) {
    throw new UnsupportedOperationException();
  }

  /** The atoms that are there; not to be changed. */
  public Map<Dot, Atom> live() {
    throw new UnsupportedOperationException();
  }

  /** By replica, the last write that may not be everywhere; not to be changed. */
  public Map<ReplicaId, Stamp> latest() {
    throw new UnsupportedOperationException();
  }

  public boolean isGhost() {
    throw new UnsupportedOperationException();
  }

  /** Whether nothing needs to be kept of it. */
  public boolean isNothing() {
    throw new UnsupportedOperationException();
  }

  /** Whether a write to this key is taken in, given the clock of the store that this cell is of. */
  public boolean hasSeen(Dot dot, Seen store) {
    throw new UnsupportedOperationException();
  }

  /**
   * This cell with what a delta brings, which must be due ({@link Delta#isDue}).
   *
   * @param store clock of the store that this cell is of
   */
  public Cell with(Delta delta, Seen store) {
    throw new UnsupportedOperationException();
  }

  /**
   * Both together: an atom stays that both have, or that one has and the other has not seen.
   *
   * @param ours clock of the store that this cell is of
   * @param theirs clock of the store that the other cell is of, from the moment of its reading
   */
  public Cell join(Seen ours, Cell other, Seen theirs) {
    throw new UnsupportedOperationException();
  }

  /** Without the writes that are known to be everywhere: those up to this time. */
  public Cell strip(long stable) {
    throw new UnsupportedOperationException();
  }

  /** The type that is read; null for a ghost. */
  public @Nullable CrdtType type() {
    throw new UnsupportedOperationException();
  }

  /** What is read; null for a ghost. */
  public @Nullable CrdtValue value() {
    throw new UnsupportedOperationException();
  }

  /**
   * Of an {@link CrdtType#LWW_REGISTER}, the atom that counts, with its dot: the latest, then that
   * of the greater replica; null for all else.
   */
  public Map.@Nullable Entry<Dot, Atom> winner() {
    throw new UnsupportedOperationException();
  }

  /** About how many octets it takes on the wire, without its key. */
  public int octets() {
    throw new UnsupportedOperationException();
  }
}

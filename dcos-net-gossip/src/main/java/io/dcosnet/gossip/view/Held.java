// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.view;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.gossip.crdt.CrdtStore.Versioned;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.store.Atom;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Stamp;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key that holds something, with its version. What it holds is worked out of the cell when
 * somebody wants to know. <b>Thread-safe.</b>
 */
final class Held {

  private final Cell cell;
  private final Version version;

  /** Worked out twice at worst: threads that do not see it make an equal one. */
  private @Nullable Versioned versioned;

  private Held(Cell cell, Version version) {
    this.cell = cell;
    this.version = version;
  }

  /**
   * What a cell shows.
   *
   * @param before what its key showed until now; returned when that has not changed
   */
  static Held of(Cell cell, @Nullable Held before) {
    Map.Entry<Dot, Atom> winner = cell.winner();
    if (winner != null) {
      Version version = version(winner.getKey(), winner.getValue().time());
      return before != null && before.isRegister() && before.version.equals(version)
          ? before
          : new Held(cell, version);
    }
    if (before != null && before.hasLive(cell)) {
      return before;
    }
    Version version = lastWrite(cell);
    // A write that comes late may be older than what is here, yet it changes the key.
    return new Held(
        cell,
        before != null && version.compareTo(before.version) <= 0
            ? new Version(before.version.clock() + 1, before.version.writer())
            : version);
  }

  private static Version version(Dot dot, long time) {
    return new Version(time, dot.replica().node());
  }

  private static Version lastWrite(Cell cell) {
    Version last = new Version(0, new NodeId(new UUID(0, 0)));
    for (Stamp write : cell.latest().values()) {
      last = later(last, version(write.dot(), write.time()));
    }
    for (Map.Entry<Dot, Atom> atom : cell.live().entrySet()) {
      last = later(last, version(atom.getKey(), atom.getValue().time()));
    }
    return last;
  }

  private static Version later(Version one, Version other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private boolean hasLive(Cell other) {
    if (cell.live() == other.live()) {
      return true;
    }
    // New writes are the usual case, and seen without a look at all atoms.
    boolean written =
        other.latest().entrySet().stream()
            .anyMatch(last -> !last.getValue().equals(cell.latest().get(last.getKey())));
    return !written
        && cell.live().size() == other.live().size()
        && cell.live().keySet().equals(other.live().keySet());
  }

  boolean isRegister() {
    return cell.type() == CrdtType.LWW_REGISTER;
  }

  /** Of a register, the atom that counts; null for all else. */
  @Nullable Atom winner() {
    Map.Entry<Dot, Atom> winner = cell.winner();
    return winner == null ? null : winner.getValue();
  }

  Version version() {
    return version;
  }

  Versioned versioned() {
    Versioned known = versioned;
    if (known == null) {
      known = new Versioned(requireNonNull(cell.value()), version);
      versioned = known;
    }
    return known;
  }

  CrdtType type() {
    return requireNonNull(cell.type());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.DcosNetException;

/** How much more the contents of a store may become. <b>Not thread-safe.</b> */
final class Room {

  /** One part in so many is spare, for what others wrote. */
  private static final int SPARE = 4;

  /**
   * So many times the keys may there be deleted ones that some replica has yet to hear of. One that
   * is away keeps all of them from being forgotten for days, and no memory holds them all.
   */
  private static final int GHOSTS = 4;

  /**
   * A key whose atoms take more octets than this in a message is kept out, however little they
   * weigh: no exchange could carry it, and who begins would never have all.
   */
  private static final long MOST_TAKEN_ON_WIRE = (8L << 20) + (128 << 10);

  /** The same for updates of this store, so that what two wrote at once still fits. */
  private static final long MOST_WRITTEN_ON_WIRE = (4L << 20) + (64 << 10);

  /**
   * What keys begin with that no user can write to. Of those a node has one or two; they fit in any
   * case, since others must know whose word to wait for before they forget what was deleted.
   */
  private static final String RESERVED = "\u0000";

  /** {@link Cell#octets} times this is not less than {@link Weights#onWire}. */
  private static final long LEAST_SHARE = 4;

  private final StoreLimits limits;
  private final Contents contents;

  Room(StoreLimits limits, Contents contents) {
    this.limits = limits;
    this.contents = contents;
  }

  /** Whether the store is within the limit for its own writes. */
  boolean isThere() {
    return contents.octets() <= limits.octets() && contents.keys() <= limits.keys();
  }

  /**
   * Checks an update of this store.
   *
   * @throws DcosNetException when it makes the value or the store too large
   */
  void require(String key, Cell before, Edit edit, Delta delta) {
    if (delta.added().isEmpty()) {
      return; // It only makes room.
    }
    long weight = edit.weight();
    if (weight > limits.largestWrite()) {
      throw new DcosNetException(
          "update %s: value is too large: %d bytes (expected: at most %d)"
              .formatted(key, weight, limits.largestWrite()));
    }
    if (edit.onWire() > MOST_WRITTEN_ON_WIRE) {
      throw new DcosNetException(
          "update %s: too many small parts: %d bytes in a message (expected: at most %d)"
              .formatted(key, edit.onWire(), MOST_WRITTEN_ON_WIRE));
    }
    requireMemory(key, before);
    if (key.startsWith(RESERVED)) {
      return;
    }
    boolean isNew = before.live().isEmpty();
    long more = weight - Weights.of(before) + (isNew ? key.length() : 0);
    boolean isFull = isNew && contents.keys() >= limits.keys();
    if (isFull || (more > 0 && contents.octets() + more > limits.octets())) {
      throw new DcosNetException(
          "update %s: store is full: %d keys, %d bytes (expected: at most %d keys, %d bytes)"
              .formatted(key, contents.keys(), contents.octets(), limits.keys(), limits.octets()));
    }
  }

  /**
   * Checks that another key may be remembered, deleted or not.
   *
   * @throws DcosNetException when too many deleted ones are
   */
  void requireMemory(String key, Cell before) {
    boolean isFull = contents.ghosts() >= (long) GHOSTS * limits.keys();
    if (isFull && before.isNothing() && !key.startsWith(RESERVED)) {
      throw new DcosNetException(
          ("update %s: %d deleted keys are remembered, as not all replicas have heard of them"
                  + " (expected: fewer than %d; does a member stay away?)")
              .formatted(key, contents.ghosts(), (long) GHOSTS * limits.keys()));
    }
  }

  /** Whether a cell that came about by others' writes is kept out. */
  boolean refuses(String key, Cell before, Cell after) {
    return isTooLarge(after) || isOverfull(key, before, after);
  }

  boolean isTooLarge(Cell cell) {
    // What it takes on the wire is more and about known, so most need not be counted.
    return (cell.octets() > limits.largestTaken() && Weights.of(cell) > limits.largestTaken())
        || (LEAST_SHARE * cell.octets() > MOST_TAKEN_ON_WIRE
            && Weights.onWire(cell.live().values()) > MOST_TAKEN_ON_WIRE);
  }

  private boolean isOverfull(String key, Cell before, Cell after) {
    boolean isNew = before.live().isEmpty() && !after.live().isEmpty();
    if (isNew && contents.keys() >= limits.keys() + limits.keys() / SPARE) {
      return true;
    }
    long most = limits.octets() + limits.octets() / SPARE;
    if (contents.octets() + key.length() + after.octets() <= most) {
      return false;
    }
    long more = Weights.of(after) - Weights.of(before) + (before.isNothing() ? key.length() : 0);
    return more > 0 && contents.octets() + more > most;
  }
}

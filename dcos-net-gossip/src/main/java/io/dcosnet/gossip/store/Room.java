// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.DcosNetException;

/** How much more the contents of a store may become. <b>Not thread-safe.</b> */
final class Room {

  /** One part in so many is spare, for what others wrote. */
  private static final int SPARE = 4;

  private final StoreLimits limits;
  private final Contents contents;

  Room(StoreLimits limits, Contents contents) {
    this.limits = limits;
    this.contents = contents;
  }

  /** Whether the store is within the limit for its own writes. */
  boolean isThere() {
    return contents.octets() <= limits.octets();
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
    boolean isNew = before.live().isEmpty();
    long more = weight - Weights.of(before) + (isNew ? key.length() : 0);
    boolean isFull = isNew && contents.keys() >= limits.keys();
    if (isFull || (more > 0 && contents.octets() + more > limits.octets())) {
      throw new DcosNetException(
          "update %s: store is full: %d keys, %d bytes (expected: at most %d keys, %d bytes)"
              .formatted(key, contents.keys(), contents.octets(), limits.keys(), limits.octets()));
    }
  }

  /** Whether a cell that came about by others' writes is kept out. */
  boolean refuses(String key, Cell before, Cell after) {
    return isTooLarge(after) || isOverfull(key, before, after);
  }

  boolean isTooLarge(Cell cell) {
    // What it takes on the wire is more and known, so most need not be counted.
    return cell.octets() > limits.largestTaken() && Weights.of(cell) > limits.largestTaken();
  }

  private boolean isOverfull(String key, Cell before, Cell after) {
    long most = limits.octets() + limits.octets() / SPARE;
    if (contents.octets() + key.length() + after.octets() <= most) {
      return false;
    }
    long more = Weights.of(after) - Weights.of(before) + (before.isNothing() ? key.length() : 0);
    return more > 0 && contents.octets() + more > most;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.crdt;

import java.util.Optional;

/** How concurrent writes to one key, or to one field of a map, come together. */
public enum CrdtType {
  /** One value; of concurrent writes the later one counts. */
  LWW_REGISTER(1),

  /** All values that were written concurrently, until one write has seen them all. */
  MV_REGISTER(2),

  /** A number that all nodes add to. */
  PN_COUNTER(3),

  /** On or off; on wins. */
  FLAG(4),

  /** On or off; off wins. */
  DISABLE_WINS_FLAG(5),

  /** A set; who adds wins over who removes at the same time. */
  OR_SET(6),

  /** Named fields, each of a type of its own. */
  OR_MAP(7);

  private static final CrdtType[] BY_TAG = values();

  private final int tag;

  CrdtType(int tag) {
    this.tag = tag;
  }

  /** As it is written on the wire; where a key has several types, the smallest is read. */
  public int tag() {
    return tag;
  }

  /** The type with this tag, if there is one. */
  public static Optional<CrdtType> of(int tag) {
    return tag >= 1 && tag <= BY_TAG.length ? Optional.of(BY_TAG[tag - 1]) : Optional.empty();
  }
}

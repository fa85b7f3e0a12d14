// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.Field;
import java.util.List;

/**
 * The least that a write adds to a key: one value of a register, one element of a set, the share of
 * one replica in a counter. <b>Immutable.</b>
 *
 * @param root type of the key
 * @param path fields that lead to it; empty unless {@code root} is a map, and at most {@value
 *     #MAX_DEPTH}
 * @param time when it was written, as {@link Stamp#time}
 * @param value of a register as it is, of a flag one octet 0 or 1, of a counter what was added and
 *     what was taken away as two varints, of a set the element
 */
public record Atom(CrdtType root, List<Field> path, long time, Bytes value) {

  /** How deep maps may lie in each other. */
  public static final int MAX_DEPTH = 4;

  public Atom {
    requireNonNull(root, "root");
    path = List.copyOf(path);
    requireNonNull(value, "value");
    if (path.size() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "depth: %d (expected: at most %d)".formatted(path.size(), MAX_DEPTH));
    }
  }

  /** Type of what the path leads to. */
  public CrdtType leaf() {
    return path.isEmpty() ? root : path.get(path.size() - 1).type();
  }
}

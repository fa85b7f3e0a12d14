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
 * @param path fields that lead to it, all maps but the last, which is none; empty unless {@code
 *     root} is a map, and at most {@value #MAX_DEPTH}
 * @param time when it was written, as {@link Stamp#time}; 0 or more
 * @param value of a register as it is, of a flag one octet 0 or 1, of a counter what was added and
 *     what was taken away as two varints, of a set the element
 */
public record Atom(CrdtType root, List<Field> path, long time, Bytes value) {

  /** How deep maps may lie in each other. */
  public static final int MAX_DEPTH = 4;

  private static final int OVERHEAD = 8;
  private static final int FIELD_OVERHEAD = 2;

  public Atom {
    requireNonNull(root, "root");
    path = List.copyOf(path);
    requireNonNull(value, "value");
    if (path.size() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "depth: %d (expected: at most %d)".formatted(path.size(), MAX_DEPTH));
    }
    if (time < 0) {
      throw new IllegalArgumentException("time: " + time + " (expected: 0 or more)");
    }
    requireWay(root, path);
    requireForm(path.isEmpty() ? root : path.get(path.size() - 1).type(), value);
  }

  private static void requireWay(CrdtType root, List<Field> path) {
    CrdtType at = root;
    for (Field field : path) {
      if (at != CrdtType.OR_MAP) {
        throw new IllegalArgumentException("path: through " + at + " (expected: through OR_MAP)");
      }
      at = field.type();
    }
    if (at == CrdtType.OR_MAP) {
      throw new IllegalArgumentException("path: ends at a map (expected: at what a map holds)");
    }
  }

  private static void requireForm(CrdtType leaf, Bytes value) {
    switch (leaf) {
      case PN_COUNTER -> Share.decode(value);
      case FLAG, DISABLE_WINS_FLAG -> {
        if (value.size() != 1 || (value.get(0) & ~1) != 0) {
          throw new IllegalArgumentException("flag: " + value + " (expected: one octet 0 or 1)");
        }
      }
      default -> {
        // A register or an element of a set may be anything.
      }
    }
  }

  /** Type of what the path leads to. */
  public CrdtType leaf() {
    return path.isEmpty() ? root : path.get(path.size() - 1).type();
  }

  /** Octets of value and path, and about what else it takes on the wire with its dot. */
  int octets() {
    int octets = OVERHEAD + value.size();
    for (Field field : path) {
      octets += FIELD_OVERHEAD + field.name().length();
    }
    return octets;
  }
}

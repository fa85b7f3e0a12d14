// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.crdt;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/**
 * Name and type of a field of a map; fields of one name and two types are two fields.
 * <b>Immutable.</b>
 *
 * @param name 1 to {@value #MAX_NAME_OCTETS} octets of UTF-8
 */
public record Field(String name, CrdtType type) implements Comparable<Field> {

  /** Most octets of a name. */
  public static final int MAX_NAME_OCTETS = 512;

  public Field {
    requireNonNull(type, "type");
    int octets = name.getBytes(StandardCharsets.UTF_8).length;
    if (octets < 1 || octets > MAX_NAME_OCTETS) {
      throw new IllegalArgumentException(
          "field: %d octets (expected: 1 to %d)".formatted(octets, MAX_NAME_OCTETS));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      // Encoded it would become a question mark, and two fields could become one.
      throw new IllegalArgumentException("field: half a surrogate pair: " + name);
    }
  }

  @Override
  public int compareTo(Field other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : type.compareTo(other.type);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static java.util.Objects.requireNonNull;

/**
 * What a map is made of. <b>Immutable.</b>
 *
 * @param name at most 15 letters, digits and underscores; several maps may have the same
 * @param keyOctets length of each key
 * @param valueOctets length of each value
 * @param maxEntries most entries at a time; 0 for storage of sockets, which knows no limit
 */
public record MapShape(MapKind kind, String name, int keyOctets, int valueOctets, int maxEntries) {

  public MapShape {
    requireNonNull(kind, "kind");
    BpfCall.checkName(name);
    if (keyOctets < 1 || valueOctets < 1 || maxEntries < 0) {
      throw new IllegalArgumentException(
          "map " + name + ": " + keyOctets + ", " + valueOctets + ", " + maxEntries + " octets");
    }
  }

  /** Values of sockets: a multiple of 4 octets each. */
  public static MapShape ofSockets(String name, int valueOctets) {
    return new MapShape(MapKind.SOCKET_STORAGE, name, 4, valueOctets, 0);
  }

  @Override
  public String toString() {
    return "map " + name;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.gossip.crdt.Field;
import java.util.Collection;

/** What atoms count for the limits of a store: the octets of their values and field names. */
final class Weights {

  // Steps to the dot (2 and 9 octets), type and count of fields, time (9), length of the value (4).
  private static final int ATOM_ON_WIRE = 26;

  // Type and length.
  private static final int FIELD_ON_WIRE = 3;

  private static final int CHARACTER_ON_WIRE = 3;

  private Weights() {}

  static long of(Atom atom) {
    long octets = atom.value().size();
    for (Field field : atom.path()) {
      octets += field.name().length();
    }
    return octets;
  }

  static long of(Collection<Atom> atoms) {
    long octets = 0;
    for (Atom atom : atoms) {
      octets += of(atom);
    }
    return octets;
  }

  static long of(Cell cell) {
    return of(cell.live().values());
  }

  /** Most octets that atoms take in a message, with their dots and all lengths. */
  static long onWire(Collection<Atom> atoms) {
    long octets = (long) ATOM_ON_WIRE * atoms.size();
    for (Atom atom : atoms) {
      octets += atom.value().size();
      for (Field field : atom.path()) {
        octets += FIELD_ON_WIRE + (long) CHARACTER_ON_WIRE * field.name().length();
      }
    }
    return octets;
  }
}

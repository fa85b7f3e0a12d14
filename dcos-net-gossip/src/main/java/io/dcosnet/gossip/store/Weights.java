// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.gossip.crdt.Field;
import java.util.Collection;

/** What atoms count for the limits of a store: the octets of their values and field names. */
final class Weights {

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
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.crdt.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How live atoms are read. */
final class CellValues {

  private CellValues() {}

  /** What a key with live atoms of this type holds. */
  static CrdtValue read(CrdtType type, Cell cell) {
    Map<Dot, Atom> atoms = cell.live();
    if (atoms.values().stream().anyMatch(atom -> atom.root() != type)) {
      Map<Dot, Atom> ofType = new LinkedHashMap<>(atoms);
      ofType.values().removeIf(atom -> atom.root() != type);
      atoms = ofType;
    }
    return read(type, atoms, 0);
  }

  /**
   * What all of these atoms make together, at least one.
   *
   * @param depth how many fields of their paths lead here
   */
  private static CrdtValue read(CrdtType type, Map<Dot, Atom> atoms, int depth) {
    return switch (type) {
      case LWW_REGISTER -> new CrdtValue.Register(winner(atoms).getValue().value());
      case MV_REGISTER -> new CrdtValue.Values(new ArrayList<>(values(atoms.values())));
      case PN_COUNTER -> new CrdtValue.Count(sum(atoms.values()));
      case FLAG -> new CrdtValue.On(type, atoms.values().stream().anyMatch(CellValues::isOn));
      case DISABLE_WINS_FLAG ->
          new CrdtValue.On(type, atoms.values().stream().allMatch(CellValues::isOn));
      case OR_SET -> new CrdtValue.Elements(values(atoms.values()));
      case OR_MAP -> new CrdtValue.Fields(fields(atoms, depth));
    };
  }

  private static Map<Field, CrdtValue> fields(Map<Dot, Atom> atoms, int depth) {
    Map<Field, Map<Dot, Atom>> byField = new TreeMap<>();
    atoms.forEach(
        (dot, atom) ->
            byField
                .computeIfAbsent(atom.path().get(depth), field -> new LinkedHashMap<>())
                .put(dot, atom));
    Map<Field, CrdtValue> fields = new LinkedHashMap<>();
    byField.forEach((field, of) -> fields.put(field, read(field.type(), of, depth + 1)));
    return fields;
  }

  private static Set<Bytes> values(Collection<Atom> atoms) {
    Set<Bytes> values = new TreeSet<>();
    for (Atom atom : atoms) {
      values.add(atom.value());
    }
    return values;
  }

  private static boolean isOn(Atom flag) {
    return flag.value().get(0) == 1;
  }

  /** The exact sum, cut to the ends of its range, whatever the order. */
  private static long sum(Collection<Atom> shares) {
    long low = 0;
    long high = 0;
    for (Atom atom : shares) {
      Share share = Share.decode(atom.value());
      long amount = share.added() - share.taken();
      long next = low + amount;
      int carry = Long.compareUnsigned(next, low) < 0 ? 1 : 0;
      high += (amount < 0 ? -1 : 0) + carry;
      low = next;
    }
    if (high == low >> 63) {
      return low;
    }
    return high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  /** The latest atom of a register, of at least one. */
  static Map.Entry<Dot, Atom> winner(Map<Dot, Atom> atoms) {
    Map.@Nullable Entry<Dot, Atom> best = null;
    for (Map.Entry<Dot, Atom> entry : atoms.entrySet()) {
      if (best == null || compare(entry, best) > 0) {
        best = entry;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("atoms: none (expected: 1 or more)");
    }
    return best;
  }

  private static int compare(Map.Entry<Dot, Atom> a, Map.Entry<Dot, Atom> b) {
    int order = Long.compare(a.getValue().time(), b.getValue().time());
    if (order == 0) {
      order = a.getKey().replica().compareTo(b.getKey().replica());
    }
    if (order == 0) {
      order = a.getValue().value().compareTo(b.getValue().value());
    }
    // One write may put twice: then the values may even be equal.
    return order != 0 ? order : a.getKey().compareTo(b.getKey());
  }
}

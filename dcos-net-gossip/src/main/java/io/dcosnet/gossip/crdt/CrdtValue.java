// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.crdt;

import io.dcosnet.api.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a key, or a field of a map, holds at a moment. <b>Immutable.</b> */
public sealed interface CrdtValue {

  CrdtType type();

  /** Of an {@link CrdtType#LWW_REGISTER}. */
  record Register(Bytes value) implements CrdtValue {
    @Override
    public CrdtType type() {
      return CrdtType.LWW_REGISTER;
    }
  }

  /**
   * Of an {@link CrdtType#MV_REGISTER}.
   *
   * @param values in their order as octets, without repetition
   */
  record Values(List<Bytes> values) implements CrdtValue {
    public Values {
      values = List.copyOf(values);
    }

    @Override
    public CrdtType type() {
      return CrdtType.MV_REGISTER;
    }
  }

  /** Of a {@link CrdtType#PN_COUNTER}; stops at the ends of its range. */
  record Count(long sum) implements CrdtValue {
    @Override
    public CrdtType type() {
      return CrdtType.PN_COUNTER;
    }
  }

  /** Of a flag. */
  record On(CrdtType type, boolean isOn) implements CrdtValue {}

  /**
   * Of an {@link CrdtType#OR_SET}.
   *
   * @param elements in their order as octets
   */
  record Elements(Set<Bytes> elements) implements CrdtValue {
    public Elements {
      elements = Collections.unmodifiableSet(new TreeSet<>(elements));
    }

    @Override
    public CrdtType type() {
      return CrdtType.OR_SET;
    }
  }

  /**
   * Of an {@link CrdtType#OR_MAP}.
   *
   * @param fields those that hold anything, sorted
   */
  record Fields(Map<Field, CrdtValue> fields) implements CrdtValue {
    public Fields {
      fields = Collections.unmodifiableMap(new TreeMap<>(fields));
    }

    @Override
    public CrdtType type() {
      return CrdtType.OR_MAP;
    }
  }
}

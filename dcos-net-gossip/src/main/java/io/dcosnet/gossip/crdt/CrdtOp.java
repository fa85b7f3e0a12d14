// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.crdt;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** One change to a key, or to a field of a map. <b>Immutable.</b> */
public sealed interface CrdtOp {

  /** What it changes. */
  CrdtType type();

  /** Gives an {@link CrdtType#LWW_REGISTER} a value, in place of all that were seen. */
  record Put(Bytes value) implements CrdtOp {
    public Put {
      requireNonNull(value, "value");
    }

    @Override
    public CrdtType type() {
      return CrdtType.LWW_REGISTER;
    }
  }

  /** Gives an {@link CrdtType#MV_REGISTER} a value, in place of all that were seen. */
  record Assign(Bytes value) implements CrdtOp {
    public Assign {
      requireNonNull(value, "value");
    }

    @Override
    public CrdtType type() {
      return CrdtType.MV_REGISTER;
    }
  }

  /** Adds to a {@link CrdtType#PN_COUNTER}; less than 0 takes away. */
  record Add(long amount) implements CrdtOp {
    @Override
    public CrdtType type() {
      return CrdtType.PN_COUNTER;
    }
  }

  /**
   * Sets a flag.
   *
   * @param type {@link CrdtType#FLAG} or {@link CrdtType#DISABLE_WINS_FLAG}
   */
  record Switch(CrdtType type, boolean on) implements CrdtOp {
    public Switch {
      if (type != CrdtType.FLAG && type != CrdtType.DISABLE_WINS_FLAG) {
        throw new IllegalArgumentException(
            "type: " + type + " (expected: FLAG or DISABLE_WINS_FLAG)");
      }
    }
  }

  /**
   * Adds elements to an {@link CrdtType#OR_SET}.
   *
   * @param elements in their order as octets
   */
  record Insert(Set<Bytes> elements) implements CrdtOp {
    public Insert {
      elements = Collections.unmodifiableSet(new TreeSet<>(elements));
    }

    @Override
    public CrdtType type() {
      return CrdtType.OR_SET;
    }
  }

  /**
   * Takes elements out of an {@link CrdtType#OR_SET}, as far as they were seen.
   *
   * @param elements in their order as octets
   */
  record Remove(Set<Bytes> elements) implements CrdtOp {
    public Remove {
      elements = Collections.unmodifiableSet(new TreeSet<>(elements));
    }

    @Override
    public CrdtType type() {
      return CrdtType.OR_SET;
    }
  }

  /** Takes all that was seen out of a key or field of this type; the key stays what it is. */
  record Clear(CrdtType type) implements CrdtOp {
    public Clear {
      requireNonNull(type, "type");
    }
  }

  /** Changes a field of an {@link CrdtType#OR_MAP}. */
  record InField(Field field, CrdtOp op) implements CrdtOp {
    public InField {
      requireNonNull(field, "field");
      if (field.type() != op.type()) {
        throw new IllegalArgumentException(
            "op: for " + op.type() + " (expected: for the field's " + field.type() + ")");
      }
    }

    @Override
    public CrdtType type() {
      return CrdtType.OR_MAP;
    }
  }

  /** Takes a field out of an {@link CrdtType#OR_MAP}, as far as it was seen. */
  record RemoveField(Field field) implements CrdtOp {
    public RemoveField {
      requireNonNull(field, "field");
    }

    @Override
    public CrdtType type() {
      return CrdtType.OR_MAP;
    }
  }
}

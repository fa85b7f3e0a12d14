// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.dns.name.DomainName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A name that exists in a zone, with its records. A name without records exists because there is
 * something below it (an empty non-terminal, RFC 8020).
 *
 * <p><b>Immutable.</b>
 */
public final class ZoneNode {

  private static final RecordSet[] NO_SETS = {};
  private static final VarHandle READY;

  static {
    try {
      READY = MethodHandles.lookup().findVarHandle(ZoneNode.class, "ready", byte[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DomainName name;
  private final RecordSet[] sets;
  private final int children;

  /** That of the name, where a look-up comes by anyway. */
  private final int hash;

  /** Made when it is wanted first, perhaps by several threads, which make the same. */
  @SuppressWarnings("UnusedVariable") // by its handle
  private byte @Nullable [] ready;

  private ZoneNode(DomainName name, RecordSet[] sets, int children) {
    this.name = name;
    this.sets = sets;
    this.children = children;
    this.hash = name.hashCode();
  }

  static ZoneNode empty(DomainName name) {
    return new ZoneNode(name, NO_SETS, 0);
  }

  public DomainName name() {
    return name;
  }

  /** True when the octets are the name of this node, whatever their case. */
  boolean isNamed(byte[] octets, int offset, int length, int hashOfName) {
    return hash == hashOfName
        && (ReadyAnswer.isNamed((byte[]) READY.getAcquire(this), octets, offset, length)
            || name.isWire(octets, offset, length));
  }

  /** The set that is asked for most, to be read by {@link ReadyAnswer}. Never changes. */
  public byte[] ready() {
    byte[] made = (byte[]) READY.getAcquire(this);
    if (made == null) {
      made = ReadyAnswer.of(this);
      READY.setRelease(this, made);
    }
    return made;
  }

  /** True when the name exists only because of what lies below it. */
  public boolean isEmptyNonTerminal() {
    return sets.length == 0;
  }

  /** The records of this type, null when there are none. */
  public @Nullable RecordSet set(int type) {
    for (RecordSet set : sets) {
      if (set.type() == type) {
        return set;
      }
    }
    return null;
  }

  /** Number of types here. */
  public int setCount() {
    return sets.length;
  }

  /** One type of the name, sorted by number. */
  public RecordSet setAt(int index) {
    return sets[index];
  }

  /** All records, sorted by type. */
  public List<RecordSet> sets() {
    return List.of(sets);
  }

  /** How many existing names lie one label below. */
  int children() {
    return children;
  }

  /** True when nothing says that the name exists. */
  boolean isVoid() {
    return sets.length == 0 && children == 0;
  }

  ZoneNode withChildren(int difference) {
    return new ZoneNode(name, sets, children + difference);
  }

  ZoneNode with(RecordSet set) {
    int at = position(set.type());
    boolean replaces = at < sets.length && sets[at].type() == set.type();
    RecordSet[] changed = new RecordSet[replaces ? sets.length : sets.length + 1];
    System.arraycopy(sets, 0, changed, 0, at);
    changed[at] = set;
    int behind = replaces ? at + 1 : at;
    System.arraycopy(sets, behind, changed, at + 1, sets.length - behind);
    return new ZoneNode(name, changed, children);
  }

  ZoneNode without(int type) {
    int at = position(type);
    if (at == sets.length || sets[at].type() != type) {
      return this;
    }
    RecordSet[] changed = Arrays.copyOf(sets, sets.length - 1);
    System.arraycopy(sets, at + 1, changed, at, changed.length - at);
    return new ZoneNode(name, changed, children);
  }

  private int position(int type) {
    int at = 0;
    while (at < sets.length && sets[at].type() < type) {
      at++;
    }
    return at;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ZoneNode that
        && name.equals(that.name)
        && children == that.children
        && Arrays.equals(sets, that.sets);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return name + " " + Arrays.toString(sets);
  }
}

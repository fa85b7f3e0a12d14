// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.netlink;

import io.dcosnet.api.DecodeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A row of attributes, read in place. That each lies within the row was checked when this was made;
 * what they hold is checked when it is asked for. <b>Immutable.</b>
 */
public final class Attributes implements Iterable<Attribute> {

  private static final int HEADER = 4;

  /** Attributes that are not there. */
  public static final Attributes NONE =
      new Attributes(ByteBuffer.allocate(0).order(ByteOrder.nativeOrder()), 0, 0);

  private final ByteBuffer octets;
  private final int from;
  private final int to;

  private Attributes(ByteBuffer octets, int from, int to) {
    this.octets = octets;
    this.from = from;
    this.to = to;
  }

  /**
   * Reads those that stand between two places.
   *
   * @throws DecodeException when one of them does not end there
   */
  static Attributes of(ByteBuffer octets, int from, int to) {
    int at = from;
    while (at < to) {
      if (to - at < HEADER) {
        throw new DecodeException("attribute: " + (to - at) + " octets (expected: 4 or more)", at);
      }
      int length = octets.getShort(at) & 0xffff;
      if (length < HEADER || length > to - at) {
        throw new DecodeException(
            "length of attribute: " + length + " (expected: 4-" + (to - at) + ")", at);
      }
      at += length + 3 & ~3; // behind the last one there may be no padding
    }
    return new Attributes(octets, from, to);
  }

  /** The one of this type; the last one where there are several, as the kernel reads them. */
  public Optional<Attribute> find(int type) {
    int found = -1;
    for (int at = from; at < to; at = next(at)) {
      if ((octets.getShort(at + 2) & Attribute.TYPE_MASK) == type) {
        found = at;
      }
    }
    return found < 0 ? Optional.empty() : Optional.of(read(found));
  }

  /**
   * The one of this type, which must be there.
   *
   * @throws DecodeException when it is not
   */
  public Attribute get(int type) {
    return find(type)
        .orElseThrow(() -> new DecodeException("attribute " + type + " is missing", from));
  }

  public boolean has(int type) {
    return find(type).isPresent();
  }

  /** A number of 32 bits, or what stands for it when it is not there. */
  public int u32(int type, int otherwise) {
    Optional<Attribute> found = find(type);
    return found.isPresent() ? found.get().u32() : otherwise;
  }

  /** Those within the one of this type; none when it is not there. */
  public Attributes nested(int type) {
    Optional<Attribute> found = find(type);
    return found.isPresent() ? found.get().nested() : NONE;
  }

  /** All, in order. */
  public List<Attribute> list() {
    List<Attribute> all = new ArrayList<>();
    for (int at = from; at < to; at = next(at)) {
      all.add(read(at));
    }
    return all;
  }

  @Override
  public Iterator<Attribute> iterator() {
    return list().iterator();
  }

  @Override
  public String toString() {
    return list().toString();
  }

  private Attribute read(int at) {
    ByteBuffer value = octets.duplicate().order(octets.order());
    value.limit(at + (octets.getShort(at) & 0xffff)).position(at + HEADER);
    return new Attribute(value, octets.getShort(at + 2) & 0xffff);
  }

  private int next(int at) {
    return at + ((octets.getShort(at) & 0xffff) + 3 & ~3);
  }
}

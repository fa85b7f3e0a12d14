// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * All records of one owner and type. They have one TTL (RFC 2181 §5.2) and no two the same data;
 * they are kept sorted by data, so that equal sets look equal.
 *
 * <p><b>Immutable.</b>
 */
public final class RecordSet {

  private final int type;
  private final int ttlSeconds;
  private final byte[][] data;

  private RecordSet(int type, int ttlSeconds, byte[][] data) {
    this.type = type;
    this.ttlSeconds = ttlSeconds;
    this.data = data;
  }

  /**
   * A set of the given data; what is there twice is kept once.
   *
   * @param type 1-65535
   * @param ttlSeconds 0 up to 2^31-1
   * @param data in wire form, see {@link Rdata}; at least one
   */
  public static RecordSet of(int type, int ttlSeconds, Collection<byte[]> data) {
    byte[][] sorted = new byte[data.size()][];
    int count = 0;
    for (byte[] one : data) {
      sorted[count++] = one.clone();
    }
    Arrays.sort(sorted, Arrays::compareUnsigned);
    int kept = 0;
    for (byte[] one : sorted) {
      if (kept == 0 || !Arrays.equals(sorted[kept - 1], one)) {
        sorted[kept++] = one;
      }
    }
    return ofSorted(type, ttlSeconds, kept == count ? sorted : Arrays.copyOf(sorted, kept));
  }

  /** As {@link #of(int, int, Collection)} for one record. */
  public static RecordSet of(int type, int ttlSeconds, byte[] data) {
    return ofSorted(type, ttlSeconds, new byte[][] {data.clone()});
  }

  /**
   * A set that takes over what it is given: for generators, where each array has one maker and many
   * holders who leave it alone.
   *
   * @param data sorted by unsigned octets, nothing twice; never changed after this
   */
  public static RecordSet ofSorted(int type, int ttlSeconds, byte[][] data) {
    if (type < 1 || type > 0xffff) {
      throw new IllegalArgumentException("record type: " + type + " (expected: 1-65535)");
    }
    if (ttlSeconds < 0) {
      throw new IllegalArgumentException("ttl: " + ttlSeconds + " (expected: 0 or more)");
    }
    if (data.length == 0) {
      throw new IllegalArgumentException("record set: no record (expected: at least one)");
    }
    return new RecordSet(type, ttlSeconds, data);
  }

  public int type() {
    return type;
  }

  public int ttlSeconds() {
    return ttlSeconds;
  }

  /** Number of records, at least 1. */
  public int size() {
    return data.length;
  }

  /** Length of the data of one record in octets. */
  public int dataLength(int index) {
    return data[index].length;
  }

  /** Writes the data of one record. */
  public void copyData(int index, byte[] target, int offset) {
    byte[] one = data[index];
    System.arraycopy(one, 0, target, offset, one.length);
  }

  /** The data of every record as master-file text, in the order of the set. */
  public List<String> toText() {
    List<String> lines = new ArrayList<>(data.length);
    for (byte[] one : data) {
      lines.add(Rdata.toText(type, one));
    }
    return lines;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordSet that
        && type == that.type
        && ttlSeconds == that.ttlSeconds
        && Arrays.deepEquals(data, that.data);
  }

  @Override
  public int hashCode() {
    return (type * 31 + ttlSeconds) * 31 + Arrays.deepHashCode(data);
  }

  /** Such as {@code 60 A [192.0.2.1, 192.0.2.2]}. */
  @Override
  public String toString() {
    return ttlSeconds + " " + RecordType.name(type) + " " + toText();
  }
}

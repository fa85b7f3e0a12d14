// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import io.dcosnet.dns.name.DomainName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A name and its most asked set as they stand in a message, in one piece of memory.
 *
 * <p>Among thousands of names nothing of the next one is in the processor's cache, and each object
 * on the way to its records takes as long as the rest of the answer. Here the name is compared, and
 * the records are copied, out of one or two lines.
 *
 * <p>The layout: type, octets of the name, number of records, octets of each record, the name, the
 * records. Each begins with room for a pointer to its owner. Every method is a pure function.
 */
public final class ReadyAnswer {

  /** Stands for a node that has no such set. Its type is none. */
  static final byte[] NONE = new byte[8];

  private static final int NAME_LENGTH = 2;
  private static final int COUNT = 4;
  private static final int EACH = 6;
  private static final int NAME = 8;

  /** Octets of a record before its data, with the pointer. */
  private static final int RECORD_HEAD = 12;

  /** Copying a longer set takes longer than finding it. */
  private static final int MOST_OCTETS = 600;

  private ReadyAnswer() {}

  /**
   * Makes it of the addresses of a node, else of its first set; {@link #NONE} when that is large or
   * has records of different lengths.
   */
  static byte[] of(ZoneNode node) {
    RecordSet set = node.set(RecordType.A);
    if (set == null && node.setCount() > 0) {
      set = node.setAt(0);
    }
    return set == null || !isEven(set) ? NONE : of(node.name(), set);
  }

  private static boolean isEven(RecordSet set) {
    for (int i = 1; i < set.size(); i++) {
      if (set.dataLength(i) != set.dataLength(0)) {
        return false;
      }
    }
    return set.size() * (RECORD_HEAD + set.dataLength(0)) <= MOST_OCTETS;
  }

  private static byte[] of(DomainName name, RecordSet set) {
    int length = name.wireLength();
    int each = RECORD_HEAD + set.dataLength(0);
    byte[] ready = new byte[NAME + length + set.size() * each];
    put16(ready, 0, set.type());
    put16(ready, NAME_LENGTH, length);
    put16(ready, COUNT, set.size());
    put16(ready, EACH, each);
    name.copyTo(ready, NAME);
    for (int i = 0; i < set.size(); i++) {
      int at = NAME + length + i * each;
      put16(ready, at + 2, set.type());
      put16(ready, at + 4, 1); // class IN
      put16(ready, at + 6, set.ttlSeconds() >>> 16);
      put16(ready, at + 8, set.ttlSeconds());
      put16(ready, at + 10, set.dataLength(i));
      set.copyData(i, ready, at + RECORD_HEAD);
    }
    return ready;
  }

  /**
   * True when it has the name in these octets, whatever the case.
   *
   * @param ready null and {@link #NONE} have no name
   */
  static boolean isNamed(byte @Nullable [] ready, byte[] octets, int offset, int length) {
    if (ready == null || get16(ready, NAME_LENGTH) != length) {
      return false;
    }
    // Nearly all ask in the case that the zone has, which the processor compares at once.
    int first = Arrays.mismatch(ready, NAME, NAME + length, octets, offset, offset + length);
    if (first < 0) {
      return true;
    }
    for (int i = first; i < length; i++) {
      if (DomainName.lower(ready[NAME + i]) != DomainName.lower(octets[offset + i])) {
        return false;
      }
    }
    return true;
  }

  /** Type of the records; 0 when there are none. */
  public static int type(byte[] ready) {
    return get16(ready, 0);
  }

  public static int count(byte[] ready) {
    return get16(ready, COUNT);
  }

  /** Octets of a record, which begins with two octets for the pointer to its owner. */
  public static int each(byte[] ready) {
    return get16(ready, EACH);
  }

  /** Where the first record begins; the others follow. */
  public static int records(byte[] ready) {
    return NAME + get16(ready, NAME_LENGTH);
  }

  private static int get16(byte[] octets, int index) {
    return (octets[index] & 0xff) << 8 | (octets[index + 1] & 0xff);
  }

  private static void put16(byte[] octets, int index, int value) {
    octets[index] = (byte) (value >>> 8);
    octets[index + 1] = (byte) value;
  }
}

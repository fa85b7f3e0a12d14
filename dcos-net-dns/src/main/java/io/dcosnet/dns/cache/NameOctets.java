// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.dcosnet.dns.name.DomainName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Hash and comparison of names in wire form whatever their case, eight octets at a time: a query is
 * looked up in the time that one name of 30 octets takes. Every method is a pure function.
 */
final class NameOctets {

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long ONES = 0x0101_0101_0101_0101L;

  /** Odd numbers with bits all over, so that a product mixes what is multiplied with them. */
  private static final long FIRST_PRIME = 0x9e37_79b9_7f4a_7c15L;

  private static final long SECOND_PRIME = 0xc2b2_ae3d_27d4_eb4fL;

  private NameOctets() {}

  /** Lowers the case of eight letters at once; lengths of labels are below all letters. */
  static long lower(long eight) {
    long heptets = eight & ~HIGH_BITS;
    long fromA = heptets + (0x80 - 'A') * ONES;
    long aboveZ = heptets + (0x80 - 'Z' - 1) * ONES;
    long letters = (fromA & ~aboveZ) & ~eight & HIGH_BITS;
    return eight | letters >>> 2;
  }

  /** A hash of the name; the seed keeps strangers from choosing names that collide. */
  static long hash(long seed, byte[] octets, int start, int length) {
    long sum = seed ^ length * SECOND_PRIME;
    if (length >= 8) {
      int last = start + length - 8;
      for (int at = start; at < last; at += 8) {
        sum = mix(sum, lower((long) EIGHT.get(octets, at)));
      }
      return mix(sum, lower((long) EIGHT.get(octets, last)));
    }
    long eight = 0;
    for (int at = start; at < start + length; at++) {
      eight = eight << 8 | (octets[at] & 0xff);
    }
    return mix(sum, lower(eight));
  }

  /** The hash with a number mixed in. */
  static long mix(long sum, long number) {
    long product = (sum ^ number) * FIRST_PRIME;
    return product ^ product >>> 32;
  }

  /** True when the octets are the name that stands in lower case at the start of the other ones. */
  static boolean equal(byte[] octets, int start, byte[] lowered, int length) {
    if (length >= 8) {
      int last = length - 8;
      for (int at = 0; at < last; at += 8) {
        if (lower((long) EIGHT.get(octets, start + at)) != (long) EIGHT.get(lowered, at)) {
          return false;
        }
      }
      return lower((long) EIGHT.get(octets, start + last)) == (long) EIGHT.get(lowered, last);
    }
    for (int at = 0; at < length; at++) {
      if (DomainName.lower(octets[start + at]) != lowered[at]) {
        return false;
      }
    }
    return true;
  }
}

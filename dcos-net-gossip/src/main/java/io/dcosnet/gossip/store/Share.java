// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import java.nio.ByteBuffer;

/**
 * What one replica added to a counter and took away from it, each in all. <b>Immutable.</b>
 *
 * @param added 0 or more
 * @param taken 0 or more
 */
record Share(long added, long taken) {

  /** Two varints of 63 bits. */
  private static final int MAX_OCTETS = 18;

  private static final int BITS = 7;
  private static final int LAST_SHIFT = 56;

  static final Share NONE = new Share(0, 0);

  Share {
    if (added < 0 || taken < 0) {
      throw new IllegalArgumentException(
          "share: +%d -%d (expected: 0 or more)".formatted(added, taken));
    }
  }

  /** With an amount more, or less when it is below 0; each part stops at the end of its range. */
  Share plus(long amount) {
    return amount >= 0
        ? new Share(sum(added, amount), taken)
        : new Share(added, amount == Long.MIN_VALUE ? Long.MAX_VALUE : sum(taken, -amount));
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** As an {@link Atom} holds it. */
  Bytes encode() {
    ByteBuffer out = ByteBuffer.allocate(MAX_OCTETS);
    put(out, added);
    put(out, taken);
    return Bytes.copyOf(out.flip());
  }

  private static void put(ByteBuffer out, long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= BITS;
    }
    out.put((byte) rest);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException for anything else
   */
  static Share decode(Bytes value) {
    ByteBuffer in = value.toByteBuffer();
    Share share = new Share(take(in), take(in));
    if (in.hasRemaining()) {
      throw broken();
    }
    return share;
  }

  private static long take(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift <= LAST_SHIFT && in.hasRemaining(); shift += BITS) {
      byte octet = in.get();
      value |= (long) (octet & 0x7f) << shift;
      if (octet >= 0) {
        if (octet == 0 && shift > 0) {
          break;
        }
        return value;
      }
    }
    throw broken();
  }

  private static IllegalArgumentException broken() {
    return new IllegalArgumentException("share of a counter: not two varints in shortest form");
  }
}

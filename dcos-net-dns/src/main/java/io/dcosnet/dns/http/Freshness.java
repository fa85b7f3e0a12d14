// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

/**
 * How long caches on the way may keep a response (RFC 8484 §5.1): the smallest TTL of its answer,
 * and of a denial what its SOA record allows (RFC 2308 §5). What is no answer is never kept.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Freshness {

  private static final int HEADER_OCTETS = 12;
  private static final int NXDOMAIN = 3;
  private static final int TYPE_SOA = 6;
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final byte[] message;
  private int at = HEADER_OCTETS;

  private Freshness(byte[] message) {
    this.message = message;
  }

  /**
   * Reads the response, which may be anything.
   *
   * @return in seconds, 0 when it must not be kept
   */
  static long seconds(byte[] message) {
    try {
      return new Freshness(message).read();
    } catch (ArrayIndexOutOfBoundsException e) {
      return 0; // it ends before it should
    }
  }

  private long read() {
    int rcode = message[3] & 15;
    if (rcode != 0 && rcode != NXDOMAIN) {
      return 0;
    }
    for (int i = u16(4); i > 0; i--) {
      skipName();
      at += 4;
    }
    long least = UNKNOWN;
    for (int i = u16(6); i > 0; i--) {
      least = Math.min(least, record(false));
    }
    for (int i = u16(8); i > 0; i--) {
      least = Math.min(least, record(true));
    }
    return least == UNKNOWN ? 0 : least;
  }

  /** How long the next record is good; of others than SOA records if {@code soaOnly} unknown. */
  private long record(boolean soaOnly) {
    skipName();
    int type = u16(at);
    long ttl = seconds(at + 4);
    at += 10 + u16(at + 8);
    if (!soaOnly) {
      return ttl;
    }
    // The last field of its data says how long a denial is good.
    return type == TYPE_SOA ? Math.min(ttl, seconds(at - 4)) : UNKNOWN;
  }

  private void skipName() {
    while (true) {
      int label = message[at++] & 0xff;
      if (label == 0) {
        return;
      }
      if (label >= 0xc0) {
        at++;
        return;
      }
      at += label;
    }
  }

  /** RFC 2181 §8: with its highest bit set it means 0. */
  private long seconds(int index) {
    int high = u16(index);
    return high >= 0x8000 ? 0 : (long) high << 16 | u16(index + 2);
  }

  private int u16(int index) {
    return (message[index] & 0xff) << 8 | (message[index + 1] & 0xff);
  }
}

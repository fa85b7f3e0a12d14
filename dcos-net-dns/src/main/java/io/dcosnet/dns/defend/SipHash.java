// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

/**
 * SipHash-2-4 (Aumasson, Bernstein 2012): a short keyed hash that cannot be forged without the key.
 * It is fed with words of eight octets, the first octet lowest.
 *
 * <p><b>Confined to</b> one thread; one object computes one hash after the other.
 */
final class SipHash {

  private long v0;
  private long v1;
  private long v2;
  private long v3;

  /** Begins a hash under a key of 128 bits. */
  void begin(long key0, long key1) {
    v0 = key0 ^ 0x736f6d6570736575L;
    v1 = key1 ^ 0x646f72616e646f6dL;
    v2 = key0 ^ 0x6c7967656e657261L;
    v3 = key1 ^ 0x7465646279746573L;
  }

  /** Takes the next eight octets. */
  void word(long octets) {
    v3 ^= octets;
    round();
    round();
    v0 ^= octets;
  }

  /**
   * Ends the hash.
   *
   * @param rest the octets behind the last whole word, 0-7 of them
   * @param length octets in all
   */
  long end(long rest, int length) {
    word((long) length << 56 | rest);
    v2 ^= 0xff;
    round();
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private void round() {
    v0 += v1;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v3;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v2 = Long.rotateLeft(v2, 32);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash function XXH64, for digests and rings; not for secrets. Source: the algorithm's public
 * description, xxHash fast digest algorithm.
 */
public final class Xxh64 {

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P1_AND_P2 = 0x60EA27EEADC0B5D6L; // their sum
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Xxh64() {}

  /** Of all octets. */
  public static long hash(byte[] data, long seed) {
    return hash(data, 0, data.length, seed);
  }

  /** Of some octets. */
  public static long hash(byte[] data, int offset, int length, long seed) {
    int at = offset;
    int end = offset + length;
    long hash;
    if (length >= 32) {
      long a = seed + P1_AND_P2;
      long b = seed + P2;
      long c = seed;
      long d = seed - P1;
      for (; at <= end - 32; at += 32) {
        a = round(a, word(data, at));
        b = round(b, word(data, at + 8));
        c = round(c, word(data, at + 16));
        d = round(d, word(data, at + 24));
      }
      hash =
          Long.rotateLeft(a, 1)
              + Long.rotateLeft(b, 7)
              + Long.rotateLeft(c, 12)
              + Long.rotateLeft(d, 18);
      hash = merge(merge(merge(merge(hash, a), b), c), d);
    } else {
      hash = seed + P5;
    }
    hash += length;
    for (; at <= end - 8; at += 8) {
      hash = Long.rotateLeft(hash ^ round(0, word(data, at)), 27) * P1 + P4;
    }
    if (at <= end - 4) {
      long four = 0;
      for (int i = 3; i >= 0; i--) {
        four = (four << 8) | (data[at + i] & 0xff);
      }
      hash = Long.rotateLeft(hash ^ four * P1, 23) * P2 + P3;
      at += 4;
    }
    for (; at < end; at++) {
      hash = Long.rotateLeft(hash ^ (data[at] & 0xff) * P5, 11) * P1;
    }
    return avalanche(hash);
  }

  /** Of 33 octets: four words and one octet, big-endian, with seed 0; without an array. */
  public static long hash(long first, long second, long third, long fourth, int last) {
    long a = round(P1_AND_P2, Long.reverseBytes(first));
    long b = round(P2, Long.reverseBytes(second));
    long c = round(0, Long.reverseBytes(third));
    long d = round(-P1, Long.reverseBytes(fourth));
    long hash =
        Long.rotateLeft(a, 1)
            + Long.rotateLeft(b, 7)
            + Long.rotateLeft(c, 12)
            + Long.rotateLeft(d, 18);
    hash = merge(merge(merge(merge(hash, a), b), c), d) + 33;
    return avalanche(Long.rotateLeft(hash ^ (last & 0xff) * P5, 11) * P1);
  }

  /** Of 16 octets: two words, big-endian. */
  public static long hash(long first, long second, long seed) {
    long hash = seed + P5 + 16;
    hash = Long.rotateLeft(hash ^ round(0, Long.reverseBytes(first)), 27) * P1 + P4;
    hash = Long.rotateLeft(hash ^ round(0, Long.reverseBytes(second)), 27) * P1 + P4;
    return avalanche(hash);
  }

  private static long round(long accumulated, long word) {
    return Long.rotateLeft(accumulated + word * P2, 31) * P1;
  }

  private static long merge(long hash, long accumulated) {
    return (hash ^ round(0, accumulated)) * P1 + P4;
  }

  private static long avalanche(long hash) {
    long mixed = (hash ^ hash >>> 33) * P2;
    mixed = (mixed ^ mixed >>> 29) * P3;
    return mixed ^ mixed >>> 32;
  }

  private static long word(byte[] data, int at) {
    return (long) WORDS.get(data, at);
  }
}

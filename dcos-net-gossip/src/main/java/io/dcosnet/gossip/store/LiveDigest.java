// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.gossip.wire.Xxh64;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The digests of the live atoms, as a whole and by bucket of keys. <b>Not thread-safe.</b> */
final class LiveDigest {

  /** How many parts the keys fall into. */
  static final int BUCKETS = 256;

  private static final long GENERATION_STEP = 0x9E3779B97F4A7C15L;

  private final long[] buckets = new long[BUCKETS];
  private long all;

  /** An atom of a key came to live, or ended; {@code hash} from {@link #hash}. */
  void flip(long hash, Dot dot) {
    UUID node = dot.replica().node().uuid();
    long one =
        Xxh64.hash(
            hash + dot.replica().generation() * GENERATION_STEP,
            node.getMostSignificantBits(),
            node.getLeastSignificantBits(),
            dot.counter(),
            0);
    all ^= one;
    buckets[(int) hash & (BUCKETS - 1)] ^= one;
  }

  long all() {
    return all;
  }

  long bucket(int bucket) {
    return buckets[bucket];
  }

  /** Of a key in UTF-8; its lowest bits are the bucket. */
  static long hash(byte[] key) {
    return Xxh64.hash(key, 0);
  }

  static int bucket(String key) {
    return (int) hash(key.getBytes(StandardCharsets.UTF_8)) & (BUCKETS - 1);
  }
}

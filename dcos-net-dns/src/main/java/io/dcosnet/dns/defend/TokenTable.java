// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Token buckets for as many keys as strangers think of, in a table that never grows.
 *
 * <p>A bucket is one number: the moment at which it will be full again. A full bucket needs no
 * entry, so what is forgotten after a second of silence is never missed. When all places for a key
 * are in use, the bucket that is nearest to full gives way.
 *
 * <p>An entry is one word, changed by compare-and-set: 20 bits that tell keys of one place apart,
 * and 44 of time in steps of 256 ns. Two keys of the same place and bits share a bucket, which
 * happens to one pair in 2^20 of the keys of a place.
 *
 * <p><b>Thread-safe</b>, without locks; allocates nothing.
 */
final class TokenTable {

  private static final int WAYS = 8; // one cache line
  private static final int TIME_BITS = 44;
  private static final int STEP_SHIFT = 8;
  private static final long TIME_MASK = (1L << TIME_BITS) - 1;
  private static final long STEPS_A_SECOND = 1_000_000_000L >> STEP_SHIFT;

  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] entries;
  private final int setMask;

  /** A table of at least this many entries. */
  TokenTable(int wanted) {
    int sets = Integer.highestOneBit(Math.max(1, (wanted + WAYS - 1) / WAYS * 2 - 1));
    entries = new long[sets * WAYS];
    setMask = sets - 1;
  }

  /**
   * Takes a token from the bucket of a key.
   *
   * @param key a hash of it, all bits of which are good
   * @param rate tokens that flow in each second, and that a full bucket holds; 1 or more
   * @param nanos present time, monotonic
   * @return false when the bucket is empty
   */
  boolean take(long key, int rate, long nanos) {
    long now = nanos >>> STEP_SHIFT & TIME_MASK;
    long interval = Math.max(1, STEPS_A_SECOND / rate);
    long most = interval * rate;
    long tag = Math.max(1, key >>> TIME_BITS) << TIME_BITS;
    int first = ((int) key & setMask) * WAYS;
    while (true) {
      int at = place(first, tag, now);
      long entry = (long) ENTRY.getOpaque(entries, at);
      long owed = (entry & ~TIME_MASK) == tag ? owed(entry, now) : 0;
      if (owed + interval > most) {
        return false;
      }
      long next = tag | (now + owed + interval & TIME_MASK);
      if (ENTRY.compareAndSet(entries, at, entry, next)) {
        return true;
      }
    }
  }

  /** Where the key has its entry, or may have one. */
  private int place(int first, long tag, long now) {
    int best = first;
    long least = Long.MAX_VALUE;
    for (int at = first; at < first + WAYS; at++) {
      long entry = (long) ENTRY.getOpaque(entries, at);
      if ((entry & ~TIME_MASK) == tag) {
        return at;
      }
      long owed = owed(entry, now);
      if (owed < least) {
        least = owed;
        best = at;
      }
    }
    return best;
  }

  /** Steps until the bucket is full; 0 for times past, or too far ahead to be of this turn. */
  private static long owed(long entry, long now) {
    long ahead = (entry & TIME_MASK) - now & TIME_MASK;
    return entry == 0 || ahead > 2 * STEPS_A_SECOND ? 0 : ahead;
  }
}

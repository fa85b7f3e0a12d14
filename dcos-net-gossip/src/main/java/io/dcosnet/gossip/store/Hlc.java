// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

/**
 * Hybrid logical clock: 48 bits of milliseconds since the Unix epoch, 16 bits that count within one
 * of them. Never goes back, and never falls behind what was heard, so that who answers a write is
 * later than it, whatever the wall clocks say (Kulkarni and others, 2014). <b>Not thread-safe.</b>
 *
 * <p>A time is never negative, so times compare as numbers do: the milliseconds of a wall clock are
 * kept to 47 bits, which last for four thousand years.
 */
public final class Hlc {

  private static final int COUNT_BITS = 16;
  private static final long MAX_MILLIS = Long.MAX_VALUE >>> COUNT_BITS;

  private long last;

  /** A clock that has shown nothing yet. */
  public Hlc() {}

  /** A time greater than all before; when a millisecond is used up, of the next one. */
  public long next(long wallMillis) {
    last = Math.max(at(clamp(wallMillis)), last + 1);
    return last;
  }

  /**
   * Takes note of a time of another node.
   *
   * @param maxDriftMillis how far ahead of our wall clock it may be
   * @return false when it was too far ahead and is not followed
   */
  public boolean observe(long time, long wallMillis, long maxDriftMillis) {
    if (time <= last) {
      return true;
    }
    if (millis(time) - clamp(wallMillis) > maxDriftMillis) {
      return false;
    }
    last = time;
    return true;
  }

  /** The last time shown or followed. */
  public long last() {
    return last;
  }

  /** Milliseconds since the Unix epoch of a time. */
  public static long millis(long time) {
    return time >>> COUNT_BITS;
  }

  /** The first time of a millisecond. */
  public static long at(long millis) {
    return millis << COUNT_BITS;
  }

  private static long clamp(long wallMillis) {
    return Math.max(0, Math.min(wallMillis, MAX_MILLIS));
  }
}

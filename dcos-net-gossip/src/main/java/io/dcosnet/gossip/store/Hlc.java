// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

/**
 * Hybrid logical clock: 48 bits of milliseconds since the Unix epoch, 16 bits that count within one
 * of them. Never goes back, and never falls behind what was heard, so that who answers a write is
 * later than it, whatever the wall clocks say (Kulkarni and others, 2014). <b>Not thread-safe.</b>
 */
public final class Hlc {

  /** A clock that has shown nothing yet. */
  public Hlc() {}

  /** A time greater than all before; when a millisecond is used up, of the next one. */
  public long next(long wallMillis) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes note of a time of another node.
   *
   * @param maxDriftMillis how far ahead of our wall clock it may be
   * @return false when it was too far ahead and is not followed
   */
  public boolean observe(long time, long wallMillis, long maxDriftMillis) {
    throw new UnsupportedOperationException();
  }

  /** The last time shown or followed. */
  public long last() {
    throw new UnsupportedOperationException();
  }

  /** Milliseconds since the Unix epoch of a time. */
  public static long millis(long time) {
    return time >>> 16;
  }

  /** The first time of a millisecond. */
  public static long at(long millis) {
    return millis << 16;
  }
}

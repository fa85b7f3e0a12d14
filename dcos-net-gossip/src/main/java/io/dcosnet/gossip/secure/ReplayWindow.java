// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.util.Arrays;

/**
 * Which of the last 1 024 numbers of a sender were taken. Numbers begin with 1. <b>Not
 * thread-safe.</b>
 */
final class ReplayWindow {

  static final int SIZE = 1024;

  private static final int WORDS = SIZE / Long.SIZE;

  private final long[] taken = new long[WORDS];
  private long greatest;

  /** Whether this number was taken, or is too old to know. */
  boolean seen(long number) {
    if (number > greatest) {
      return false;
    }
    return number <= greatest - SIZE || number < 1 || (taken[word(number)] & bit(number)) != 0;
  }

  /** Takes a number that was not seen. */
  void take(long number) {
    if (number > greatest) {
      // The places of the numbers that are skipped still tell of those a window ago.
      if (number - greatest >= SIZE) {
        Arrays.fill(taken, 0);
      } else {
        for (long skipped = greatest + 1; skipped < number; skipped++) {
          taken[word(skipped)] &= ~bit(skipped);
        }
      }
      greatest = number;
    }
    taken[word(number)] |= bit(number);
  }

  private static int word(long number) {
    return (int) (number >>> 6) & (WORDS - 1);
  }

  private static long bit(long number) {
    return 1L << number;
  }
}

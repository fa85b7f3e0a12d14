// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Picks whoever would have the fewest connections for its weight with one more; of equal ones any.
 * One that failed lately has none and still is not the first, see {@link BackendLoad}. Looks at
 * all, so a pick takes time in proportion to their number.
 *
 * <p>Each node counts its own connections only: with few of them on many nodes, P2C spreads better.
 *
 * <p><b>Thread-safe.</b>
 */
final class LeastConnections implements Picker {

  /** More than anybody has; times the greatest weight it still is a long. */
  private static final long RESTING = 1L << 31;

  private final int[] weights;
  private final BackendLoad[] loads;

  LeastConnections(int[] weights, BackendLoad[] loads) {
    this.weights = weights;
    this.loads = loads;
  }

  @Override
  public int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out) {
    int best = NONE;
    long bestConnections = 0;
    int equals = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == 0 || out.test(i)) {
        continue;
      }
      long connections = loads[i].active() + (loads[i].rests(nowNanos) ? RESTING : 1L);
      long difference =
          best == NONE ? -1 : connections * weights[best] - bestConnections * weights[i];
      if (difference < 0) {
        best = i;
        bestConnections = connections;
        equals = 1;
      } else if (difference == 0 && random.nextInt(++equals) == 0) {
        best = i; // the n-th of equal ones takes over with odds of 1 in n: all are as likely
        bestConnections = connections;
      }
    }
    return best;
  }
}

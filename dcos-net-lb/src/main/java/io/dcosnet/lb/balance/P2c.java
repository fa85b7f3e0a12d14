// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Power of two choices: of two that are drawn by weight, the less loaded one. Looking at two
 * spreads almost as well as looking at all, costs the same for any number, and keeps nodes that
 * know nothing of each other from running to the same "best" one together.
 *
 * <p>Load is divided by weight: with many connections open, each has as many as its weight says.
 * Where connections never overlap, the heavier of the two gets most of them.
 *
 * <p><b>Thread-safe.</b>
 */
final class P2c implements Picker {

  /** What makes one of the two the less loaded one. */
  enum By {
    /** Connect time and connections, see {@link BackendLoad}. */
    EWMA,
    /** Connections alone. */
    CONNECTIONS
  }

  private final By by;
  private final AliasTable table;
  private final int[] weights;
  private final BackendLoad[] loads;

  P2c(By by, int[] weights, BackendLoad[] loads) {
    this.by = by;
    this.weights = weights;
    this.loads = loads;
    table = AliasTable.of(weights);
  }

  @Override
  public int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out) {
    int first = table.draw(random, out, NONE);
    if (first == NONE || table.size() == 1) {
      return first;
    }
    int second = table.draw(random, out, first);
    if (second == NONE) {
      return first;
    }
    // Of equal ones the first: it was drawn by weight, the second only from what was left.
    return load(second, nowNanos) * weights[first] < load(first, nowNanos) * weights[second]
        ? second
        : first;
  }

  private double load(int place, long nowNanos) {
    BackendLoad load = loads[place];
    return by == By.EWMA ? load.load(nowNanos) : load.active();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Power of two choices: of two that are drawn by weight, the less loaded one. Looking at two
 * spreads almost as well as looking at all, costs the same for any number, and keeps nodes that
 * know nothing of each other from running to the same "best" one together.
 *
 * <p>Connections count by weight: with many open, each has as many as its weight says. Where they
 * hardly overlap there is nothing to count, and dividing all load by weight would send nearly
 * everything to the heaviest. So with unequal weights both are drawn from all: one that is drawn
 * twice has it, and whatever times say, one of 90 % gets 81 to 99 %.
 *
 * <p><b>Thread-safe.</b>
 */
final class P2c implements Picker {

  /** What makes one of the two the less loaded one. */
  enum By {
    /** Connect time and connections, see {@link BackendLoad}. */
    EWMA,
    /** Connections, beside those that rest. */
    CONNECTIONS
  }

  private final By by;
  private final AliasTable table;
  private final double[] each; // what a connection counts
  private final boolean equal;
  private final BackendLoad[] loads;

  P2c(By by, int[] weights, BackendLoad[] loads) {
    this.by = by;
    this.loads = loads;
    table = AliasTable.of(weights);
    long sum = 0;
    int greatest = 0;
    for (int weight : weights) {
      sum += weight;
      greatest = Math.max(greatest, weight);
    }
    equal = sum == (long) greatest * table.size();
    double mean = (double) sum / Math.max(1, table.size());
    each = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      each[i] = weights[i] == 0 ? 1 : mean / weights[i];
    }
  }

  @Override
  public int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out) {
    int first = table.draw(random, out, NONE);
    if (first == NONE || table.size() == 1) {
      return first;
    }
    int second = table.draw(random, out, equal ? first : NONE);
    if (second == NONE || second == first) {
      return first;
    }
    // Of equal ones the first: with equal weights any, else drawn by weight as the second was.
    return load(second, nowNanos) < load(first, nowNanos) ? second : first;
  }

  private double load(int place, long nowNanos) {
    BackendLoad load = loads[place];
    if (by == By.EWMA) {
      return load.load(nowNanos, each[place]);
    }
    double connections = load.active() * each[place];
    return load.rests(nowNanos) ? BackendLoad.RESTING + connections : connections;
  }
}

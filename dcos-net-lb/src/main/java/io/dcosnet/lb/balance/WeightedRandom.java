// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Picks at random, each as often as its weight says.
 *
 * <p><b>Thread-safe.</b>
 */
final class WeightedRandom implements Picker {

  private final AliasTable table;

  WeightedRandom(int[] weights) {
    table = AliasTable.of(weights);
  }

  @Override
  public int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out) {
    return table.draw(random, out, NONE);
  }
}

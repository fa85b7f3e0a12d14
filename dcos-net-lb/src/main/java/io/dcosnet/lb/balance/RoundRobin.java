// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Smooth weighted round robin: each gets its share, and the turns of a heavy one lie between those
 * of the others. Per pick each current value grows by its weight, the greatest is taken (the first
 * of equal ones) and loses the sum of all weights. Weights 5, 1, 1 give a a b a c a a.
 *
 * <p>The turns repeat after the sum of the weights, so they are worked out once and a pick only
 * counts. Where that would be too much (many back ends with large, odd weights), each pick computes
 * its turn, which costs time in proportion to the number of back ends and makes pickers wait for
 * each other.
 *
 * <p><b>Thread-safe.</b> Picks allocate nothing.
 */
public final class RoundRobin implements Picker {

  /** Most steps that working out the turns may take: some milliseconds. */
  static final long MAX_STEPS = 1 << 21;

  private final int[] weights;
  private final int[] turns;
  private final @Nullable Computed computed;
  private final AtomicLong next;

  private RoundRobin(int[] weights, int[] turns, @Nullable Computed computed, long first) {
    this.weights = weights;
    this.turns = turns;
    this.computed = computed;
    next = new AtomicLong(first);
  }

  /**
   * Takes turns by these weights.
   *
   * @param weights 0 or more each; those of 0 are never picked
   * @param start how many turns to leave out at first, 0 or more, so that nodes that learn of a
   *     service together do not all begin with the same back end
   */
  public static RoundRobin of(int[] weights, int start) {
    int[] reduced = reduced(weights);
    long cycle = 0;
    int used = 0;
    boolean equal = true;
    for (int weight : reduced) {
      cycle += weight;
      used += weight > 0 ? 1 : 0;
      equal &= weight <= 1;
    }
    if (equal) {
      return new RoundRobin(reduced, indexes(reduced, used), null, start);
    }
    if (cycle * weights.length > MAX_STEPS) {
      return new RoundRobin(reduced, new int[0], new Computed(reduced), 0);
    }
    Computed once = new Computed(reduced);
    int[] turns = new int[(int) cycle];
    for (int i = 0; i < turns.length; i++) {
      turns[i] = once.pick();
    }
    return new RoundRobin(reduced, turns, null, start);
  }

  /** Index of the weight whose turn it is; -1 when all weights are 0. */
  public int pick() {
    if (computed != null) {
      return computed.pick();
    }
    if (turns.length <= 1) {
      return turns.length == 0 ? -1 : turns[0];
    }
    return turns[(int) (next.getAndIncrement() % turns.length)];
  }

  /** {@inheritDoc} Whoever is left out loses its turn. */
  @Override
  public int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out) {
    for (int i = 0; i < weights.length; i++) {
      int turn = pick();
      if (turn == NONE || !out.test(turn)) {
        return turn;
      }
    }
    for (int i = 0; i < weights.length; i++) { // its turn may be far off behind a heavy one
      if (weights[i] > 0 && !out.test(i)) {
        return i;
      }
    }
    return NONE;
  }

  /** Indexes of those that are used: with equal weights that is the order of the turns. */
  private static int[] indexes(int[] weights, int used) {
    int[] indexes = new int[used];
    int at = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        indexes[at++] = i;
      }
    }
    return indexes;
  }

  /** The same shares by smaller numbers; the order of the turns stays. */
  private static int[] reduced(int[] weights) {
    int divisor = 0;
    for (int weight : weights) {
      if (weight < 0) {
        throw new IllegalArgumentException("weight: " + weight + " (expected: 0 or more)");
      }
      divisor = gcd(divisor, weight);
    }
    int[] reduced = weights.clone();
    for (int i = 0; divisor > 1 && i < reduced.length; i++) {
      reduced[i] /= divisor;
    }
    return reduced;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** The definition itself, one turn at a time. */
  private static final class Computed {
    private final int[] weights;
    private final long[] current;
    private final long sum;

    Computed(int[] weights) {
      this.weights = weights;
      current = new long[weights.length];
      long total = 0;
      for (int weight : weights) {
        total += weight;
      }
      sum = total;
    }

    // Guards the current values: a turn reads and writes them all.
    synchronized int pick() {
      int best = -1;
      for (int i = 0; i < weights.length; i++) {
        current[i] += weights[i];
        if (weights[i] > 0 && (best < 0 || current[i] > current[best])) {
          best = i;
        }
      }
      if (best >= 0) {
        current[best] -= sum;
      }
      return best;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Draws one of many by weight in the same time whatever their number: each of equal slots belongs
 * to at most two, which share it by a coin (Walker's alias method, built as Vose does).
 *
 * <p><b>Immutable.</b> A draw allocates nothing.
 */
final class AliasTable {

  /** Draws until those left over are gone through one by one. */
  private static final int DRAWS = 4;

  private static final long ONE = 1L << 32;

  private final int[] weights; // of those with any
  private final int[] places;
  private final int[] aliases;
  private final long[] coins; // below it the slot's own, of 2^32

  private AliasTable(int[] weights, int[] places) {
    this.weights = weights;
    this.places = places;
    int size = weights.length;
    aliases = new int[size];
    coins = new long[size];
    fill(size);
  }

  /**
   * A table of these weights.
   *
   * @param all 0 or more each; those of 0 are never drawn
   */
  static AliasTable of(int[] all) {
    int size = 0;
    for (int weight : all) {
      size += weight > 0 ? 1 : 0;
    }
    int[] weights = new int[size];
    int[] places = new int[size];
    int at = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] > 0) {
        weights[at] = all[i];
        places[at++] = i;
      }
    }
    return new AliasTable(weights, places);
  }

  private void fill(int size) {
    long sum = 0;
    for (int weight : weights) {
      sum += weight;
    }
    double[] shares = new double[size]; // 1 fills a slot
    int[] work = new int[size]; // those below 1 from the front, the others from the back
    int small = 0;
    int large = size;
    for (int i = 0; i < size; i++) {
      shares[i] = (double) weights[i] * size / sum;
      work[shares[i] < 1 ? small++ : --large] = i;
    }
    while (small > 0 && large < size) {
      int giver = work[large];
      int taker = work[--small];
      coins[taker] = (long) (shares[taker] * ONE);
      aliases[taker] = giver;
      shares[giver] -= 1 - shares[taker];
      if (shares[giver] < 1) {
        large++;
        work[small++] = giver;
      }
    }
    while (small > 0) { // full but for rounding
      own(work[--small]);
    }
    while (large < size) {
      own(work[large++]);
    }
  }

  private void own(int slot) {
    coins[slot] = ONE;
    aliases[slot] = slot;
  }

  /** How many may be drawn. */
  int size() {
    return places.length;
  }

  /** Place of one by weight; {@link Picker#NONE} when there is none with any. */
  int draw(RandomGenerator random) {
    int size = places.length;
    if (size == 0) {
      return Picker.NONE;
    }
    long bits = random.nextLong();
    int slot = (int) (((bits >>> 32) * size) >>> 32);
    return places[(bits & (ONE - 1)) < coins[slot] ? slot : aliases[slot]];
  }

  /**
   * Place of one by weight among those that are not left out.
   *
   * @param out true for places that are left out
   * @param except a further place that is left out, or {@link Picker#NONE}
   */
  int draw(RandomGenerator random, IntPredicate out, int except) {
    for (int i = 0; i < DRAWS; i++) {
      int place = draw(random);
      if (place == Picker.NONE || (place != except && !out.test(place))) {
        return place;
      }
    }
    return drawFromRest(random, out, except);
  }

  /** The same odds, by adding up who is left: for when most of the weight is left out. */
  private int drawFromRest(RandomGenerator random, IntPredicate out, int except) {
    long sum = 0;
    for (int i = 0; i < places.length; i++) {
      sum += places[i] != except && !out.test(places[i]) ? weights[i] : 0;
    }
    long left = sum == 0 ? 0 : random.nextLong(sum);
    int last = Picker.NONE;
    for (int i = 0; i < places.length; i++) {
      if (places[i] != except && !out.test(places[i])) { // may have changed since it was added up
        last = places[i];
        left -= weights[i];
        if (left < 0) {
          return last;
        }
      }
    }
    return last;
  }
}

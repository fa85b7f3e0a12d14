// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import io.dcosnet.lb.vip.VipTable.Target;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Consistent hashing: a client gets the same back end on every node, and keeps it while others come
 * and go.
 *
 * <p>Slots go by {@link Target#share}. A back end that gets nothing for a while keeps its slots,
 * but flows there walk on to the next slot whose owner takes some; afterwards they come back. One
 * that gets less for a while lets that part of its flows walk on, always the same ones.
 *
 * <p><b>Thread-safe.</b>
 */
final class Maglev implements Picker {

  private static final long ALL_FLOWS = 1L << 31;

  private final MaglevTable table;
  private final int[] weights;
  private final long[] takes; // of each place: how many of 2^31 flows stay where they hash to
  private final long[] salts; // of each place, whatever place that is
  private final boolean nobody;

  private Maglev(MaglevTable table, List<Target> targets, int[] weights, int[] shares) {
    this.table = table;
    this.weights = weights;
    salts = targets.stream().mapToLong(target -> FlowHash.of(target.endpoint())).toArray();
    double most = 0;
    for (int i = 0; i < weights.length; i++) {
      most = Math.max(most, part(weights[i], shares[i]));
    }
    nobody = most == 0;
    takes = new long[weights.length];
    for (int i = 0; i < weights.length && !nobody; i++) {
      takes[i] = (long) (part(weights[i], shares[i]) / most * ALL_FLOWS);
    }
  }

  private static double part(int weight, int share) {
    return share == 0 ? 0 : (double) weight / share;
  }

  /**
   * A picker over targets.
   *
   * @param before lends its table when names and shares are still the same; building one is work
   */
  static Maglev of(List<Target> targets, int size, @Nullable Maglev before) {
    int[] weights = targets.stream().mapToInt(Target::weight).toArray();
    int[] shares = targets.stream().mapToInt(t -> t.share() > 0 ? t.share() : t.weight()).toArray();
    List<String> names = targets.stream().map(target -> target.endpoint().toString()).toList();
    MaglevTable table =
        before != null && before.table.isOf(names, shares, size)
            ? before.table
            : MaglevTable.of(names, shares, size);
    return new Maglev(table, targets, weights, shares);
  }

  MaglevTable table() {
    return table;
  }

  @Override
  public int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out) {
    if (nobody) {
      return NONE;
    }
    int size = table.size();
    int slot = table.slot(flow);
    // Where one of n takes any, this many slots miss it with odds of e^-16.
    int steps = Math.min(size, 16 * weights.length + 64);
    for (int i = 0; i < steps; i++) {
      int owner = table.owner(slot);
      if (stays(flow, owner, i) && !out.test(owner)) {
        return owner;
      }
      slot = slot + 1 == size ? 0 : slot + 1;
    }
    return byLot(flow, out);
  }

  private boolean stays(long flow, int owner, int step) {
    long part = takes[owner];
    return part == ALL_FLOWS || (part > 0 && lot(flow, owner, step) < part);
  }

  /** Another one in each step: who comes to the same owner twice has two chances, as by weight. */
  private long lot(long flow, int place, int step) {
    return FlowHash.mix((flow ^ salts[place]) + step) >>> 33;
  }

  /** Among those that are left, the one with the greatest lot for this flow. */
  private int byLot(long flow, IntPredicate out) {
    int best = NONE;
    long greatest = -1;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0 && !out.test(i) && lot(flow, i, 0) > greatest) {
        best = i;
        greatest = lot(flow, i, 0);
      }
    }
    return best;
  }
}

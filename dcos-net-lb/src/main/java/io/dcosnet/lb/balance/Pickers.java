// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes the picker that a service asks for. */
public final class Pickers {

  private Pickers() {}

  /**
   * A picker over the targets of a service, in their order.
   *
   * @param loads of the targets, in the same order
   * @param random where turns begin, so that nodes do not all start with the same one
   */
  public static Picker of(Service service, List<BackendLoad> loads, RandomGenerator random) {
    List<Target> targets = service.targets();
    int[] weights = targets.stream().mapToInt(Target::weight).toArray();
    RoundRobin turns = RoundRobin.of(weights, random.nextInt(Math.max(1, weights.length)));
    return (flow, now, chance, out) -> {
      for (int i = 0; i < weights.length; i++) {
        int turn = turns.pick();
        if (turn < 0 || !out.test(turn)) {
          return turn;
        }
      }
      for (int i = 0; i < weights.length; i++) { // its turn may be far off behind a heavy one
        if (weights[i] > 0 && !out.test(i)) {
          return i;
        }
      }
      return Picker.NONE;
    };
  }
}

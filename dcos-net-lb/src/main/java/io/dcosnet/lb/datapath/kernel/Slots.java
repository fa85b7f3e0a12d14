// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns weights into a row of slots, of which a kernel takes one at random: who has twice the
 * weight has twice the slots. <b>Pure.</b>
 */
public final class Slots {

  private Slots() {}

  /**
   * The slots of one service, in the order of its targets; empty when no target takes new
   * connections.
   *
   * <p>Equal weights give one slot each. Others are reduced by their common divisor and, where that
   * is still too many, rounded; each target that has any weight keeps at least one slot.
   *
   * @param most slots that there may be; more targets than that get one slot each all the same
   */
  public static List<HostPort> of(List<Target> targets, int most) {
    requireNonNull(targets, "targets");
    List<Target> taking = targets.stream().filter(Target::takesNew).toList();
    if (taking.isEmpty()) {
      return List.of();
    }
    long divisor = 0;
    long sum = 0;
    for (Target target : taking) {
      divisor = gcd(target.weight(), divisor);
      sum += target.weight();
    }
    long all = sum / divisor;
    double scale = all <= most ? 1.0 / divisor : (double) most / sum;
    List<HostPort> slots = new ArrayList<>();
    for (Target target : taking) {
      // Floor, so that the sum cannot grow over the limit by rounding.
      long count = Math.max(1, (long) Math.floor(target.weight() * scale + 1e-9));
      for (long i = 0; i < count; i++) {
        slots.add(target.endpoint());
      }
    }
    return List.copyOf(slots);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}

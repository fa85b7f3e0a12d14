// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SlotsProperties {

  private static List<Target> targets(List<Integer> weights) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      targets.add(Target.up(endpoint(i), weights.get(i)));
    }
    return targets;
  }

  private static HostPort endpoint(int number) {
    return HostPort.parse("192.0.2.1:" + (1 + number));
  }

  @Property
  void whoHasAnyWeightHasASlotAndNobodyElse(
      @ForAll @Size(max = 40) List<@IntRange(max = 65_535) Integer> weights,
      @ForAll @IntRange(min = 1, max = 200) int most) {
    List<HostPort> slots = Slots.of(targets(weights), most);
    for (int i = 0; i < weights.size(); i++) {
      assertThat(slots.contains(endpoint(i))).isEqualTo(weights.get(i) > 0);
    }
    long taking = weights.stream().filter(weight -> weight > 0).count();
    assertThat(slots).as("%s", weights).hasSizeLessThanOrEqualTo((int) (most + taking));
  }

  @Property
  void sharesAreTrueToASlot(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 65_535) Integer> weights,
      @ForAll @IntRange(min = 1, max = 200) int most) {
    List<HostPort> slots = Slots.of(targets(weights), most);
    long divisor = weights.stream().mapToLong(w -> w).reduce(0, SlotsProperties::gcd);
    long sum = weights.stream().mapToLong(weight -> weight).sum();
    double one = sum / divisor <= most ? divisor : (double) sum / most; // weight for a slot
    for (int i = 0; i < weights.size(); i++) {
      double due = weights.get(i) / one;
      assertThat(Collections.frequency(slots, endpoint(i)))
          .as("%s of %s, which is due %s", i, weights, due)
          .isBetween(Math.max(1, (int) due), Math.max(1, (int) Math.ceil(due)));
    }
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  @Property
  void smallWeightsAreExact(
      @ForAll @Size(min = 1, max = 10) List<@IntRange(max = 10) Integer> weights,
      @ForAll @IntRange(min = 1, max = 6_000) int unit) {
    List<Integer> scaled = weights.stream().map(weight -> weight * unit).toList();
    assertThat(Slots.of(targets(scaled), 100)).isEqualTo(Slots.of(targets(weights), 100));
    long sum = weights.stream().mapToLong(weight -> weight).sum();
    List<HostPort> slots = Slots.of(targets(weights), 100);
    for (int i = 0; i < weights.size(); i++) {
      assertThat(Collections.frequency(slots, endpoint(i)) * sum)
          .isEqualTo((long) weights.get(i) * slots.size());
    }
  }

  @Example
  void moreTargetsThanSlotsHaveOneEach() {
    assertThat(Slots.of(targets(Collections.nCopies(10_000, 7)), 100)).hasSize(10_000);
  }
}

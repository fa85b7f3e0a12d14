// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dcosnet.lb.vip.VipTable.Origin;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class ZoneSplitProperties {

  @Provide
  Arbitrary<Target> target() {
    Arbitrary<String> zones = Arbitraries.of("eu/a", "eu/b", "eu/c", "eu/d", "");
    Arbitrary<Integer> shares = Arbitraries.integers().between(0, 65_535);
    return Combinators.combine(zones, shares, Arbitraries.of(0, 1, 10, 100, 100, 100))
        .as(
            (zone, share, percent) ->
                Target.up(Draws.endpoint(0), share)
                    .at(new Origin(null, zone))
                    .withWeight((int) ((long) share * percent / 100)));
  }

  @Property
  void overloadsNobodyWhateverZonesThereAre(
      @ForAll @Size(min = 1, max = 12) List<@From("target") Target> targets) {
    double all = targets.stream().mapToInt(Target::weight).sum();
    ZoneSplit split = ZoneSplit.of(targets);
    Set<String> zones = new TreeSet<>();
    targets.stream().filter(t -> t.share() > 0).forEach(t -> zones.add(t.origin().zone()));
    if (all == 0) {
      assertThat(split.partsFrom("eu/a")).isEmpty();
      return;
    }
    double[] loads = new double[zones.size()];
    for (String zone : zones) {
      double[] parts = split.partsFrom(zone);
      assertThat(Arrays.stream(parts).sum()).isCloseTo(1, within(1e-6));
      for (int i = 0; i < parts.length; i++) {
        assertThat(parts[i]).isGreaterThanOrEqualTo(0);
        loads[i] += parts[i] / zones.size();
      }
    }
    for (String zone : zones) {
      int index = split.indexOf(zone);
      double mean = split.weight(index) / all;
      assertThat(loads[index]).isLessThanOrEqualTo(ZoneSplit.MOST * mean + 1e-6);
    }
    assertThat(Arrays.stream(split.partsFrom("elsewhere")).sum()).isCloseTo(1, within(1e-6));
  }

  @Property
  void keepsAtHomeWhatIsFitUnlessTheZoneIsTooSmall(
      @ForAll @Size(min = 1, max = 12) List<@From("target") Target> targets) {
    ZoneSplit split = ZoneSplit.of(targets);
    double all = targets.stream().mapToInt(Target::weight).sum();
    for (String zone : Set.of("eu/a", "eu/b")) {
      int index = split.indexOf(zone);
      if (index < 0) {
        continue;
      }
      double[] parts = split.partsFrom(zone);
      double shares =
          targets.stream()
              .filter(t -> t.origin().zone().equals(zone))
              .mapToInt(Target::share)
              .sum();
      double fit = Math.min(1, 1.4 * split.weight(index) / shares);
      double most = 1.5 * split.weight(index) / all * parts.length;
      assertThat(parts[index]).isGreaterThanOrEqualTo(Math.min(fit, most) - 1e-6);
    }
  }

  @Property
  void doesNotDependOnTheOrderOfTargets(
      @ForAll @Size(min = 1, max = 12) List<@From("target") Target> targets, @ForAll long seed) {
    List<Target> shuffled = new ArrayList<>(targets);
    Collections.shuffle(shuffled, new Random(seed));
    ZoneSplit split = ZoneSplit.of(targets);
    ZoneSplit other = ZoneSplit.of(shuffled);
    for (String zone : Set.of("eu/a", "eu/b", "eu/c")) {
      for (String from : Set.of("eu/a", "eu/d", "")) {
        int index = split.indexOf(zone);
        if (index >= 0 && split.partsFrom(from).length > 0) {
          assertThat(other.partsFrom(from)[other.indexOf(zone)])
              .isCloseTo(split.partsFrom(from)[index], within(1e-6));
        }
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;

class BackendLoadProperties {

  @Property
  void staysBetweenTheNewestTimeAndTheLongest(
      @ForAll @NotEmpty List<@IntRange(min = 1, max = 1_000_000_000) Integer> times,
      @ForAll @IntRange(max = 2_000_000_000) int step) {
    BackendLoad load = new BackendLoad();
    long now = Long.MAX_VALUE - 3L * step; // monotonic clocks may overflow on the way
    int longest = 0;
    for (int time : times) {
      now += step;
      load.connected(time, now);
      longest = Math.max(longest, time);
      assertThat(load.costNanos(now)).isBetween(time * 0.999_999, longest * 1.000_001);
    }
  }

  @Property
  void onlyFallsWhileNothingHappens(
      @ForAll @IntRange(min = 1) int time, @ForAll @IntRange(max = 2_000_000_000) int passed) {
    BackendLoad load = new BackendLoad();
    load.connected(time, 0);
    assertThat(load.costNanos(passed)).isBetween(0.0, (double) time);
    assertThat(load.costNanos(2L * passed)).isLessThanOrEqualTo(load.costNanos(passed));
  }

  @Property
  void growsWithEachConnection(
      @ForAll @IntRange(min = 1, max = 1_000_000_000) int time,
      @ForAll @IntRange(min = 1, max = 500) int connections) {
    BackendLoad known = new BackendLoad();
    known.connected(time, 0);
    BackendLoad unknown = new BackendLoad();
    for (int i = 0; i < connections; i++) {
      double before = known.load(9, 1);
      double unknownBefore = unknown.load(9, 1);
      known.begin();
      unknown.begin();
      assertThat(known.load(9, 1)).isGreaterThan(before);
      assertThat(unknown.load(9, 1)).isGreaterThan(unknownBefore).isGreaterThan(known.load(9, 1));
    }
  }
}

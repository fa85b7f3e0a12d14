// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SuspicionTimesProperties {

  private static final GossipSettings LAN = GossipSettings.lan();

  @Example
  void meetsTheNumbersOfTheSpecification() {
    assertSeconds(5, 4, 24);
    assertSeconds(10, 4, 24);
    assertSeconds(100, 8, 48);
    assertSeconds(1_000, 12, 72);
    assertSeconds(10_000, 16, 96);
  }

  @Example
  void asksFewerAccusersInSmallClustersAndNoneWhereThereCannotBeEnough() {
    assertThat(wanted(LAN, 2)).isZero();
    assertThat(wanted(LAN, 3)).isZero();
    assertThat(wanted(LAN, 4)).isEqualTo(2);
    assertThat(wanted(LAN, 5)).isEqualTo(2);
    assertThat(wanted(LAN, 6)).isEqualTo(3);
    assertThat(wanted(GossipSettings.local(), 3)).isEqualTo(1);
    assertThat(wanted(GossipSettings.local(), 2)).isZero();
  }

  @Example
  void lastsTheShortestTimeWhenNobodyElseCanAccuse() {
    SuspicionTimes times = SuspicionTimes.of(LAN, 3, 1);

    assertThat(times.with(0)).isEqualTo(times.min()).isEqualTo(seconds(4));
  }

  @Property
  void staysWithinItsBoundsAndNeverGrowsWithAccusers(
      @ForAll @IntRange(min = 1, max = 20_000) int living,
      @ForAll @IntRange(min = 1, max = 9) int factor,
      @ForAll @IntRange(max = 16) int confirmations,
      @ForAll @IntRange(min = 1, max = 20) int beta) {
    SuspicionTimes times =
        SuspicionTimes.of(
            LAN.toBuilder().confirmations(confirmations).suspicionBeta(beta).build(),
            living,
            factor);

    assertThat(times.max()).isEqualTo(times.min() * beta);
    assertThat(times.with(0)).isEqualTo(times.wanted() == 0 ? times.min() : times.max());
    assertThat(times.with(times.wanted())).isEqualTo(times.min());
    long before = Long.MAX_VALUE;
    for (int further = 0; further <= times.wanted() + 2; further++) {
      long now = times.with(further);
      assertThat(now).isBetween(times.min(), times.max()).isLessThanOrEqualTo(before);
      before = now;
    }
  }

  @Property
  void isLongerByTheFactorOfOneThatDoesBadly(
      @ForAll @IntRange(min = 1, max = 20_000) int living,
      @ForAll @IntRange(min = 1, max = 9) int factor) {
    SuspicionTimes well = SuspicionTimes.of(LAN, living, 1);
    SuspicionTimes badly = SuspicionTimes.of(LAN, living, factor);

    assertThat(badly.min()).isEqualTo(well.min() * factor);
    assertThat(badly.max()).isEqualTo(well.max() * factor);
  }

  private static void assertSeconds(int living, long min, long max) {
    SuspicionTimes times = SuspicionTimes.of(LAN, living, 1);
    assertThat(times.min()).isEqualTo(seconds(min));
    assertThat(times.max()).isEqualTo(seconds(max));
  }

  private static int wanted(GossipSettings settings, int living) {
    return SuspicionTimes.of(settings, living, 1).wanted();
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}

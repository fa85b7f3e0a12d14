// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RoundTripsTest {

  private final RoundTrips roundTrips =
      new Node(
              ScriptedHost.setup(1, GossipSettings.lan(), true, MetricsSink.none()),
              new ScriptedHost(1))
          .roundTrips;

  @Test
  void waitsTheLongestTimeUntilThereAreThreeSamples() {
    roundTrips.sample(id(2), millis(1));
    roundTrips.sample(id(2), millis(1));

    assertThat(roundTrips.timeoutNanos(id(2))).isEqualTo(millis(500));
    assertThat(roundTrips.timeoutNanos(id(3))).isEqualTo(millis(500));

    roundTrips.sample(id(2), millis(1));

    assertThat(roundTrips.timeoutNanos(id(2))).isEqualTo(millis(50));
  }

  @Test
  void smoothsAsTcpDoes() {
    roundTrips.sample(id(2), millis(80));
    roundTrips.sample(id(2), millis(80));
    roundTrips.sample(id(2), millis(40));

    // After the first: 80 and 40. After the second: 80 and 30. After the third: 75 and 32.5.
    assertThat(roundTrips.timeoutNanos(id(2))).isEqualTo(millis(75 + 130));
  }

  @Test
  void neverWaitsLongerThanTheLongestTime() {
    for (int i = 0; i < 10; i++) {
      roundTrips.sample(id(2), millis(3_000));
    }

    assertThat(roundTrips.timeoutNanos(id(2))).isEqualTo(millis(500));
  }

  @Test
  void forgetsAMember() {
    for (int i = 0; i < 3; i++) {
      roundTrips.sample(id(2), millis(1));
    }
    roundTrips.remove(id(2));

    assertThat(roundTrips.timeoutNanos(id(2))).isEqualTo(millis(500));
    assertThat(roundTrips.size()).isZero();
  }

  @Test
  void remembersALimitedNumberOfMembers() {
    for (int i = 0; i < RoundTrips.MAX_MEMBERS + 10; i++) {
      roundTrips.sample(id(i), millis(1));
    }

    assertThat(roundTrips.size()).isEqualTo(RoundTrips.MAX_MEMBERS);
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}

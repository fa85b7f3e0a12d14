// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusalsTest {

  private static final Frontend WEB = new Frontend(Protocol.TCP, HostPort.parse("11.9.0.1:80"));
  private static final Frontend API = new Frontend(Protocol.UDP, HostPort.parse("11.9.0.1:81"));
  private static final Frontend DNS = new Frontend(Protocol.UDP, HostPort.parse("11.9.0.2:53"));
  private static final Outcome FAILED = new Outcome(State.FAILED, null, "no space");

  private final Refusals refusals = new Refusals();

  private static long seconds(long count) {
    return Duration.ofSeconds(count).toNanos();
  }

  @Test
  void isTriedLessAndLessOftenButAtLeastOnceAMinute() {
    long now = Long.MAX_VALUE - seconds(5); // clocks may wrap around
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      refusals.tried(Map.of(Owner.of(WEB), "no space"), now);
      long begun = now;
      while (!refusals.isDue(now)) {
        assertThat(refusals.isResting(Owner.of(WEB), now)).isTrue();
        now += seconds(1);
      }
      pauses.add((now - begun) / seconds(1));
      assertThat(refusals.isResting(Owner.of(WEB), now)).isFalse();
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
  }

  @Test
  void whatIsTakenIsForgottenAndWhatRestsIsNot() {
    refusals.tried(Map.of(Owner.of(WEB), "no space", Owner.of(DNS), "no space"), 0);
    refusals.tried(Map.of(Owner.of(DNS), "no space"), seconds(1));
    assertThat(refusals.outcomes(List.of(WEB, API, DNS))).isEqualTo(Map.of(DNS, FAILED));
    refusals.tried(Map.of(), seconds(2));
    assertThat(refusals.outcomes(List.of(DNS))).as("it rests").containsOnlyKeys(DNS);
    refusals.tried(Map.of(), seconds(3));
    assertThat(refusals.outcomes(List.of(DNS))).isEmpty();
    assertThat(refusals.isDue(seconds(100))).isFalse();
  }

  @Test
  void anAddressThatIsRefusedFailsAllItsServices() {
    refusals.tried(Map.of(Owner.of(WEB.endpoint().address()), "no space"), 0);
    assertThat(refusals.outcomes(List.of(WEB, API, DNS)))
        .isEqualTo(Map.of(WEB, FAILED, API, FAILED));
  }

  @Test
  void whoeverWantsSomethingElseMayTryAtOnce() {
    refusals.tried(Map.of(Owner.of(WEB), "no space"), 0);
    refusals.forget(List.of(Owner.of(WEB)));
    assertThat(refusals.isResting(Owner.of(WEB), 0)).isFalse();
  }
}

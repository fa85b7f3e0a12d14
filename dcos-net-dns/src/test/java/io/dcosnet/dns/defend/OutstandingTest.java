// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.defend;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.testkit.RecordingMetrics;
import org.junit.jupiter.api.Test;

class OutstandingTest {

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Outstanding gate = new Outstanding(2, new DnsMetrics(metrics));

  @Test
  void turnsAwayWhatIsTooMuchAndCountsHowItCame() {
    assertThat(gate.enter(Protocol.UDP)).isTrue();
    assertThat(gate.enter(Protocol.TCP)).isTrue();
    assertThat(gate.enter(Protocol.UDP)).isFalse();
    assertThat(gate.enter(Protocol.UDP)).isFalse();
    assertThat(gate.enter(Protocol.TCP)).isFalse();

    assertThat(gate.waiting()).isEqualTo(2);
    assertThat(metrics.gauge("dcosnet.dns.outstanding")).isEqualTo(2);
    assertThat(metrics.count("dcosnet.dns.dropped", "reason", "overload")).isEqualTo(2);
    assertThat(metrics.count("dcosnet.dns.declined", "proto", "tcp", "reason", "overload")).isOne();
  }

  @Test
  void letsOthersInWhenSomebodyLeft() {
    gate.enter(Protocol.UDP);
    gate.enter(Protocol.UDP);
    gate.leave();

    assertThat(gate.enter(Protocol.TCP)).isTrue();
    assertThat(gate.enter(Protocol.TCP)).isFalse();
  }
}

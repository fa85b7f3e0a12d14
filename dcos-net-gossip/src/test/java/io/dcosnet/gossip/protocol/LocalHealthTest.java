// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.testkit.RecordingMetrics;
import org.junit.jupiter.api.Test;

class LocalHealthTest {

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final LocalHealth health =
      new Node(ScriptedHost.setup(1, GossipSettings.lan(), true, metrics), new ScriptedHost(1))
          .health;

  @Test
  void isWellAtFirstAndCannotBeBetter() {
    health.better();

    assertThat(health.score()).isZero();
    assertThat(health.factor()).isEqualTo(1);
  }

  @Test
  void worsensUpToTheLimitAndRecoversStepByStep() {
    health.worse(3);
    assertThat(health.factor()).isEqualTo(4);

    health.worse(100);
    assertThat(health.score()).isEqualTo(8);

    health.better();
    assertThat(health.score()).isEqualTo(7);
    assertThat(metrics.gauge("dcosnet.gossip.local.health")).isEqualTo(7);
  }
}

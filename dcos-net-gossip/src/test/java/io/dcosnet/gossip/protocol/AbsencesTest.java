// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.OneNode.alive;
import static io.dcosnet.gossip.protocol.OneNode.dead;
import static io.dcosnet.gossip.protocol.OneNode.left;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AbsencesTest {

  private final OneNode one = new OneNode();

  @Test
  void membersThatLeftAreForgottenAfterAnHourAndTheDeadAfterADay() {
    one.others(3);
    one.hear(1, dead(2, 0, 1));
    one.host.time.advance(Duration.ofMinutes(10));
    one.hear(1, left(3, 1));

    one.host.time.advance(Duration.ofMinutes(59));
    assertThat(one.state(3)).isEqualTo(State.LEFT);
    one.host.time.advance(Duration.ofMinutes(1));
    assertThat(one.state(3)).isNull();
    assertThat(one.told(3)).containsExactly(State.LEFT, null);

    one.host.time.advance(Duration.ofMinutes(22 * 60 + 49));
    assertThat(one.state(2)).isEqualTo(State.DEAD);
    one.host.time.advance(Duration.ofMinutes(1));
    assertThat(one.state(2)).isNull();
    assertThat(one.node.timeline.of(ScriptedHost.id(2))).isEmpty();
    assertThat(one.metrics.count("dcosnet.gossip.member.events", "type", "forgotten")).isEqualTo(2);
  }

  @Test
  void whoComesBackIsNotForgotten() {
    one.others(3);
    one.hear(1, left(2, 1));
    one.host.time.advance(Duration.ofMinutes(30));
    one.hear(1, alive(2, 2));

    one.host.time.advance(Duration.ofHours(2));

    assertThat(one.state(2)).isEqualTo(State.ALIVE);
  }

  @Test
  void ofVeryManyTheOldestAreForgottenFirst() {
    one.others(3);
    for (int i = 0; i < 1010; i++) {
      one.hear(
          1, new Fact.Alive(ScriptedHost.id(100 + i), OneNode.EPOCH, 0, ScriptedHost.profile(100)));
      one.hear(1, i % 2 == 0 ? left(100 + i, 1) : dead(100 + i, 0, 1));
      one.host.time.advance(Duration.ofMillis(1));
    }

    assertThat(one.node.table.size()).isEqualTo(4 + 1000);
    assertThat(one.state(109)).isNull();
    assertThat(one.state(110)).isEqualTo(State.LEFT);
  }

  @Test
  void theDeadGetGossipForAWhile() {
    one.others(3);
    one.hear(1, dead(2, 0, 1));
    one.host.time.advance(Duration.ofSeconds(29));
    assertThat(one.node.absences.isRecentlyDead(ScriptedHost.id(2))).isTrue();
    one.host.time.advance(Duration.ofSeconds(1));
    assertThat(one.node.absences.isRecentlyDead(ScriptedHost.id(2))).isFalse();
  }
}

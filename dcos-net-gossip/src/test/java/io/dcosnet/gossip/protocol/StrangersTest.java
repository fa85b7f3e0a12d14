// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.OneNode.alive;
import static io.dcosnet.gossip.protocol.OneNode.left;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.GossipEvent.ViewChanged;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Ping;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StrangersTest {

  private static final NodeId STRANGER = ScriptedHost.id(20);

  private final OneNode one = new OneNode();

  @Test
  void whomWeHearOfInOurFirstExchangesIsTakenAsItIs() {
    one.sync(1, alive(20, 1));

    assertThat(one.node.strangers.has(STRANGER)).isFalse();
  }

  @Test
  void whomWeHearOfInALaterExchangeMustAnswerBeforeTrafficGoesThere() {
    one.others(3);
    one.host.time.advance(Duration.ofMinutes(1));
    one.sync(1, alive(20, 1));
    one.hear(1, alive(21, 1));
    assertThat(one.node.strangers.has(STRANGER)).isTrue();
    assertThat(one.node.strangers.has(ScriptedHost.id(21))).isFalse();

    answer();

    assertThat(one.node.strangers.has(STRANGER)).isFalse();
    assertThat(one.host.events(ViewChanged.class)).containsExactly(new ViewChanged(STRANGER));
  }

  @Test
  void whoDoesNotAnswerIsAskedAgainUntilItGoes() {
    one.others(3);
    one.host.time.advance(Duration.ofMinutes(1));
    one.sync(1, alive(20, 1));

    one.host.time.advance(Duration.ofSeconds(35));
    assertThat(one.host.sentTo(20, Ping.class)).hasSizeBetween(3, 4);
    assertThat(one.node.strangers.has(STRANGER)).isTrue();

    one.hear(1, left(20, 2));
    one.host.time.advance(Duration.ofMinutes(1));
    assertThat(one.host.sentTo(20, Ping.class)).hasSizeBetween(3, 4);
    assertThat(one.node.strangers.has(STRANGER)).isFalse();
  }

  @Test
  void fewAreAskedAtATime() {
    one.others(3);
    one.host.time.advance(Duration.ofMinutes(1));
    for (int i = 0; i < 50; i++) {
      one.sync(1, alive(20 + i, 1));
    }

    one.host.time.advance(Duration.ofMillis(1));
    assertThat(one.host.sent(Ping.class)).hasSize(4);
    one.host.time.advance(Duration.ofSeconds(1));
    assertThat(one.host.sent(Ping.class)).hasSizeGreaterThan(4);
  }

  private void answer() {
    one.host.time.advance(Duration.ofMillis(1));
    Ping ping = one.host.sentTo(20, Ping.class).get(0);
    one.node.probing.received(
        ScriptedHost.address(20),
        ScriptedHost.shortId(20),
        new Ack(ping.sequence(), ping.sentMicros(), false, 0, 0, 0));
  }
}

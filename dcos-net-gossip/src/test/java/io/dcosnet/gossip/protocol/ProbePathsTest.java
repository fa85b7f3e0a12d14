// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ProbingScript.number;
import static io.dcosnet.gossip.protocol.ScriptedHost.EPOCH;
import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.body;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static io.dcosnet.gossip.protocol.ScriptedHost.shortId;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.GossipEvent.LinkImpaired;
import io.dcosnet.gossip.member.GossipEvent.UdpImpaired;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Nack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.Message.WrongNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The ways to a member beside the direct datagram, and what their use tells of the direct one. */
class ProbePathsTest {

  private final ProbingScript script = new ProbingScript(6, true);

  @Test
  void isContentWithAnAnswerOverTcpButSaysThatDatagramsAreLost() {
    Ping ping = script.nextPing();
    answerOverTcp(ping);
    script.nextPing();

    assertThat(script.state(number(ping))).isEqualTo(State.ALIVE);
    assertThat(script.probes("tcp")).isEqualTo(1);
    assertThat(script.metrics.count("dcosnet.gossip.udp.broken")).isEqualTo(1);
    assertThat(script.host.events(UdpImpaired.class))
        .containsExactly(new UdpImpaired(ping.target()));
    assertThat(script.health()).isZero();
  }

  @Test
  void saysSoAtMostOnceAMinuteForEachMember() {
    ProbingScript two = new ProbingScript(2, true);
    for (int i = 0; i < 40; i++) {
      answerOverTcp(two, two.nextPing());
    }
    assertThat(two.host.events(UdpImpaired.class)).hasSize(1);

    for (int i = 0; i < 40; i++) {
      answerOverTcp(two, two.nextPing());
    }
    assertThat(two.host.events(UdpImpaired.class)).hasSize(2);
    assertThat(two.metrics.count("dcosnet.gossip.udp.broken")).isGreaterThan(75);
  }

  @Test
  void takesARefusedConnectionForBetterEvidence() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(550));
    script.helpers().forEach(helper -> script.receive(helper, new Nack(ping.sequence())));
    script.core.closed(1, LinkEnd.REFUSED);
    script.nextPing();

    assertThat(script.core.accusations(ping.target()))
        .containsExactly(new Accusation(id(1), Grade.LINK));
  }

  @Test
  void suspectsAtOnceWhoseAddressAnswersAsAnotherOverTcp() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(550));
    script.core.opened(1, new LinkPeer(shortId(40), EPOCH, address(number(ping))));

    assertThat(script.core.accusations(ping.target()))
        .containsExactly(new Accusation(id(1), Grade.LINK));
    assertThat(script.host.closed).containsExactly(1);
  }

  @Test
  void closesALinkThatDidNotOpenInTime() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(550));
    script.helpers().forEach(helper -> script.receive(helper, new Nack(ping.sequence())));
    script.nextPing();

    assertThat(script.host.closed).containsExactly(1);
    assertThat(script.core.accusations(ping.target()))
        .containsExactly(new Accusation(id(1), Grade.PROBE));
  }

  @Test
  void answersAPingOverTcpAndCloses() {
    HostPort caller = HostPort.parse("192.0.2.3:40000");
    script.core.accepted(100, new LinkPeer(shortId(3), EPOCH, caller));
    frame(script, 100, new Ping(5, id(1), 9));
    script.core.accepted(101, new LinkPeer(shortId(3), EPOCH, caller));
    frame(script, 101, new Ping(6, id(9), 9));

    assertThat(script.host.sent(Ack.class))
        .containsExactly(new Ack(5, 9, false, 0, script.core.digest(), 0));
    assertThat(script.host.sent(WrongNode.class)).containsExactly(new WrongNode(6, id(1), EPOCH));
    assertThat(script.host.closed).containsExactlyInAnyOrder(100, 101);
  }

  @Test
  void saysThatTheWayIsBadAfterThreeRoundsThatOnlyHelpersSaved() {
    ProbingScript three = new ProbingScript(3, true);
    for (int round = 1; round <= 2; round++) {
      saveByHelper(three, three.nextPing(2));
    }
    Ping third = three.nextPing(2);
    assertThat(three.host.events(LinkImpaired.class)).isEmpty();
    saveByHelper(three, third);
    for (int round = 4; round <= 6; round++) {
      saveByHelper(three, three.nextPing(2));
    }
    Ping ping = three.nextPing(2);
    assertThat(three.host.events(LinkImpaired.class))
        .containsExactly(new LinkImpaired(id(2), true));
    assertThat(three.state(2)).isEqualTo(State.ALIVE);

    three.answer(ping);
    three.nextPing();
    assertThat(three.host.events(LinkImpaired.class))
        .containsExactly(new LinkImpaired(id(2), true), new LinkImpaired(id(2), false));
  }

  @Test
  void beginsToCountAnewWhenADatagramCameThrough() {
    ProbingScript three = new ProbingScript(3, true);
    for (int round = 0; round < 6; round++) {
      Ping ping = three.nextPing(2);
      if (round % 3 == 2) {
        three.answer(ping);
      } else {
        saveByHelper(three, ping);
      }
    }
    three.nextPing();

    assertThat(three.host.events(LinkImpaired.class)).isEmpty();
  }

  private static void saveByHelper(ProbingScript script, Ping ping) {
    script.pass(Duration.ofMillis(550));
    script.receive(3, new Ack(ping.sequence(), 1, true, 0, script.core.digest(), 0));
  }

  private void answerOverTcp(Ping ping) {
    answerOverTcp(script, ping);
  }

  private static void answerOverTcp(ProbingScript script, Ping ping) {
    script.pass(Duration.ofMillis(550));
    int link = script.host.opened.size();
    int target = number(ping);
    script.core.opened(link, new LinkPeer(shortId(target), EPOCH, address(target)));
    assertThat(script.host.sent).contains(new ScriptedHost.Sent(address(target), link, ping));
    frame(script, link, script.ack(ping));
  }

  private static void frame(ProbingScript script, int link, Message message) {
    byte[] body = body(message);
    script.core.frame(link, body, 0, body.length);
  }
}

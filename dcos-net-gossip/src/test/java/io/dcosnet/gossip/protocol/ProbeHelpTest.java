// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Nack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.Message.PingRequest;
import io.dcosnet.gossip.wire.Message.WrongNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeHelpTest {

  private final ProbingScript script = new ProbingScript(6, true);

  @Test
  void relaysTheAnswerWithTheNumberOfWhoAsked() {
    Ping ping = help(3, 4, 900);
    script.receive(4, new Ack(ping.sequence(), ping.sentMicros(), false, 2, 55, 66));

    assertThat(script.host.sentTo(3, Ack.class))
        .containsExactly(new Ack(900, ping.sentMicros(), true, 2, 55, 66));
    script.pass(Duration.ofMillis(500));
    assertThat(script.host.sentTo(3, Nack.class)).isEmpty();
  }

  @Test
  void saysAfterFourFifthsOfTheTimeThatThereIsNoAnswerAndStillRelaysALateOne() {
    Ping ping = help(3, 4, 900);
    script.pass(Duration.ofMillis(399));
    assertThat(script.host.sentTo(3, Nack.class)).isEmpty();

    script.pass(Duration.ofMillis(2));
    assertThat(script.host.sentTo(3, Nack.class)).containsExactly(new Nack(900));

    script.receive(4, script.ack(ping));
    assertThat(script.host.sentTo(3, Ack.class)).hasSize(1);
    assertThat(waiting()).isZero();
  }

  @Test
  void forgetsAnErrandWithoutAnAnswer() {
    Ping ping = help(3, 4, 900);
    assertThat(waiting()).isEqualTo(1);
    script.pass(Duration.ofSeconds(1));

    assertThat(waiting()).isZero();
    script.receive(4, script.ack(ping));
    assertThat(script.host.sentTo(3, Ack.class)).isEmpty();
    assertThat(script.host.sentTo(3, Nack.class)).hasSize(1);
  }

  @Test
  void saysAtOnceThatThereIsNoAnswerWhenAnotherNodeIsThere() {
    Ping ping = help(3, 4, 900);
    byte[] body = ScriptedHost.body(new WrongNode(ping.sequence(), id(40), 1));
    script.core.received(address(4), ScriptedHost.shortId(40), body, 0, body.length);

    assertThat(script.host.sentTo(3, Nack.class)).containsExactly(new Nack(900));
  }

  @Test
  void pingsNobodyWhomItDoesNotKnowThere() {
    int pings = script.host.sent(Ping.class).size();
    script.receive(3, new PingRequest(900, id(40), address(4)));
    script.receive(3, new PingRequest(901, id(4), address(5)));

    assertThat(script.host.sent(Ping.class)).hasSize(pings);
    assertThat(script.metrics.count("dcosnet.gossip.dropped", "reason", "target")).isEqualTo(2);
    assertThat(script.host.sentTo(3, Nack.class)).containsExactly(new Nack(900), new Nack(901));
  }

  @Test
  void helpsEachNodeSoOftenInASecondAndNoMore() {
    int pings = script.host.sent(Ping.class).size();
    for (int i = 0; i < 200; i++) {
      script.receive(3, new PingRequest(i, id(4), address(4)));
    }
    script.receive(5, new PingRequest(900, id(4), address(4)));

    assertThat(script.host.sent(Ping.class)).hasSize(pings + 51);
    assertThat(script.metrics.count("dcosnet.gossip.dropped", "reason", "rate")).isEqualTo(150);

    script.pass(Duration.ofSeconds(2));
    assertThat(waiting()).isZero();
    help(3, 4, 901);
  }

  @Test
  void bearsAFloodOfManyRequesters() {
    for (int i = 0; i < 10_000; i++) {
      byte[] body = ScriptedHost.body(new PingRequest(i, id(4), address(4)));
      script.core.received(address(3), i, body, 0, body.length);
    }

    assertThat(waiting()).isEqualTo(ProbeHelp.MAX_WAITING);
    script.pass(Duration.ofSeconds(2));
    assertThat(waiting()).isZero();
  }

  private Ping help(int requester, int target, int sequence) {
    int before = script.host.sentTo(target, Ping.class).size();
    script.receive(requester, new PingRequest(sequence, id(target), address(target)));
    List<Ping> pings = script.host.sentTo(target, Ping.class);
    assertThat(pings).hasSize(before + 1);
    return pings.get(before);
  }

  private int waiting() {
    return script.core.node().probing.errands();
  }
}

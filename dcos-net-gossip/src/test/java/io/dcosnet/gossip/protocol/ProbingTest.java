// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ProbingScript.number;
import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static io.dcosnet.gossip.protocol.ScriptedHost.shortId;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Nack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.gossip.wire.Message.PingRequest;
import io.dcosnet.gossip.wire.Message.WrongNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbingTest {

  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final ProbingScript script = new ProbingScript(6, true);

  @Test
  void pingsEachMemberOnceInARoundAboutOncePerSecond() {
    Set<Integer> pinged = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      Ping ping = script.nextPing();
      script.answer(ping);
      pinged.add(number(ping));
    }
    long begin = script.host.nanos();
    for (int i = 0; i < 10; i++) {
      script.answer(script.nextPing());
    }

    assertThat(pinged).containsExactlyInAnyOrder(2, 3, 4, 5, 6);
    assertThat(Duration.ofNanos(script.host.nanos() - begin))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    assertThat(script.probes("ack")).isEqualTo(14);
    assertThat(script.helpers()).isEmpty();
    assertThat(script.host.opened).isEmpty();
  }

  @Test
  void asksHelpersAndTcpWhenTheAnswerIsLate() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(499));
    assertThat(script.helpers()).isEmpty();

    script.pass(Duration.ofMillis(2));

    assertThat(script.helpers()).hasSize(3).doesNotHaveDuplicates().doesNotContain(number(ping), 1);
    assertThat(script.host.sent(PingRequest.class))
        .containsOnly(new PingRequest(ping.sequence(), ping.target(), address(number(ping))));
    assertThat(script.host.opened).containsExactly(address(number(ping)));
  }

  @Test
  void waitsShorterForAMemberWhoseRoundTripIsKnown() {
    for (int i = 0; i < 3; i++) {
      Ping ping = script.nextPing(2);
      script.pass(Duration.ofMillis(10));
      script.answer(ping);
    }
    script.nextPing(2);
    script.pass(Duration.ofMillis(51));

    assertThat(script.helpers()).hasSize(3);
    assertThat(script.metrics.values("dcosnet.gossip.probe.rtt.nanos"))
        .contains(Duration.ofMillis(10).toNanos());
  }

  @Test
  void suspectsWhoAnswersByNoWayAtTheEndOfThePeriod() {
    Ping ping = silentRound(true);

    assertThat(script.state(number(ping))).isEqualTo(State.SUSPECT);
    assertThat(script.core.accusations(ping.target()))
        .containsExactly(new Accusation(id(1), Grade.PROBE));
    assertThat(script.probes("fail")).isEqualTo(1);
    assertThat(script.health()).isZero();
  }

  @Test
  void takesMissingWordsOfHelpersAsASignOfOwnTrouble() {
    silentRound(false);
    assertThat(script.health()).isEqualTo(3);

    // Slower by the factor of four.
    long begin = script.host.nanos();
    script.answer(script.nextPing());
    script.answer(script.nextPing());
    assertThat(Duration.ofNanos(script.host.nanos() - begin)).isGreaterThan(PERIOD.multipliedBy(3));
  }

  @Test
  void blamesItselfWhenThereIsNobodyToHelp() {
    ProbingScript two = new ProbingScript(2, true);
    two.nextPing();
    two.nextPing();

    assertThat(two.health()).isEqualTo(1);
    assertThat(two.state(2)).isEqualTo(State.SUSPECT);
  }

  @Test
  void isContentWithTheAnswerThatAHelperGot() {
    script.core.lagged();
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(600));
    int helper = script.helpers().get(0);
    script.receive(helper, new Ack(ping.sequence(), 5, true, 0, 0, 0));
    script.nextPing();

    assertThat(script.probes("indirect")).isEqualTo(1);
    assertThat(script.health()).isZero();
    assertThat(script.state(number(ping))).isEqualTo(State.ALIVE);
  }

  @Test
  void believesNobodyElseThatAMemberAnswered() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(600));
    int stranger = 2;
    while (script.helpers().contains(stranger) || stranger == number(ping)) {
      stranger++;
    }
    script.receive(stranger, new Ack(ping.sequence(), ping.sentMicros(), true, 0, 0, 0));
    script.receive(stranger, new Ack(ping.sequence(), ping.sentMicros(), false, 0, 0, 0));
    script.receive(number(ping), new Ack(ping.sequence(), ping.sentMicros() + 1, false, 0, 0, 0));
    script.nextPing();

    assertThat(script.probes("fail")).isEqualTo(1);
  }

  @Test
  void isContentWithALateAnswerWithinThePeriod() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(700));
    script.answer(ping);
    script.nextPing();

    assertThat(script.probes("ack")).isEqualTo(1);
    // The link for the ping over TCP is of no use any more.
    assertThat(script.host.closed).containsExactly(1);
  }

  @Test
  void learnsFromAnAnswerAfterThePeriodHowLongItTakes() {
    Ping ping = silentRound(true);
    script.answer(ping);

    assertThat(script.metrics.values("dcosnet.gossip.probe.rtt.nanos")).hasSize(1);
    assertThat(script.state(number(ping))).isEqualTo(State.SUSPECT);
  }

  @Test
  void goesOnToHelpersAtOnceWhenTheSystemRefusesToSend() {
    script.host.refuseAll = true;
    Ping ping = script.nextPing();
    script.pass(Duration.ZERO);
    assertThat(script.helpers()).hasSize(3);
    assertThat(script.host.opened).hasSize(1);

    script.nextPing();

    assertThat(script.state(number(ping))).isEqualTo(State.SUSPECT);
    assertThat(script.health()).isEqualTo(3);
  }

  @Test
  void concludesNothingFromSilenceWhileItStoodStillItself() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(550));
    script.host.stoodStill = Duration.ofSeconds(3);
    script.pass(Duration.ofMillis(600));
    assertThat(script.probes("fail")).isZero();

    script.answer(ping);
    script.nextPing();
    assertThat(script.probes("ack")).isEqualTo(1);
  }

  @Test
  void waitsOnlyOnceMoreAfterItStoodStill() {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(550));
    script.host.stoodStill = Duration.ofSeconds(3);
    script.pass(Duration.ofMillis(1_100));

    assertThat(script.probes("fail")).isEqualTo(1);
    assertThat(script.state(number(ping))).isEqualTo(State.SUSPECT);
  }

  @Test
  void putsASuspicionInFrontOfThePingOfTheSuspect() {
    Ping first = silentRound(true);
    int suspect = number(first);
    Ping ping = script.nextPing(suspect);
    int at = script.host.sent.size() - 1;
    while (script.host.sent.get(at).message() != ping) {
      at--;
    }

    assertThat(script.host.sent.get(at - 1).message())
        .isInstanceOfSatisfying(
            Fact.Suspect.class, fact -> assertThat(fact.node()).isEqualTo(id(suspect)));
  }

  @Test
  void doesNotAccuseWhoRefutedMeanwhile() {
    Ping ping = script.nextPing();
    int target = number(ping);
    script.pass(Duration.ofMillis(700));
    script.receive(
        3, new Fact.Alive(id(target), ScriptedHost.EPOCH, 5, ScriptedHost.profile(target)));
    script.nextPing();

    assertThat(script.probes("fail")).isEqualTo(1);
    assertThat(script.state(target)).isEqualTo(State.ALIVE);
  }

  @Test
  void answersAPing() {
    script.receive(3, new Ping(77, id(1), 123));

    assertThat(script.host.sentTo(3, Ack.class))
        .containsExactly(new Ack(77, 123, false, 0, script.core.digest(), 0));
  }

  @Test
  void saysThatItIsAnotherNodeOnlyToWhoCanProveItself() {
    script.receive(3, new Ping(77, id(9), 123));
    ProbingScript plain = new ProbingScript(6, false);
    plain.receive(3, new Ping(77, id(9), 123));

    assertThat(script.host.sentTo(3, WrongNode.class))
        .containsExactly(new WrongNode(77, id(1), ScriptedHost.EPOCH));
    assertThat(plain.host.sentTo(3, WrongNode.class)).isEmpty();
    assertThat(plain.host.sentTo(3, Ack.class)).isEmpty();
  }

  @Test
  void suspectsAtOnceWhoseAddressBelongsToAnother() {
    Ping ping = script.nextPing();
    int target = number(ping);
    WrongNode wrong = new WrongNode(ping.sequence(), id(40), 7);
    byte[] body = ScriptedHost.body(wrong);
    script.core.received(address(target), shortId(41), body, 0, body.length);
    assertThat(script.state(target)).isEqualTo(State.ALIVE);

    script.core.received(address(target), shortId(40), body, 0, body.length);

    assertThat(script.core.accusations(id(target)))
        .containsExactly(new Accusation(id(1), Grade.LINK));
    script.nextPing();
    assertThat(script.helpers()).isEmpty();
    assertThat(script.health()).isZero();
  }

  /** Whoever sits on the way may have handed our ping to another member. */
  @Test
  void doesNotBelieveAMemberThatIsAtHomeElsewhereThatItIsAtTheAddressThatWasAsked() {
    Ping ping = script.nextPing();
    int target = number(ping);
    int other = target == 3 ? 4 : 3;
    byte[] body = ScriptedHost.body(new WrongNode(ping.sequence(), id(other), 7));
    script.core.received(address(target), shortId(other), body, 0, body.length);
    byte[] unknown = ScriptedHost.body(new WrongNode(ping.sequence(), id(40), 7));
    script.core.received(address(other), shortId(40), unknown, 0, unknown.length);

    assertThat(script.state(target)).isEqualTo(State.ALIVE);
  }

  @Test
  void tellsWhetherAnAddressAnswersOutOfTurn() {
    List<Boolean> answers = new ArrayList<>();
    Probing probing = script.core.node().probing;
    probing.ask(address(3), id(3), answers::add);
    List<Ping> pings = script.host.sentTo(3, Ping.class);
    script.answer(pings.get(pings.size() - 1));
    assertThat(answers).containsExactly(true);

    probing.ask(address(4), id(4), answers::add);
    script.pass(Duration.ofMillis(501));
    assertThat(answers).containsExactly(true, false);

    script.host.refuseAll = true;
    probing.ask(address(5), id(5), answers::add);
    assertThat(answers).hasSize(2);
    script.pass(Duration.ZERO);
    assertThat(answers).containsExactly(true, false, false);
  }

  @Test
  void leavesAnswersThatNobodyAskedForAlone() {
    int sent = script.host.sent.size();
    script.receive(3, new Ack(4711, 1, false, 0, 5, 0), new Ack(4711, 1, true, 0, 5, 0));
    script.receive(3, new Nack(4711), new WrongNode(4711, id(3), 1));
    script.receive(3, new Message.KeepAlive(false));

    assertThat(script.host.sent).hasSize(sent);
    assertThat(script.metrics.count("dcosnet.gossip.dropped", "reason", "malformed")).isEqualTo(1);
  }

  /** A round in which only helpers say anything: that there is no answer. */
  private Ping silentRound(boolean helpersAnswer) {
    Ping ping = script.nextPing();
    script.pass(Duration.ofMillis(550));
    if (helpersAnswer) {
      for (int helper : script.helpers()) {
        script.receive(helper, new Nack(ping.sequence()));
        script.receive(helper, new Nack(ping.sequence()));
      }
    }
    while (script.probes("fail") == 0) {
      script.pass(Duration.ofMillis(10));
    }
    return ping;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.gossip.protocol.ScriptedHost.Sent;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.BodyReader;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RumoursTest {

  private static final int BODY = 1400 - Courier.ENVELOPE_OCTETS;

  private final ScriptedHost host = new ScriptedHost(1);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Node node =
      new Node(ScriptedHost.setup(0, GossipSettings.lan(), true, metrics), host);

  @Test
  void eachFactIsSentAsOftenAsTheNumberOfMembersAsks() {
    members(9);
    node.rumours.spread(suspect(3));

    host.time.advance(Duration.ofSeconds(10));

    // Ten members: 4 times the logarithm of eleven, rounded up to two.
    assertThat(host.sent(Fact.Suspect.class)).hasSize(8).containsOnly(suspect(3));
    assertThat(node.rumours.isEmpty()).isTrue();
    assertThat(metrics.count("dcosnet.gossip.retransmits")).isEqualTo(8);
    assertThat(host.time.pending()).as("timers of a quiet node").isZero();
  }

  @Test
  void whatTheSystemRefusesToSendIsNotTold() {
    members(9);
    host.refuseAll = true;
    node.rumours.spread(suspect(3));
    host.time.advance(Duration.ofSeconds(10));
    host.sent.clear();

    host.refuseAll = false;
    host.time.advance(Duration.ofSeconds(10));

    assertThat(host.sent(Fact.Suspect.class)).hasSize(8).containsOnly(suspect(3));
    assertThat(node.rumours.isEmpty()).isTrue();
  }

  @Test
  void whomTheFactItselfTakesAwayStillCountsAsSomebodyToTell() {
    members(99);
    node.rumours.spread(suspect(3));
    for (int i = 0; i < 12; i++) {
      assertThat(fill()).hasSize(1);
    }
    assertThat(fill()).isEmpty();

    put(3, State.DEAD);
    node.rumours.spread(suspect(4));
    for (int i = 0; i < 12; i++) {
      assertThat(fill()).as("99 of 100 live").hasSize(1);
    }
    assertThat(fill()).isEmpty();
  }

  @Test
  void ofAFewNodesEachTellsAFactOftenEnoughThatNoneMissesIt() {
    members(4);
    node.rumours.spread(suspect(3));

    host.time.advance(Duration.ofSeconds(10));

    assertThat(host.sent(Fact.Suspect.class)).hasSize(8);
  }

  @Test
  void aRareFactGoesOutAtOnceAndFurtherRoundsKeepTheInterval() {
    members(120);
    host.time.advance(Duration.ofMinutes(1));
    long begin = host.nanos();
    node.rumours.spread(suspect(3));
    List<Long> rounds = new ArrayList<>();
    while (rounds.size() < 3) {
      host.time.runUntil(() -> !host.sent.isEmpty(), Duration.ofSeconds(1));
      rounds.add((host.nanos() - begin) / 1_000_000);
      assertThat(host.sent).hasSize(3).extracting(Sent::to).doesNotHaveDuplicates();
      host.sent.clear();
    }

    assertThat(rounds.get(0)).isLessThanOrEqualTo(20);
    assertThat(rounds.get(1) - rounds.get(0)).isBetween(180L, 241L);
    assertThat(rounds.get(2) - rounds.get(1)).isBetween(180L, 241L);
  }

  @Test
  void nothingIsSentWhereNobodyElseIs() {
    node.rumours.spread(node.beliefs.factOf(node.table.self()));

    host.time.advance(Duration.ofMinutes(1));

    assertThat(host.sent).isEmpty();
    assertThat(host.time.pending()).isZero();

    put(1, State.ALIVE);
    node.rumours.spread(ScriptedHost.alive(1));
    host.time.advance(Duration.ofSeconds(1));

    assertThat(host.sentTo(1, Fact.class)).contains(ScriptedHost.alive(0));
  }

  @Test
  void membersThatLeftGetNoGossip() {
    put(1, State.LEFT);
    put(2, State.SUSPECT);
    node.rumours.spread(suspect(2));

    host.time.advance(Duration.ofSeconds(10));

    assertThat(host.sentTo(1, Fact.class)).isEmpty();
    assertThat(host.sentTo(2, Fact.class)).isNotEmpty();
  }

  @Test
  void aNewerFactTakesThePlaceOfTheOlderAndIsCountedAnew() {
    members(9);
    node.rumours.spread(suspect(3));
    fill();
    node.rumours.spread(ScriptedHost.alive(3));

    for (int i = 0; i < 8; i++) {
      assertThat(fill()).containsExactly(ScriptedHost.alive(3));
    }
    assertThat(fill()).isEmpty();
  }

  @Test
  void theWordOfEachAccuserIsPassedOnUntilTheMemberObjects() {
    members(9);
    Fact ours = suspect(3);
    Fact theirs =
        new Fact.Suspect(
            ScriptedHost.id(3), ScriptedHost.EPOCH, 0, ScriptedHost.id(5), Grade.CRASH);
    node.rumours.spread(ours);
    node.rumours.spread(theirs);
    node.rumours.spread(theirs);

    for (int i = 0; i < 8; i++) {
      assertThat(fill()).containsExactlyInAnyOrder(ours, theirs);
    }
    assertThat(fill()).isEmpty();

    node.rumours.spread(ours);
    node.rumours.spread(theirs);
    Fact later =
        new Fact.Suspect(
            ScriptedHost.id(3), ScriptedHost.EPOCH, 1, ScriptedHost.id(6), Grade.PROBE);
    node.rumours.spread(later);
    assertThat(fill()).as("of another life").containsExactly(later);
    node.rumours.spread(ScriptedHost.alive(3));
    assertThat(fill()).containsExactly(ScriptedHost.alive(3));
  }

  @Test
  void ourOwnObjectionGoesBeforeWhatWasSentAsSeldom() {
    members(9);
    for (int i = 1; i <= 9; i++) {
      node.rumours.spread(large(i));
    }
    Fact own = node.beliefs.factOf(node.table.self());
    node.rumours.spread(own);

    List<Message> first = fill();

    assertThat(first).hasSizeLessThan(9).startsWith(own);
  }

  @Test
  void whatWasSentLessGoesFirstAndSmallOnesFillTheRest() {
    members(9);
    node.rumours.spread(large(1));
    node.rumours.spread(large(2));
    node.rumours.spread(large(3));
    node.rumours.spread(suspect(4));

    List<Message> first = fill();
    List<Message> second = fill();

    assertThat(first).hasSize(3).contains(suspect(4));
    assertThat(second).startsWith(missingOf(first));
  }

  @Test
  void factsLeaveRoomForOtherNewsAndTakeWhatTheseDoNotNeed() {
    members(99);
    for (int i = 1; i <= 99; i++) {
      node.rumours.spread(suspect(i));
    }
    Message news = news(1, 300);
    node.rumours.spread(news);

    List<Message> both = fill();

    assertThat(both).contains(news);
    int octets = both.stream().filter(Fact.class::isInstance).mapToInt(this::octets).sum();
    assertThat(octets).isGreaterThan(BODY - 300 - 150);

    node.rumours.spread(news(2, 900));
    node.rumours.spread(news(3, 900));
    List<Message> onlyFacts = fill();

    assertThat(onlyFacts)
        .as("news larger than its share waits while facts do, and takes no facts' place")
        .contains(news)
        .doesNotContain(news(2, 900));
  }

  @Test
  void aFullQueueLetsGoWhatWasSentMost() {
    members(9);
    node.rumours.spread(suspect(1));
    fill();
    for (int i = 2; i <= Rumours.MOST_FACTS + 1; i++) {
      node.rumours.spread(suspect(i));
    }

    assertThat(metrics.count("dcosnet.gossip.rumours.lost")).isEqualTo(1);
    assertThat(metrics.gauge("dcosnet.gossip.queue.length", "kind", "facts"))
        .isEqualTo(Rumours.MOST_FACTS);
    node.rumours.spread(suspect(1));
    assertThat(fill()).contains(suspect(1));
  }

  private void members(int count) {
    for (int i = 1; i <= count; i++) {
      put(i, State.ALIVE);
    }
  }

  private void put(int number, State state) {
    node.table.put(
        MemberPool.plain()
            .record(
                new MemberKey(ScriptedHost.id(number)),
                ScriptedHost.profile(number),
                ScriptedHost.EPOCH,
                0,
                state));
  }

  private List<Message> fill() {
    BodyWriter body = new BodyWriter(BODY);
    node.rumours.fill(body);
    assertThat(body.length()).isLessThanOrEqualTo(BODY);
    List<Message> messages = new ArrayList<>();
    BodyReader.read(
        body.octets(),
        0,
        body.length(),
        messages::add,
        fault -> {
          throw new AssertionError(fault);
        });
    return messages;
  }

  private Message missingOf(List<Message> first) {
    return List.of(large(1), large(2), large(3)).stream()
        .filter(fact -> !first.contains(fact))
        .findFirst()
        .orElseThrow();
  }

  private int octets(Message message) {
    return node.courier.octets(message);
  }

  private static Fact.Suspect suspect(int number) {
    return new Fact.Suspect(
        ScriptedHost.id(number), ScriptedHost.EPOCH, 0, ScriptedHost.id(0), Grade.PROBE);
  }

  private static Fact.Alive large(int number) {
    return new Fact.Alive(
        ScriptedHost.id(number),
        ScriptedHost.EPOCH,
        0,
        new Profile(
            "node-" + number,
            List.of(HostPort.parse("192.0.2.7:7950")),
            Bytes.copyOf(new byte[500]),
            ProtocolRange.OURS));
  }

  private static Message.Event news(int counter, int octets) {
    return new Message.Event(
        ScriptedHost.id(9), ScriptedHost.EPOCH, counter, "topic", Bytes.copyOf(new byte[octets]));
  }
}

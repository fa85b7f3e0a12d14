// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.OneNode.EPOCH;
import static io.dcosnet.gossip.protocol.OneNode.alive;
import static io.dcosnet.gossip.protocol.OneNode.dead;
import static io.dcosnet.gossip.protocol.OneNode.left;
import static io.dcosnet.gossip.protocol.OneNode.suspect;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.GossipEvent.EpochInFuture;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.TimelineStep;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeliefsTest {

  private final OneNode one = new OneNode();

  @Test
  void whatIsNewIsTakenPassedOnAndToldAndWhatIsOldIsNot() {
    one.hear(1, alive(1, 0));
    one.hear(1, alive(2, 0));
    one.hear(1, alive(2, 0));
    one.hear(1, suspect(2, 0, 1));
    one.hear(1, alive(2, 1));
    one.hear(1, suspect(2, 0, 3));
    one.hear(1, left(2, 2));
    one.hear(1, suspect(2, 2, 3));
    one.hear(1, dead(2, 2, 3));

    assertThat(one.told(2)).containsExactly(State.ALIVE, State.SUSPECT, State.ALIVE, State.LEFT);
    one.host.time.advance(Duration.ofSeconds(5));
    assertThat(one.host.sent(Fact.class)).contains(left(2, 2)).doesNotContain(dead(2, 2, 3));
    assertThat(one.node.table.living()).isEqualTo(2);
  }

  @Test
  void aGreaterOrderOfTheSameStateIsRememberedSoThatALateWordDoesNotRaiseTheDead() {
    one.others(3);
    one.hear(1, dead(2, 1, 1));
    one.hear(1, dead(2, 10, 1));
    one.hear(3, alive(2, 2));

    assertThat(one.state(2)).isEqualTo(State.DEAD);
    assertThat(one.member(2).incarnation()).isEqualTo(10);
    assertThat(one.told(2)).containsExactly(State.DEAD);

    one.hear(3, alive(2, 11));
    assertThat(one.state(2)).isEqualTo(State.ALIVE);
    assertThat(one.metrics.count("dcosnet.gossip.false.positive")).isEqualTo(1);
  }

  @Test
  void aRestartBeatsAllThatIsKnownOfTheLifeBefore() {
    one.others(3);
    one.hear(1, dead(2, 1_000_000, 1));
    one.hear(1, alive(2, EPOCH + 1, 0));
    one.hear(1, dead(2, 2_000_000, 1));

    assertThat(one.state(2)).isEqualTo(State.ALIVE);
    assertThat(one.metrics.count("dcosnet.gossip.false.positive")).isZero();
  }

  @Test
  void whoStillBelievesInOneThatIsAccusedIsToldAtOnceAndTheAccusationIsSpreadAnew() {
    one.others(10);
    one.hear(1, dead(2, 5, 4));
    one.host.time.advance(Duration.ofSeconds(10));
    assertThat(one.node.rumours.isEmpty()).isTrue();
    one.host.sent.clear();

    one.hear(3, alive(2, 4));

    assertThat(one.host.sentTo(3, Fact.class)).containsOnly(dead(2, 5, 4));
    one.host.time.advance(Duration.ofSeconds(10));
    // The two of the answer: the message, and the first of eight times as a rumour.
    assertThat(one.host.sent(Fact.Dead.class)).hasSize(1 + 8);
  }

  @Test
  void ofOneThatHasLeftNobodyNeedsToObject() {
    one.others(9);
    one.hear(1, left(2, 5));
    one.host.time.advance(Duration.ofSeconds(10));
    one.host.sent.clear();

    one.hear(3, alive(2, 4));

    assertThat(one.host.sent).isEmpty();
    assertThat(one.state(2)).isEqualTo(State.LEFT);
  }

  @Test
  void deathToldInAnExchangeIsOnlyADoubtOfWhoTellsIt() {
    one.others(9);

    one.sync(3, dead(2, 0, 4));

    assertThat(one.told(2)).containsExactly(State.SUSPECT);
    assertThat(one.node.suspicions.accusations(ScriptedHost.id(2)))
        .containsExactly(new Accusation(ScriptedHost.id(3), Grade.PROBE));

    one.hear(5, dead(2, 0, 4));
    assertThat(one.told(2)).containsExactly(State.SUSPECT, State.DEAD);

    one.sync(3, dead(2, 7, 4));
    assertThat(one.told(2)).containsExactly(State.SUSPECT, State.DEAD);
    assertThat(one.member(2).incarnation()).isEqualTo(7);
  }

  @Test
  void aFurtherAccuserIsToldAndPassedOnOnce() {
    one.others(9);
    one.hear(1, suspect(2, 0, 4));
    one.host.time.advance(Duration.ofSeconds(3));
    one.host.sent.clear();

    one.hear(1, suspect(2, 0, 5));
    one.hear(1, suspect(2, 0, 5));
    one.hear(1, suspect(2, 0, 4));

    List<MemberChanged> told = one.host.events(MemberChanged.class);
    assertThat(told).extracting(MemberChanged::after).containsExactly(State.SUSPECT, State.SUSPECT);
    assertThat(told.get(1).accusations())
        .extracting(Accusation::accuser)
        .containsExactlyInAnyOrder(ScriptedHost.id(4), ScriptedHost.id(5));
    one.host.time.advance(Duration.ofMillis(2500));
    assertThat(one.host.sent(Fact.Suspect.class)).hasSize(8).containsOnly(suspect(2, 0, 5));
  }

  @Test
  void oursIsOneAccuserAndTheVerdictNamesTheBestEvidence() {
    one.others(9);
    one.node.beliefs.accuse(one.member(2), Grade.PROBE);
    one.hear(1, new Fact.Suspect(ScriptedHost.id(2), EPOCH, 0, ScriptedHost.id(5), Grade.LINK));
    one.node.beliefs.declareDead(ScriptedHost.id(2));

    assertThat(one.state(2)).isEqualTo(State.DEAD);
    assertThat(one.node.beliefs.factOf(one.member(2)))
        .isEqualTo(new Fact.Dead(ScriptedHost.id(2), EPOCH, 0, ScriptedHost.id(5), Grade.LINK));
    assertThat(one.host.events(MemberChanged.class))
        .last()
        .satisfies(changed -> assertThat(changed.accusations()).hasSize(2));
    assertThat(one.metrics.values("dcosnet.gossip.detect.nanos")).hasSize(1);

    one.node.beliefs.accuse(one.member(2), Grade.CRASH);
    one.node.beliefs.accuse(one.node.table.self(), Grade.CRASH);
    assertThat(one.state(2)).isEqualTo(State.DEAD);
    assertThat(one.state(0)).isEqualTo(State.ALIVE);
  }

  @Test
  void anAccusationOfSomebodyUnknownIsPassedOnAndHoldsWhenTheMemberIsHeardOf() {
    one.others(9);
    one.hear(1, suspect(20, 3, 4));
    one.hear(1, suspect(20, 3, 4));
    one.hear(1, dead(21, 3, 4));
    assertThat(one.state(20)).isNull();
    one.host.time.advance(Duration.ofSeconds(5));
    assertThat(one.host.sent(Fact.Suspect.class)).hasSize(8);

    one.hear(1, alive(20, 3));
    one.hear(1, alive(21, 3));

    assertThat(one.told(20)).containsExactly(State.ALIVE, State.SUSPECT);
    assertThat(one.told(21)).containsExactly(State.DEAD);
    one.hear(1, alive(21, 4));
    assertThat(one.told(21)).containsExactly(State.DEAD, State.ALIVE);
  }

  @Test
  void anAccusationOfSomebodyUnknownIsForgottenAfterAMinuteOrBeatenByALaterWord() {
    one.others(9);
    one.hear(1, dead(20, 3, 4));
    one.hear(1, dead(21, 3, 4));

    one.hear(1, alive(21, 4));
    one.host.time.advance(Duration.ofSeconds(60));
    one.hear(1, alive(20, 3));

    assertThat(one.told(20)).containsExactly(State.ALIVE);
    assertThat(one.told(21)).containsExactly(State.ALIVE);
  }

  @Test
  void ofAccusationsOfUnknownMembersTheOldestGiveWay() {
    one.others(3);
    for (int i = 0; i <= Orphans.MOST; i++) {
      one.hear(1, dead(100 + i, 3, 2));
    }

    one.hear(1, new Fact.Alive(ScriptedHost.id(100), EPOCH, 3, ScriptedHost.profile(100)));
    one.hear(1, new Fact.Alive(ScriptedHost.id(101), EPOCH, 3, ScriptedHost.profile(101)));

    assertThat(one.state(100)).isEqualTo(State.ALIVE);
    assertThat(one.state(101)).isEqualTo(State.DEAD);
  }

  @Test
  void anObjectionCountsThoughOurClockWasSetBack() {
    one.others(3);
    one.hear(1, suspect(2, 0, 3));
    setClockBack();

    one.hear(2, alive(2, 1));

    assertThat(one.state(2)).isEqualTo(State.ALIVE);
    assertThat(one.host.events(EpochInFuture.class)).isEmpty();
  }

  @Test
  void aSuspicionEndsThoughOurClockWasSetBack() {
    one.others(3);
    one.hear(1, suspect(2, 0, 3));
    setClockBack();

    one.host.time.advance(Duration.ofMinutes(2));

    assertThat(one.state(2)).isEqualTo(State.DEAD);
  }

  private void setClockBack() {
    one.host.time.jumpWall(Duration.ofMillis(EPOCH - one.host.wallMillis()).minusDays(2));
  }

  @Test
  void aStartFarInTheFutureIsKeptOutAndToldOnceAMinute() {
    one.others(3);
    long day = Duration.ofDays(1).toMillis();
    long now = one.host.wallMillis();
    one.hear(1, alive(9, now + day, 0));
    for (int i = 0; i < 5; i++) {
      one.hear(1, alive(2, now + day + 60_000, 0));
    }

    assertThat(one.state(9)).isEqualTo(State.ALIVE);
    assertThat(one.member(2).epoch()).isEqualTo(EPOCH);
    assertThat(one.host.events(EpochInFuture.class))
        .containsExactly(new EpochInFuture(ScriptedHost.id(2), now + day + 60_000));
    assertThat(one.metrics.count("dcosnet.gossip.facts.refused", "reason", "epoch")).isEqualTo(5);
  }

  @Test
  void anIncarnationBeyondReachIsKeptOut() {
    one.others(3);
    one.hear(1, dead(2, (1L << 32) + 1, 3));
    one.hear(1, alive(9, (1L << 32) + 1));
    assertThat(one.state(2)).isEqualTo(State.ALIVE);
    assertThat(one.state(9)).isNull();

    one.hear(1, alive(2, 1L << 32));
    one.hear(1, alive(2, 1L << 33));
    assertThat(one.member(2).incarnation()).isEqualTo(1L << 33);
    assertThat(one.metrics.count("dcosnet.gossip.facts.refused", "reason", "incarnation"))
        .isEqualTo(2);
  }

  @Test
  void theTimelineTellsOnWhoseWordEachStepWasTaken() {
    one.others(3);
    one.hear(3, suspect(2, 0, 1));
    one.hear(1, alive(2, 1));
    one.sync(3, dead(2, 1, 1));

    NodeId id = ScriptedHost.id(2);
    List<TimelineStep> steps = one.node.timeline.of(id);

    assertThat(steps)
        .extracting(TimelineStep::state)
        .containsExactly(State.ALIVE, State.SUSPECT, State.ALIVE, State.SUSPECT);
    assertThat(steps.get(1).accuser()).isEqualTo(ScriptedHost.id(1));
    assertThat(steps.get(1).from()).isEqualTo(ScriptedHost.address(3));
    assertThat(steps.get(1).channel()).isEqualTo("gossip");
    assertThat(steps.get(3).accuser()).isEqualTo(ScriptedHost.id(3));
    assertThat(steps.get(3).channel()).isEqualTo("sync");
    for (int i = 2; i < 100; i++) {
      one.hear(1, alive(2, i));
    }
    assertThat(one.node.timeline.of(id)).hasSize(one.node.settings.timelineLength());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.EPOCH;
import static io.dcosnet.gossip.protocol.ScriptedHost.alive;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static io.dcosnet.gossip.protocol.ScriptedHost.profile;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent.PartitionSuspected;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message.Ping;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Suspicions within a whole core; by default that of member 2 among ten. */
class SuspicionsTest {

  private final ProbingScript script = script(10, true);

  @Test
  void declaresDeadWhoDoesNotObject() {
    accuse(3, Grade.PROBE);
    passAnswering(Duration.ofMillis(23_900));
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);

    passAnswering(Duration.ofMillis(200));
    assertThat(script.state(2)).isEqualTo(State.DEAD);
    assertThat(script.metrics.count("dcosnet.gossip.suspicions.started", "grade", "probe"))
        .isEqualTo(1);
    assertThat(script.metrics.count("dcosnet.gossip.suspicions.refuted")).isZero();
    assertThat(script.metrics.values("dcosnet.gossip.suspicion.nanos"))
        .containsExactly(Duration.ofSeconds(24).toNanos());
  }

  @Test
  void isOverWhenTheMemberObjects() {
    accuse(3, Grade.PROBE);
    passAnswering(Duration.ofSeconds(10));
    script.receive(4, new Fact.Alive(id(2), EPOCH, 1, profile(2)));
    passAnswering(Duration.ofSeconds(60));

    assertThat(script.state(2)).isEqualTo(State.ALIVE);
    assertThat(script.metrics.count("dcosnet.gossip.suspicions.refuted")).isEqualTo(1);
    assertThat(script.core.accusations(id(2))).isEmpty();
  }

  @Test
  void asksOnceMoreWhomNobodyElseAccuses() {
    script.core.node().beliefs.accuse(requireNonNull(script.core.member(id(2))), Grade.PROBE);
    passAnswering(Duration.ofMillis(23_950));
    script.host.sent.clear();

    passAnswering(Duration.ofMillis(100));

    assertThat(script.state(2)).isEqualTo(State.SUSPECT);
    assertThat(script.host.sentTo(2, Fact.class)).contains(suspect(2, 1, Grade.PROBE));
    passAnswering(Duration.ofMillis(500));
    assertThat(script.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void getsShorterWithEachNewAccuser() {
    accuse(3, Grade.PROBE);
    accuse(3, Grade.PROBE);
    accuse(4, Grade.PROBE);
    accuse(5, Grade.PROBE);
    assertThat(script.core.accusations(id(2))).hasSize(3);
    // 24 s less 20 s times ln 3 / ln 4.
    passAnswering(Duration.ofMillis(8_100));
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);

    passAnswering(Duration.ofMillis(200));
    assertThat(script.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void firesAtOnceWhenTheTimeOfSoManyAccusersIsOverAlready() {
    accuse(3, Grade.PROBE);
    passAnswering(Duration.ofSeconds(10));
    accuse(4, Grade.PROBE);
    accuse(5, Grade.PROBE);
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);
    script.pass(Duration.ZERO);

    assertThat(script.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void letsAnObjectionBeReadThatCameWhileWeStoodStill() {
    accuse(3, Grade.PROBE);
    passAnswering(Duration.ofSeconds(20));
    script.host.stoodStill = Duration.ofSeconds(10);
    passAnswering(Duration.ofMillis(4_100));
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);

    passAnswering(Duration.ofMillis(500));
    assertThat(script.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void leavesHalfASecondWhenTwoSawTheCrash() {
    accuse(3, Grade.CRASH);
    passAnswering(Duration.ofSeconds(2));
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);
    accuse(3, Grade.CRASH);
    accuse(4, Grade.LINK);
    accuse(5, Grade.CRASH);
    script.pass(Duration.ofMillis(499));
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);

    script.pass(Duration.ofMillis(2));
    assertThat(script.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void needsOneThatSawTheCrashInAClusterOfThree() {
    ProbingScript three = script(3, true);
    three.receive(3, suspect(2, 3, Grade.CRASH));
    three.pass(Duration.ofMillis(501));

    assertThat(three.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void believesNoCrashWhereAnybodyCouldSaySo() {
    ProbingScript plain = script(10, false);
    plain.receive(3, suspect(2, 3, Grade.CRASH));
    plain.receive(4, suspect(2, 4, Grade.CRASH));
    passAnswering(plain, Duration.ofSeconds(3));

    assertThat(plain.state(2)).isEqualTo(State.SUSPECT);
  }

  @Test
  void tellsTheSuspectAgainAndAgainWhileItDoesBadly() {
    script.core.node().health.worse(8);
    script
        .core
        .node()
        .beliefs
        .accuse(requireNonNull(script.core.node().table.find(id(2))), Grade.PROBE);
    int before = script.host.sentTo(2, Ping.class).size();
    passAnswering(Duration.ofMillis(12_100));

    // After 4, 8 and 12 seconds, besides what is its turn.
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);
    assertThat(script.host.sentTo(2, Ping.class)).hasSizeGreaterThanOrEqualTo(before + 3);
  }

  @Test
  void doubtsLongerItselfWhileItDoesBadlyButNotOnTheWordOfOthers() {
    script.core.node().health.worse(2);
    script
        .core
        .node()
        .beliefs
        .accuse(requireNonNull(script.core.node().table.find(id(2))), Grade.PROBE);
    accuse(3, Grade.PROBE);
    accuse(4, Grade.PROBE);
    accuse(5, Grade.PROBE);
    script.receive(6, suspect(7, 6, Grade.PROBE));
    script.receive(6, suspect(7, 3, Grade.PROBE));
    script.receive(6, suspect(7, 4, Grade.PROBE));
    script.receive(6, suspect(7, 5, Grade.PROBE));
    passAnswering(Duration.ofMillis(4_100));

    assertThat(script.state(7)).isEqualTo(State.DEAD);
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);
    passAnswering(Duration.ofMillis(7_800));
    assertThat(script.state(2)).isEqualTo(State.SUSPECT);
    passAnswering(Duration.ofMillis(200));
    assertThat(script.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void waitsLongerAndSaysSoWhenAQuarterOfAllGoesSuspectAtOnce() {
    ProbingScript twenty = script(20, true);
    for (int suspect = 2; suspect <= 6; suspect++) {
      for (int accuser = 11; accuser <= 14; accuser++) {
        twenty.receive(accuser, suspect(suspect, accuser, Grade.PROBE));
      }
    }
    assertThat(twenty.host.events(PartitionSuspected.class))
        .containsExactly(new PartitionSuspected(5, 20));
    // 4 s times log10 of 20, once more than usual.
    passAnswering(twenty, Duration.ofMillis(10_300));
    assertThat(twenty.state(2)).isEqualTo(State.SUSPECT);

    passAnswering(twenty, Duration.ofMillis(200));
    assertThat(twenty.state(2)).isEqualTo(State.DEAD);
    assertThat(twenty.state(6)).isEqualTo(State.DEAD);
  }

  @Test
  void takesTheWordOfOthersForDeadAlsoThen() {
    ProbingScript twenty = script(20, true);
    for (int suspect = 2; suspect <= 6; suspect++) {
      twenty.receive(11, suspect(suspect, 11, Grade.PROBE));
    }
    twenty.receive(11, new Fact.Dead(id(2), EPOCH, 0, id(11), Grade.PROBE));

    assertThat(twenty.state(2)).isEqualTo(State.DEAD);
  }

  @Test
  void doesNotMindManySuspectsOneAfterTheOther() {
    ProbingScript twenty = script(20, true);
    for (int suspect = 2; suspect <= 9; suspect++) {
      twenty.receive(11, suspect(suspect, 11, Grade.PROBE));
      passAnswering(twenty, Duration.ofMillis(600));
    }

    assertThat(twenty.host.events(PartitionSuspected.class)).isEmpty();
  }

  @Test
  void isNotEndedByWhatWasSaidBefore() {
    accuse(3, Grade.PROBE);
    script.receive(4, alive(2));

    assertThat(script.state(2)).isEqualTo(State.SUSPECT);
    assertThat(script.core.node().suspicions.size()).isEqualTo(1);
    passAnswering(Duration.ofSeconds(30));
    assertThat(script.core.node().suspicions.size()).isZero();
  }

  private static ProbingScript script(int members, boolean authenticated) {
    return new ProbingScript(members, authenticated);
  }

  private void accuse(int accuser, Grade grade) {
    script.receive(accuser, suspect(2, accuser, grade));
  }

  private static Fact suspect(int number, int accuser, Grade grade) {
    return new Fact.Suspect(id(number), EPOCH, 0, id(accuser), grade);
  }

  private void passAnswering(Duration time) {
    passAnswering(script, time);
  }

  /** All are pinged and answer, the suspects also: that alone proves nothing to others. */
  private static void passAnswering(ProbingScript script, Duration time) {
    long end = script.host.nanos() + time.toNanos();
    while (script.host.nanos() < end) {
      int before = script.host.sent(Ping.class).size();
      Duration left = Duration.ofNanos(end - script.host.nanos());
      if (script.host.time.runUntil(() -> script.host.sent(Ping.class).size() > before, left)) {
        script.answer(script.host.sent(Ping.class).get(before));
      }
    }
  }
}

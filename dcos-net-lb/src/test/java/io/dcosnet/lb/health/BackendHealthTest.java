// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static io.dcosnet.lb.health.Patients.FRONTEND;
import static io.dcosnet.lb.health.Patients.draining;
import static io.dcosnet.lb.health.Patients.endpoint;
import static io.dcosnet.lb.health.Patients.equal;
import static io.dcosnet.lb.health.Patients.place;
import static io.dcosnet.lb.health.Patients.steady;
import static io.dcosnet.lb.health.Patients.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.health.Condition.Status;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackendHealthTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final HealthRules RULES = steady().build();

  private final Patients three = equal(RULES, 3);

  @Test
  void ejectsAfterFiveFailuresInARow() {
    three.refused(1, 4);
    assertThat(three.alarms).isZero();
    three.refused(1, 1);
    assertThat(three.alarms).isEqualTo(1);
    assertThat(three.judge()).isTrue();
    assertThat(three.weights()).containsExactly(1, 0, 1);
    assertThat(three.targets().get(1).share()).isEqualTo(1);
    assertThat(three.news).containsExactly("1001 CONSECUTIVE_FAILURES 30.0 s");
  }

  @Test
  void beginsToCountAnewAfterAConnectionThatStands() {
    three.refused(1, 4);
    three.health.connected(FRONTEND, endpoint(1), 1000);
    three.refused(1, 4);
    assertThat(three.judge()).isFalse();
    assertThat(three.condition(1).failuresInRow()).isEqualTo(4);
  }

  @Test
  void ejectsWhoAcceptsAndResets() {
    three.resets(1, 5);
    assertThat(three.judge()).isTrue();
    assertThat(three.weights()).containsExactly(1, 0, 1);
  }

  @Test
  void sparesWhoIsOfUseBetweenResets() {
    three.resets(1, 4);
    three.good(1, 1);
    three.resets(1, 4);
    assertThat(three.judge()).isFalse();
  }

  @Test
  void ejectsWhoRefusesAndResetsInTurn() {
    for (int i = 0; i < 4; i++) {
      three.refused(1, 1);
      three.resets(1, 1);
    }
    assertThat(three.judge()).as("4 resets").isFalse();
    three.refused(1, 1);
    assertThat(three.judge()).isTrue();
  }

  @Test
  void triesWithOneConnectionWhenTheEjectionIsOver() {
    three.eject(1);
    three.pass(SECOND.multipliedBy(29));
    assertThat(three.weights()).containsExactly(1, 0, 1);
    three.pass(SECOND);
    assertThat(three.status(1)).isEqualTo(Status.TRIAL);
    assertThat(three.weights()).containsExactly(1, 1, 1);
    assertThat(three.targets())
        .extracting(Target::maxConnections)
        .containsExactly(ServiceOptions.UNLIMITED, 1, ServiceOptions.UNLIMITED);
  }

  @Test
  void trustsAgainAfterOneThatTurnsOutWell() {
    three.eject(1);
    three.pass(SECOND.multipliedBy(30));
    three.good(1, 1);
    assertThat(three.judge()).isTrue();
    assertThat(three.status(1)).isEqualTo(Status.HEALTHY);
    assertThat(three.table()).isSameAs(three.base);
    assertThat(three.news).endsWith("1001 returned");
  }

  @Test
  void trustsAgainAfterOneThatStandsForASecondWithoutAWord() {
    three.eject(1);
    three.pass(SECOND.multipliedBy(30));
    three.health.connected(FRONTEND, endpoint(1), 1000);
    assertThat(three.judge()).isFalse();
    three.pass(Duration.ofMillis(999));
    assertThat(three.status(1)).isEqualTo(Status.TRIAL);
    three.pass(Duration.ofMillis(1));
    assertThat(three.status(1)).isEqualTo(Status.HEALTHY);
  }

  @Test
  void ejectsForLongerEachTimeATrialFails() {
    three.eject(1);
    for (int i = 2; i <= 12; i++) {
      three.pass(SECOND.multipliedBy(300));
      assertThat(three.status(1)).isEqualTo(Status.TRIAL);
      three.resets(1, 1);
      assertThat(three.judge()).isTrue();
    }
    assertThat(three.news)
        .startsWith(
            "1001 CONSECUTIVE_FAILURES 30.0 s",
            "1001 TRIAL_FAILED 60.0 s",
            "1001 TRIAL_FAILED 90.0 s")
        .endsWith("1001 TRIAL_FAILED 300.0 s", "1001 TRIAL_FAILED 300.0 s");
    assertThat(three.condition(1).timesInRow()).isEqualTo(12);
    assertThat(three.condition(1).ejections()).isEqualTo(12);
  }

  @Test
  void forgivesOneEjectionInEachSweepWithoutFailure() {
    three.eject(1);
    three.pass(SECOND.multipliedBy(30));
    three.refused(1, 1);
    three.judge();
    three.pass(SECOND.multipliedBy(60));
    assertThat(three.condition(1).timesInRow()).isEqualTo(2);
    three.good(1, 1);
    three.judge();
    three.pass(SECOND.multipliedBy(10));
    assertThat(three.condition(1).timesInRow()).isEqualTo(1);
    three.refused(1, 1);
    three.pass(SECOND.multipliedBy(10));
    assertThat(three.condition(1).timesInRow()).as("with a failure").isEqualTo(1);
    three.pass(SECOND.multipliedBy(10));
    assertThat(three.condition(1).timesInRow()).isZero();
  }

  @Test
  void forgivesNothingWhoWaitsForATrial() {
    three.eject(1);
    three.pass(SECOND.multipliedBy(600));
    assertThat(three.condition(1).timesInRow()).isEqualTo(1);
  }

  @Test
  void ejectsOneOfAFewAndATenthOfMany() {
    three.eject(1);
    three.eject(2);
    assertThat(three.weights()).containsExactly(1, 0, 1);
    Patients many = equal(RULES, 39);
    for (int i = 0; i < 39; i++) {
      many.eject(i);
    }
    assertThat(many.weights().stream().filter(weight -> weight == 0)).hasSize(3);
  }

  @Test
  void neverEjectsTheOnlyOne() {
    Patients one = equal(RULES, 1);
    one.eject(0);
    assertThat(one.table()).isSameAs(one.base);
    assertThat(one.news).isEmpty();
  }

  @Test
  void ejectsTheNextWhenAnotherIsTrustedAgain() {
    three.eject(1);
    three.refused(2, 7);
    assertThat(three.judge()).isFalse();
    three.pass(SECOND.multipliedBy(30));
    three.good(1, 1);
    three.judge();
    three.refused(2, 1);
    assertThat(three.judge()).isTrue();
    assertThat(three.weights()).containsExactly(1, 1, 0);
  }

  @Test
  void releasesWhoIsBeyondTheLimitWhenBackEndsLeave() {
    Patients twenty = equal(RULES, 20);
    twenty.eject(0);
    twenty.pass(SECOND);
    twenty.eject(1);
    twenty.follow(up(0, 1), up(1, 1), up(2, 1), up(3, 1), up(4, 1));
    assertThat(twenty.status(0)).as("the one that ends first").isEqualTo(Status.TRIAL);
    assertThat(twenty.status(1)).isEqualTo(Status.EJECTED);
  }

  @Test
  void leavesOneOnTrialThatFailsWhileOthersHaveThePlaces() {
    Patients twenty = equal(RULES, 20);
    twenty.eject(0);
    twenty.pass(SECOND);
    twenty.eject(1);
    twenty.follow(up(0, 1), up(1, 1), up(2, 1), up(3, 1), up(4, 1));
    twenty.refused(0, 1);
    assertThat(twenty.judge()).isFalse();
    assertThat(twenty.status(0)).isEqualTo(Status.TRIAL);
    twenty.good(0, 1);
    assertThat(twenty.judge()).isTrue();
    assertThat(twenty.status(0)).isEqualTo(Status.HEALTHY);
  }

  @Test
  void usesAllWhenTooMuchWouldBeLeftOut() {
    Patients uneven = new Patients(RULES, 10, 1);
    uneven.eject(0);
    assertThat(uneven.table()).isSameAs(uneven.base);
    assertThat(uneven.health.snapshot().inPanic()).containsExactly(FRONTEND);
    assertThat(uneven.condition(0).overruled()).isTrue();
    uneven.pass(SECOND.multipliedBy(30));
    uneven.good(0, 1);
    uneven.judge();
    assertThat(uneven.table()).isSameAs(uneven.base);
    assertThat(uneven.health.snapshot().inPanic()).isEmpty();
  }

  @Test
  void doesNotLimitTheTrialOfOneThatIsLeftAlone() {
    Patients two = equal(RULES, 2);
    two.eject(0);
    two.pass(SECOND.multipliedBy(30));
    two.follow(up(0, 1), draining(1));
    assertThat(two.table()).isSameAs(two.base);
    assertThat(two.health.snapshot().inPanic()).containsExactly(FRONTEND);
  }

  @Test
  void heedsEjectionsWhateverIsLeftWherePanicIsOff() {
    Patients uneven = new Patients(steady().panicPercent(0).build(), 10, 1);
    uneven.eject(0);
    assertThat(uneven.weights()).containsExactly(0, 1);
  }

  @Test
  void triesAtOnceWhoComesUpAgainAfterADrain() {
    three.eject(1);
    three.follow(up(0, 1), draining(1), up(2, 1));
    three.follow(up(0, 1), up(1, 1), up(2, 1));
    assertThat(three.status(1)).isEqualTo(Status.TRIAL);
  }

  @Test
  void doesNotJudgeWhoGetsNothingNewAnyway() {
    three.follow(up(0, 1), draining(1), up(2, 1));
    three.eject(1);
    assertThat(three.status(1)).isEqualTo(Status.HEALTHY);
  }

  @Test
  void knowsNothingOfOneThatLeftAndCameBack() {
    three.eject(1);
    three.follow(up(0, 1), up(2, 1));
    assertThat(three.health.snapshot().troubled()).isEmpty();
    three.refused(1, 9);
    three.follow(up(0, 1), up(1, 1), up(2, 1));
    assertThat(three.condition(1)).isEqualTo(Condition.SOUND);
    assertThat(three.table()).isSameAs(three.base);
  }

  @Test
  void forgetsAVipThatIsGone() {
    three.eject(1);
    three.base = VipTable.EMPTY;
    assertThat(three.table()).isSameAs(VipTable.EMPTY);
    assertThat(three.health.snapshot()).isEqualTo(HealthSnapshot.EMPTY);
    assertThat(three.health.nextDue(three.now)).isEmpty();
  }

  @Test
  void takesAnotherVipAtTheSameFrontEndForAnother() {
    three.eject(1);
    VipKey other = VipKey.named(Protocol.TCP, "other.marathon", 80);
    List<Target> targets = three.base.service(FRONTEND).orElseThrow().targets();
    three.base = VipTable.of(List.of(new Service(other, FRONTEND, targets)));
    assertThat(three.table()).isSameAs(three.base);
    assertThat(three.health.snapshot()).isEqualTo(HealthSnapshot.EMPTY);
  }

  @Test
  void leavesOtherServicesTheSameObjects() {
    Frontend second = new Frontend(Protocol.TCP, HostPort.parse("11.0.0.2:80"));
    Service other = new Service(Patients.KEY, second, List.of(up(1, 1), up(2, 1)));
    List<Service> both = new ArrayList<>(three.base.services().values());
    both.add(other);
    three.base = VipTable.of(both);
    three.table();
    three.eject(1);
    Service tuned = three.table().services().get(FRONTEND);
    assertThat(three.table().services().get(second)).isSameAs(other);
    assertThat(three.table().services().get(FRONTEND)).isSameAs(tuned);
    assertThat(three.weights()).containsExactly(1, 0, 1);
  }

  @Test
  void tellsWhatItKnowsOfABackEnd() {
    three.good(1, 3);
    assertThat(three.condition(1)).isSameAs(Condition.SOUND);
    three.resets(1, 2);
    three.refused(1, 3);
    three.judge();
    three.health.failed(FRONTEND, endpoint(1), Failure.TIMEOUT);
    assertThat(three.condition(1))
        .isEqualTo(
            new Condition(
                Status.EJECTED,
                three.now + 30 * SECOND.toNanos(),
                1,
                1,
                1,
                Map.of(Failure.RESET, 2L, Failure.REFUSED, 3L, Failure.TIMEOUT, 1L),
                Failure.TIMEOUT,
                false));
    assertThat(three.health.snapshot().distrusted()).containsExactly(place(1));
    assertThat(three.health.distrusted()).containsExactly(place(1));
  }

  @Test
  void countsButNeverEjectsWhereRulesAreOff() {
    Patients trusting = equal(HealthRules.off(), 3);
    trusting.refused(1, 100);
    trusting.pass(SECOND.multipliedBy(20));
    assertThat(trusting.table()).isSameAs(trusting.base);
    assertThat(trusting.condition(1).failures()).containsExactly(Map.entry(Failure.REFUSED, 100L));
  }

  @Test
  void spreadsTheEndsOfEjections() {
    Patients many = equal(HealthRules.builder().maxEjectionPercent(100).build(), 100);
    for (int i = 0; i < 100; i++) {
      many.eject(i);
    }
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 100; i++) {
      least = Math.min(least, many.condition(i).untilNanos() - many.now);
      most = Math.max(most, many.condition(i).untilNanos() - many.now);
    }
    assertThat(least).isBetween(27 * SECOND.toNanos(), 28 * SECOND.toNanos());
    assertThat(most).isBetween(32 * SECOND.toNanos(), 33 * SECOND.toNanos());
  }
}

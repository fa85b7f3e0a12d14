// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static io.dcosnet.lb.health.Patients.draining;
import static io.dcosnet.lb.health.Patients.steady;
import static io.dcosnet.lb.health.Patients.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.health.Condition.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowStartTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration WINDOW = HealthRules.USUAL_SLOW_START;

  private final Patients two = new Patients(steady().slowStart(WINDOW).build(), 2, 3);

  @Test
  void growsEvenlyToTheWholeShare() {
    two.pass(WINDOW);
    two.follow(up(0, 2), up(1, 3), up(2, 1));
    assertThat(two.weights()).containsExactly(200, 300, 10);
    two.pass(SECOND.multipliedBy(15));
    assertThat(two.weights().get(2)).isBetween(45, 50);
    two.pass(SECOND.multipliedBy(14));
    assertThat(two.weights().get(2)).isBetween(91, 99);
    two.pass(SECOND);
    assertThat(two.table()).isSameAs(two.base);
    assertThat(two.status(2)).isEqualTo(Status.HEALTHY);
  }

  @Test
  void leavesSharesAlone() {
    two.pass(WINDOW);
    two.follow(up(0, 2), up(1, 3), up(2, 1));
    assertThat(two.targets()).extracting(target -> target.share()).containsExactly(2, 3, 1);
  }

  @Test
  void takesThoseThatWereUpAtFirstForOld() {
    two.pass(WINDOW.minusNanos(1));
    two.follow(up(0, 2), up(1, 3), up(2, 1));
    assertThat(two.table()).isSameAs(two.base);
  }

  @Test
  void appliesToOneThatComesUpAgain() {
    two.pass(WINDOW);
    two.follow(up(0, 2), draining(1));
    two.follow(up(0, 2), up(1, 3));
    assertThat(two.weights()).containsExactly(200, 30);
  }

  @Test
  void followsATrial() {
    two.eject(1);
    two.pass(SECOND.multipliedBy(30));
    assertThat(two.weights()).as("on trial").containsExactly(2, 3);
    two.good(1, 1);
    two.judge();
    assertThat(two.weights()).containsExactly(200, 30);
    assertThat(two.condition(1).untilNanos()).isEqualTo(two.now + WINDOW.toNanos());
  }

  @Test
  void mayBeEjectedMeanwhile() {
    two.pass(WINDOW);
    two.follow(up(0, 2), up(1, 3), up(2, 1));
    two.eject(2);
    assertThat(two.weights()).containsExactly(2, 3, 0);
  }

  @Test
  void leavesAllAloneWhereAllBeginTogether() {
    two.pass(WINDOW);
    two.follow(draining(0), draining(1));
    two.follow(up(0, 2), up(1, 3));
    assertThat(two.table()).isSameAs(two.base);
    assertThat(two.status(0)).isEqualTo(Status.SLOW_START);
  }

  @Test
  void growsFasterAtFirstWithMoreAggression() {
    HealthRules rules = steady().slowStart(WINDOW).slowStartAggression(2).build();
    SlowStart squareRoot = new SlowStart(rules);
    long quarter = WINDOW.toNanos() / 4;
    assertThat(squareRoot.percent(0, quarter + squareRoot.nextStep(0))).isBetween(50, 56);
    assertThat(squareRoot.percent(0, WINDOW.toNanos())).isEqualTo(100);
  }

  @Test
  void takesTwentyStepsAndNoMore() {
    two.pass(WINDOW);
    two.follow(up(0, 2), up(1, 3), up(2, 1));
    int tables = 0;
    for (int tenth = 0; tenth < 300; tenth++) {
      int before = two.weights().get(2);
      two.pass(Duration.ofMillis(100));
      tables += two.weights().get(2) == before ? 0 : 1;
    }
    assertThat(tables).isBetween(15, 20);
  }
}

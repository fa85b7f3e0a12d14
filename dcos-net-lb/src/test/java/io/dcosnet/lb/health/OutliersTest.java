// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static io.dcosnet.lb.health.Patients.equal;
import static io.dcosnet.lb.health.Patients.steady;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.health.Condition.Status;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutliersTest {

  private static final Duration SWEEP = Duration.ofSeconds(10);

  /** Rates only: rows are never long enough. */
  private static final HealthRules RATES = steady().consecutiveFailures(0).build();

  private final Patients five = equal(RATES, 5);

  @Test
  void ejectsTheOneWhoseRateLiesFarBelowTheOthers() {
    for (int i = 0; i < 4; i++) {
      mixed(five, i, 100, 1);
    }
    mixed(five, 4, 90, 11);
    five.pass(SWEEP);
    assertThat(five.news).containsExactly("1004 SUCCESS_RATE 30.0 s");
    assertThat(five.weights()).containsExactly(1, 1, 1, 1, 0);
  }

  @Test
  void waitsForTheEndOfTheInterval() {
    for (int i = 0; i < 4; i++) {
      mixed(five, i, 100, 0);
    }
    mixed(five, 4, 90, 11);
    five.pass(SWEEP.minusNanos(1));
    assertThat(five.news).isEmpty();
    five.pass(Duration.ofNanos(1));
    assertThat(five.news).hasSize(1);
  }

  @Test
  void sparesAllWhereAllFailAlike() {
    for (int i = 0; i < 5; i++) {
      mixed(five, i, 70, 33);
    }
    five.pass(SWEEP);
    assertThat(five.news).isEmpty();
  }

  @Test
  void comparesOnlyThoseWithEnoughConnections() {
    for (int i = 0; i < 4; i++) {
      mixed(five, i, 100, 0);
    }
    mixed(five, 4, 50, 49);
    five.pass(SWEEP);
    assertThat(five.news).as("99 connections of one").isEmpty();
    for (int i = 0; i < 3; i++) {
      mixed(five, i, 100, 0);
    }
    mixed(five, 4, 50, 50);
    five.pass(SWEEP);
    assertThat(five.news).as("four back ends with 100 connections").isEmpty();
  }

  @Test
  void forgetsAnIntervalWithTheNext() {
    for (int i = 0; i < 5; i++) {
      mixed(five, i, 60, i == 4 ? 30 : 0);
    }
    five.pass(SWEEP);
    for (int i = 0; i < 5; i++) {
      mixed(five, i, 60, 0);
    }
    five.pass(SWEEP);
    assertThat(five.news).isEmpty();
  }

  @Test
  void countsAConnectionThatWasResetOnce() {
    for (int i = 0; i < 4; i++) {
      mixed(five, i, 100, 0);
    }
    five.good(4, 90);
    five.resets(4, 9);
    five.pass(SWEEP);
    assertThat(five.news).as("99 connections").isEmpty();
    for (int i = 0; i < 4; i++) {
      mixed(five, i, 100, 0);
    }
    five.good(4, 90);
    five.resets(4, 10);
    five.pass(SWEEP);
    assertThat(five.news).containsExactly("1004 SUCCESS_RATE 30.0 s");
  }

  @Test
  void takesTheWorstWhereNotAllMayBeEjected() {
    Patients twenty = equal(steady().consecutiveFailures(0).failurePercent(50).build(), 20);
    for (int i = 0; i < 6; i++) {
      mixed(twenty, i, 40 - i, 60 + i);
    }
    twenty.pass(SWEEP);
    assertThat(twenty.status(5)).isEqualTo(Status.EJECTED);
    assertThat(twenty.status(4)).isEqualTo(Status.EJECTED);
    assertThat(twenty.news).hasSize(2);
  }

  @Test
  void ejectsByShareOfFailuresOnlyWhereThatIsAsked() {
    HealthRules.Builder none = steady().consecutiveFailures(0).successRateDeviations(0);
    Patients silent = equal(none.build(), 3);
    mixed(silent, 1, 0, 100);
    silent.pass(SWEEP);
    assertThat(silent.news).isEmpty();
    Patients asked = equal(none.failurePercent(HealthRules.USUAL_FAILURE_PERCENT).build(), 3);
    mixed(asked, 1, 7, 42);
    asked.pass(SWEEP);
    assertThat(asked.news).as("49 connections").isEmpty();
    mixed(asked, 1, 8, 45);
    asked.pass(SWEEP);
    assertThat(asked.news).as("84.9 %").isEmpty();
    mixed(asked, 1, 9, 51);
    asked.pass(SWEEP);
    assertThat(asked.news).containsExactly("1001 FAILURE_PERCENTAGE 30.0 s");
  }

  private static void mixed(Patients patients, int index, int good, int refused) {
    patients.good(index, good);
    patients.refused(index, refused);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class P2cTest {

  private static final int CONNECTIONS = 10_000;

  private final SplittableRandom random = new SplittableRandom(3);

  @Test
  void sharesQuietServicesEvenlyWhereTimesDifferByAHair() {
    int[] counts = oneAfterTheOther(40, 60, 90, 140, 400);
    for (int count : counts) {
      assertThat(count).isCloseTo(CONNECTIONS / 5, withPercentage(10));
    }
  }

  @Test
  void prefersTheQuickerOneWhereTimesDifferByMore() {
    int[] counts = oneAfterTheOther(500, 900, 9_000);
    assertThat(counts[2]).isZero(); // it never meets itself
    assertThat(counts[0]).isCloseTo(CONNECTIONS / 2, withPercentage(10));
  }

  @Test
  void comesBackToOneThatIsQuickAgain() {
    BackendLoad[] loads = loads(100, 100);
    loads[1].connected(TimeUnit.MILLISECONDS.toNanos(5), 0);
    P2c picker = new P2c(P2c.By.EWMA, new int[] {1, 1}, loads);
    assertThat(counts(picker, 2, TimeUnit.SECONDS.toNanos(1))[1]).isZero();
    assertThat(counts(picker, 2, TimeUnit.SECONDS.toNanos(17))[1])
        .isCloseTo(CONNECTIONS / 2, withPercentage(10));
  }

  @Test
  void leavesOneThatFailedOnceAloneForASecondOnly() {
    for (P2c.By by : P2c.By.values()) {
      BackendLoad[] loads = loads(100, 100);
      loads[1].failed(0);
      P2c picker = new P2c(by, new int[] {1, 1}, loads);
      assertThat(counts(picker, 2, TimeUnit.MILLISECONDS.toNanos(999))[1]).isZero();
      assertThat(counts(picker, 2, TimeUnit.SECONDS.toNanos(1))[1])
          .isCloseTo(CONNECTIONS / 2, withPercentage(10));
    }
  }

  @Test
  void triesOneThatRefusesNowAndThenWhileOthersAreBusy() {
    BackendLoad[] loads = loads(100, 100);
    for (int i = 0; i < 40; i++) {
      loads[0].begin();
    }
    P2c picker = new P2c(P2c.By.EWMA, new int[] {1, 1}, loads);
    int tries = 0;
    for (int tenth = 0; tenth < 600; tenth++) { // a minute, with a connection each tenth
      long now = TimeUnit.MILLISECONDS.toNanos(100L * tenth);
      if (picker.pick(0, now, random, Picker.ALL) == 1) {
        loads[1].failed(now);
        tries++;
      }
    }
    assertThat(tries).as("at 0 to 5, 7, 11, 19, 35, 51 s").isEqualTo(11);
  }

  /** How often each is chosen when no two connections overlap. */
  private int[] oneAfterTheOther(int... micros) {
    int[] weights = new int[micros.length];
    Arrays.fill(weights, 1);
    return counts(new P2c(P2c.By.EWMA, weights, loads(micros)), micros.length, 0);
  }

  private static BackendLoad[] loads(int... micros) {
    BackendLoad[] loads = new BackendLoad[micros.length];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = new BackendLoad();
      loads[i].connected(TimeUnit.MICROSECONDS.toNanos(micros[i]), 0);
    }
    return loads;
  }

  private int[] counts(P2c picker, int size, long nowNanos) {
    int[] counts = new int[size];
    for (int i = 0; i < CONNECTIONS; i++) {
      counts[picker.pick(0, nowNanos, random, Picker.ALL)]++;
    }
    return counts;
  }
}

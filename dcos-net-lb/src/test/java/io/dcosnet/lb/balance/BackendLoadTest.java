// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackendLoadTest {

  private static final double MILLI = 1e6;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final BackendLoad load = new BackendLoad();

  @Test
  void fadesTowardsShorterTimes() {
    load.connected(10_000_000, 5);
    load.connected(1_000_000, 5 + 10 * SECOND);
    assertThat(load.costNanos(5 + 10 * SECOND)).isCloseTo(4.3109 * MILLI, within(50.0));
  }

  @Test
  void takesLongerTimesAtOnceAndForgetsThemSlowly() {
    load.connected(10_000_000, 0);
    load.connected(20_000_000, SECOND);
    assertThat(load.costNanos(SECOND)).isEqualTo(20 * MILLI);
    assertThat(load.costNanos(6 * SECOND)).isCloseTo(12.1306 * MILLI, within(50.0));
  }

  @Test
  void multipliesTimeByConnections() {
    load.connected(10_000_000, 0);
    load.begin();
    load.begin();
    assertThat(load.load(0, 1)).isEqualTo(30 * MILLI);
    load.end();
    assertThat(load.load(0, 1)).isEqualTo(20 * MILLI);
  }

  @Test
  void isTriedOnceWhileNothingIsKnownOfIt() {
    assertThat(load.load(7, 1)).isZero();
    load.begin();
    double tried = load.load(7, 1);
    load.begin();
    assertThat(tried).isGreaterThan(1000.0 * 3600 * SECOND / 1000);
    assertThat(load.load(7, 1)).isGreaterThan(tried);
  }

  @Test
  void restsForASecondAfterAFailureAndIsAsBeforeThen() {
    load.connected(10_000_000, 0);
    double before = load.load(SECOND, 1);
    fail(0);
    assertThat(load.load(SECOND - 1, 1)).isGreaterThan(unknownUnderWay());
    assertThat(load.load(SECOND, 1)).isEqualTo(before);
  }

  @Test
  void restsTwiceAsLongAfterEachFailureBeyondFiveUpToSixteenSeconds() {
    for (long rest : new long[] {1, 1, 1, 1, 1, 2, 4, 8, 16, 16, 16}) {
      fail(0);
      assertThat(load.rests(rest * SECOND - 1)).isTrue();
      assertThat(load.rests(rest * SECOND)).isFalse();
    }
  }

  @Test
  void restsAsForTheFirstTimeAfterAConnectionThatStands() {
    for (int i = 0; i < 6; i++) {
      fail(0);
    }
    load.connected(1_000_000, 0);
    assertThat(load.rests(0)).isFalse();
    fail(0);
    assertThat(load.rests(SECOND)).isFalse();
  }

  @Test
  void isTriedAtOnceWhenItIsWoken() {
    fail(0);
    load.wake();
    assertThat(load.load(0, 1)).isZero();
  }

  private void fail(long nowNanos) {
    load.begin();
    load.failed(nowNanos);
    load.end();
  }

  private static double unknownUnderWay() {
    BackendLoad unknown = new BackendLoad();
    unknown.begin();
    return unknown.load(0, 1);
  }

  @Test
  void bearsAClockOfAnotherThreadThatIsBehind() {
    load.connected(10_000_000, 10 * SECOND);
    load.connected(1_000_000, 9 * SECOND);
    assertThat(load.costNanos(8 * SECOND)).isEqualTo(10 * MILLI);
  }

  @Test
  void countsTheConnectionsOfAllThreads() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int t = 0; t < 4; t++) {
      threads.execute(
          () -> {
            for (int i = 0; i < 10_000; i++) {
              load.begin();
              load.connected(1_000_000, i);
              if (i % 2 == 0) {
                load.end();
              }
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(load.active()).isEqualTo(20_000);
    assertThat(load.costNanos(10_000)).isCloseTo(MILLI, within(2.0));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static io.dcosnet.dns.forward.ScriptedUpstreams.server;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.metrics.ForwardMetrics;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UpstreamHealthTest {

  /** Monotonic clocks may stand anywhere, also below zero. */
  private static final long START = -SECONDS.toNanos(1_000_000);

  @Test
  void failuresAreForgottenByHalfEachThirtySeconds() {
    UpstreamHealth health = health(1);
    health.blame(START);
    health.blame(START);

    assertThat(health.failures(START + SECONDS.toNanos(30))).isEqualTo(1, within(1e-9));
    assertThat(health.failures(START + SECONDS.toNanos(60))).isEqualTo(0.5, within(1e-9));
  }

  @Test
  void aServerWithALongHistoryOfFailuresIsForgivenWithinMinutes() {
    UpstreamHealth health = health(1);
    for (int i = 0; i < 100_000; i++) {
      health.blame(START);
    }

    assertThat(Math.round(health.failures(START + SECONDS.toNanos(180)))).isZero();
  }

  @Test
  void nothingIsHeldAgainstANewServer() {
    assertThat(health(1).failures(START)).isZero();
    assertThat(health(1).expected(START)).isZero();
    assertThat(health(1).timeout(0)).isEqualTo(MILLISECONDS.toNanos(400));
  }

  @Test
  void eachTryDoublesTheTimeoutUpToTheLongest() {
    assertThat(health(1).timeout(1)).isEqualTo(MILLISECONDS.toNanos(800));
    assertThat(health(1).timeout(2)).isEqualTo(MILLISECONDS.toNanos(1600));
    assertThat(health(1).timeout(3)).isEqualTo(SECONDS.toNanos(2));
    assertThat(health(1).timeout(99)).isEqualTo(SECONDS.toNanos(2));
  }

  @Test
  void theTimeoutHasRoomForDeviation() {
    UpstreamHealth health = health(1);
    health.took(START, MILLISECONDS.toNanos(200));

    assertThat(health.timeout(0)).isEqualTo(MILLISECONDS.toNanos(600));
  }

  @Test
  void twoLossesInARowMeanDown() {
    UpstreamHealth health = health(1);

    assertThat(health.lost(START)).isFalse();
    assertThat(health.lost(START)).isTrue();
    assertThat(health.isDown()).isTrue();
    assertThat(health.lost(START)).isFalse();
    assertThat(health.answered(START + 4)).isTrue();
    assertThat(health.isDown()).isFalse();
  }

  @Test
  void anAnswerBetweenTwoLossesMeansUp() {
    UpstreamHealth health = health(1);
    health.lost(START);
    health.answered(START + 2);

    assertThat(health.lost(START + 3)).isFalse();
    assertThat(health.isDown()).isFalse();
  }

  @Test
  void whatWasLostBeforeTheLastAnswerSaysNothing() {
    UpstreamHealth health = health(1);
    health.answered(START + 10);

    assertThat(health.lost(START)).isFalse();
    assertThat(health.lost(START)).isFalse();
    assertThat(health.isDown()).isFalse();
  }

  @Test
  void aServerThatWasSlowOnceIsTriedAgainByTheFastestPolicy() {
    UpstreamHealth fast = health(1);
    UpstreamHealth slow = health(2);
    fast.took(START, MILLISECONDS.toNanos(2));
    slow.took(START, MILLISECONDS.toNanos(60));
    assertThat(first(START, fast, slow)).isSameAs(fast);

    long later = START + SECONDS.toNanos(600);
    fast.took(later, MILLISECONDS.toNanos(2));

    assertThat(first(later, fast, slow)).isSameAs(slow);
  }

  @Test
  void aServerThatFailsFastIsNotTheFastest() {
    UpstreamHealth failing = health(1);
    UpstreamHealth good = health(2);
    failing.took(START, MILLISECONDS.toNanos(1));
    failing.blame(START);
    good.took(START, MILLISECONDS.toNanos(30));

    assertThat(first(START, failing, good)).isSameAs(good);
  }

  @Test
  void thatNobodyWaitedLongerForAServerTellsHowSlowItIsAtLeast() {
    UpstreamHealth health = health(1);
    health.tookMoreThan(START, MILLISECONDS.toNanos(700));
    health.tookMoreThan(START, MILLISECONDS.toNanos(1));

    assertThat((long) health.expected(START)).isEqualTo(MILLISECONDS.toNanos(700));
    assertThat(health.timeout(0)).isEqualTo(UpstreamHealth.INITIAL_TIMEOUT);
    health.took(START, MILLISECONDS.toNanos(2));
    assertThat((long) health.expected(START)).isEqualTo(MILLISECONDS.toNanos(2));
  }

  @Test
  void ofServersThatAreAllDownTheOneThatAnsweredLastIsTheHope() {
    UpstreamHealth never = health(1);
    UpstreamHealth longAgo = health(2);
    UpstreamHealth lately = health(3);
    longAgo.answered(START);
    lately.answered(START + 5);

    assertThat(UpstreamOrder.lastHope(List.of(never, longAgo, lately), START + 9)).isSameAs(lately);
  }

  private static UpstreamHealth first(long now, UpstreamHealth... all) {
    return UpstreamOrder.of(Policy.FASTEST, List.of(all), 0, now, new SplittableRandom(1)).get(0);
  }

  private static UpstreamHealth health(int n) {
    UpstreamFigures figures =
        new UpstreamFigures(new ForwardMetrics(MetricsSink.none()), server(n));
    return new UpstreamHealth(server(n), figures, 2);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.spi.Scheduler.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {

  private final VirtualTime time = new VirtualTime();
  private final List<String> ran = new ArrayList<>();

  private void note(String what) {
    ran.add(what + "@" + time.nanos() / 1_000_000);
  }

  private Timer in(int millis, String what) {
    return time.schedule(Duration.ofMillis(millis), () -> note(what));
  }

  @Test
  void runsTimersAtTheirTimeAndInOrderOfHandIn() {
    in(20, "late");
    in(10, "first");
    in(10, "second");

    time.advance(Duration.ofMillis(15));

    assertThat(ran).containsExactly("first@10", "second@10");
    assertThat(time.nanos()).isEqualTo(15_000_000);
    assertThat(time.pending()).isEqualTo(1);
  }

  @Test
  void runsWorkThatWorkHandsIn() {
    time.execute(
        () -> {
          note("outer");
          in(5, "inner");
          time.execute(() -> note("next"));
        });

    time.advance(Duration.ofMillis(5));

    assertThat(ran).containsExactly("outer@0", "next@0", "inner@5");
  }

  @Test
  void forgetsCancelledTimers() {
    Timer timer = in(1, "never");

    timer.cancel();
    timer.cancel();
    time.runUntilIdle();

    assertThat(ran).isEmpty();
  }

  @Test
  void movesFromTimerToTimerUntilIdle() {
    in(3_600_000, "in an hour");

    time.runUntilIdle();

    assertThat(ran).containsExactly("in an hour@3600000");
  }

  @Test
  void stopsAsSoonAsTheConditionHolds() {
    AtomicBoolean done = new AtomicBoolean();
    var unused = time.schedule(Duration.ofMillis(2), () -> done.set(true));
    in(3, "later");

    assertThat(time.runUntil(done::get, Duration.ofSeconds(1))).isTrue();
    assertThat(ran).isEmpty();
    assertThat(time.runUntil(() -> false, Duration.ofSeconds(1))).isFalse();
    assertThat(time.nanos()).isEqualTo(1_002_000_000);
  }

  @Test
  void runsTheRestWhenWorkFailsAndThenFails() {
    time.execute(
        () -> {
          throw new IllegalStateException("boom");
        });
    time.execute(() -> note("after"));

    assertThatThrownBy(time::runReady)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("boom");
    assertThat(ran).containsExactly("after@0");
  }

  @Test
  void keepsTimersWhenTheWallClockJumps() {
    in(10, "timer");

    time.jumpWall(Duration.ofDays(-3650));
    time.advance(Duration.ofMillis(10));

    assertThat(ran).containsExactly("timer@10");
    assertThat(time.wallMillis())
        .isEqualTo(VirtualTime.EPOCH.minus(Duration.ofDays(3650)).toEpochMilli() + 10);
  }

  @Test
  void refusesToBeMovedByTheWorkItRuns() {
    time.execute(() -> time.advance(Duration.ofMillis(1)));

    assertThatThrownBy(time::runReady).hasMessageContaining("moved already");
  }

  @Test
  void survivesDelaysBeyondTheEndOfTime() {
    time.advance(Duration.ofMillis(1));
    var unused = time.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> note("never"));

    time.advance(Duration.ofDays(365));

    assertThat(ran).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.Scheduler.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link Scheduler} does. Extend it, and give the scheduler and a way to wait. */
public abstract class SchedulerContract {

  // Written by the work without any protection: the scheduler itself must order these accesses.
  private final List<String> ran = new ArrayList<>();
  private final AtomicInteger done = new AtomicInteger();

  /** For implementations. */
  protected SchedulerContract() {}

  /** The scheduler under test, the same one during a test. */
  protected abstract Scheduler scheduler();

  /** Lets time pass until the condition holds; fails when it does not within ten seconds of it. */
  protected abstract void passUntil(BooleanSupplier condition);

  private void note(String what) {
    ran.add(what);
    done.incrementAndGet();
  }

  private Timer in(int millis, String what) {
    return scheduler().schedule(Duration.ofMillis(millis), () -> note(what));
  }

  private void passUntilDone(int count) {
    passUntil(() -> done.get() >= count);
  }

  @Test
  void runsWorkInTheOrderOfHandIn() {
    for (int i = 0; i < 50; i++) {
      String name = "work " + i;
      scheduler().execute(() -> note(name));
    }
    passUntilDone(50);

    assertThat(ran).hasSize(50);
    assertThat(ran.get(0)).isEqualTo("work 0");
    assertThat(ran.get(49)).isEqualTo("work 49");
    assertThat(ran).isSortedAccordingTo((a, b) -> number(a) - number(b));
  }

  private static int number(String work) {
    return Integer.parseInt(work.substring("work ".length()));
  }

  @Test
  void runsTimersByTimeNotByHandIn() {
    in(60, "third");
    in(40, "second");
    in(20, "first");
    passUntilDone(3);

    assertThat(ran).containsExactly("first", "second", "third");
  }

  @Test
  void neverRunsATimerTooEarly() {
    long start = scheduler().time().nanos();
    long[] ranAt = new long[1];
    var unused =
        scheduler()
            .schedule(
                Duration.ofMillis(30),
                () -> {
                  ranAt[0] = scheduler().time().nanos();
                  note("timer");
                });
    passUntilDone(1);

    assertThat(ranAt[0] - start).isGreaterThanOrEqualTo(30_000_000);
  }

  @Test
  void takesANegativeDelayAsNow() {
    var unused = scheduler().schedule(Duration.ofDays(-1), () -> note("overdue"));
    passUntilDone(1);

    assertThat(ran).containsExactly("overdue");
  }

  @Test
  void doesNotBeginCancelledWork() {
    Timer timer = in(20, "cancelled");
    in(40, "kept");
    timer.cancel();
    timer.cancel();
    passUntilDone(1);

    assertThat(ran).containsExactly("kept");
  }

  @Test
  void ignoresTheCancellingOfWorkThatRan() {
    Timer timer = in(0, "ran");
    passUntilDone(1);
    timer.cancel();

    assertThat(ran).containsExactly("ran");
  }

  @Test
  void runsWorkThatWorkHandsIn() {
    scheduler()
        .execute(
            () -> {
              note("outer");
              scheduler().execute(() -> note("inner"));
            });
    passUntilDone(2);

    assertThat(ran).containsExactly("outer", "inner");
  }

  @Test
  void goesOnAfterWorkThatThrows() {
    scheduler()
        .execute(
            () -> {
              throw new IllegalStateException("thrown on purpose by SchedulerContract");
            });
    in(1, "after");
    passUntilDone(1);

    assertThat(ran).containsExactly("after");
  }

  @Test
  void neverOverlapsWorkOfSeveralThreads() throws InterruptedException {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 250; i++) {
                  scheduler()
                      .execute(
                          () -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            note("x");
                            inside.decrementAndGet();
                          });
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    passUntilDone(1000);

    assertThat(most).hasValue(1);
    assertThat(ran).hasSize(1000);
  }
}

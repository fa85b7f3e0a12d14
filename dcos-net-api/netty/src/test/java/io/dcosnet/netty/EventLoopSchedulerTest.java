// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.testkit.SchedulerContract;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopSchedulerTest extends SchedulerContract {

  private final EventExecutor loop = new DefaultEventExecutor(new NamedThreads("test"));
  private final Scheduler scheduler = EventLoopScheduler.on(loop, TimeSource.system());

  @Override
  protected Scheduler scheduler() {
    return scheduler;
  }

  @Override
  protected void passUntil(BooleanSupplier condition) {
    Awaitility.await().pollInterval(Duration.ofMillis(2)).until(condition::getAsBoolean);
  }

  @AfterEach
  void endLoop() throws InterruptedException {
    assertThat(loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5_000)).isTrue();
  }

  @Test
  void keepsTheOrderBetweenTimersDueNowAndOtherWork() {
    List<Integer> ran = new CopyOnWriteArrayList<>();

    var first = scheduler.schedule(Duration.ZERO, () -> ran.add(1));
    scheduler.execute(() -> ran.add(2));
    var third = scheduler.schedule(Duration.ZERO, () -> ran.add(3));
    passUntil(() -> ran.size() == 3);

    assertThat(ran).containsExactly(1, 2, 3);
    first.cancel();
    third.cancel();
  }

  @Test
  void takesDelaysBeyondWhatNanosecondsCanCount() throws Exception {
    List<Integer> ran = new CopyOnWriteArrayList<>();

    Scheduler.Timer timer = scheduler.schedule(Duration.ofDays(365_000), () -> ran.add(1));
    scheduler.execute(() -> ran.add(2));
    passUntil(() -> !ran.isEmpty());
    timer.cancel();

    assertThat(ran).containsExactly(2);
  }

  @Test
  void refusesWorkOnceTheLoopHasEnded() throws Exception {
    endLoop();

    assertThatThrownBy(() -> scheduler.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}

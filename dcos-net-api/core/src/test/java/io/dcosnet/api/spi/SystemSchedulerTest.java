// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SystemSchedulerTest {

  private static long threadsNamed(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @Test
  void startsItsNamedDaemonThreadWithTheFirstWork() {
    try (SystemScheduler scheduler = SystemScheduler.create("lazy")) {
      assertThat(threadsNamed("dcosnet-lazy")).isZero();

      CompletableFuture<Thread> worker = new CompletableFuture<>();
      scheduler.execute(() -> worker.complete(Thread.currentThread()));

      assertThat(worker.join().getName()).isEqualTo("dcosnet-lazy");
      assertThat(worker.join().isDaemon()).isTrue();
    }
  }

  @Test
  void startsNoThreadWhenClosedUnused() {
    SystemScheduler scheduler = SystemScheduler.create("unused");

    scheduler.close();
    scheduler.close();

    assertThat(threadsNamed("dcosnet-unused")).isZero();
  }

  @Test
  void runsWhatIsDueBeforeItClosesAndForgetsTimers() {
    SystemScheduler scheduler = SystemScheduler.create("closing");
    List<String> ran = new CopyOnWriteArrayList<>();
    var unused = scheduler.schedule(Duration.ofHours(1), () -> ran.add("timer"));
    for (int i = 0; i < 100; i++) {
      scheduler.execute(() -> ran.add("due"));
    }

    scheduler.close();

    assertThat(ran).hasSize(100).containsOnly("due");
    await().untilAsserted(() -> assertThat(threadsNamed("dcosnet-closing")).isZero());
  }

  @Test
  void canBeClosedByItsOwnWork() {
    SystemScheduler scheduler = SystemScheduler.create("closing-itself");

    scheduler.execute(scheduler::close);

    await().untilAsserted(() -> assertThat(threadsNamed("dcosnet-closing-itself")).isZero());
  }

  @Test
  void refusesWorkAfterClose() {
    SystemScheduler scheduler = SystemScheduler.create("refusing");
    scheduler.close();

    assertThatThrownBy(() -> scheduler.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}

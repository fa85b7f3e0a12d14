// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class OneAtATimeTest {

  private final OneAtATime turns = new OneAtATime();

  @Test
  void workHandedInByWorkRunsAfterIt() {
    List<String> log = new ArrayList<>();

    turns.execute(
        () -> {
          turns.execute(() -> log.add("second"));
          log.add("first");
        });

    assertThat(log).containsExactly("first", "second");
  }

  @Test
  void workOfManyThreadsNeverOverlapsAndNoneIsLost() throws InterruptedException {
    int[] count = new int[1]; // a plain field: lost updates would show
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                await(go);
                for (int n = 0; n < 20_000; n++) {
                  turns.execute(() -> count[0]++);
                }
              });
      thread.start();
      threads.add(thread);
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    turns.execute(() -> assertThat(count[0]).isEqualTo(80_000));
  }

  @Test
  void workThatFailsDoesNotStopTheRest() {
    List<String> log = new ArrayList<>();

    assertThatThrownBy(
            () ->
                turns.execute(
                    () -> {
                      turns.execute(() -> log.add("after"));
                      throw new IllegalStateException("as a test wants it");
                    }))
        .hasMessage("as a test wants it");
    turns.execute(() -> log.add("later"));

    assertThat(log).containsExactly("after", "later");
  }

  @Test
  void evenAnErrorDoesNotStopTheRest() {
    List<String> log = new ArrayList<>();

    assertThatThrownBy(
            () ->
                turns.execute(
                    () -> {
                      turns.execute(() -> log.add("after"));
                      throw new NoClassDefFoundError("as a test wants it");
                    }))
        .isInstanceOf(NoClassDefFoundError.class);
    turns.execute(() -> log.add("later"));

    assertThat(log).containsExactly("after", "later");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

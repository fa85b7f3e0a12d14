// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Lifecycle.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LifecycleGroupTest {

  private static final Duration GRACE = Duration.ofSeconds(3);

  private final List<String> log = new ArrayList<>();
  private final Part a = new Part("a");
  private final Part b = new Part("b");
  private final Part c = new Part("c");
  private final LifecycleGroup group = LifecycleGroup.of(a.life, b.life, c.life);

  /** A part whose two steps end when the test says so, or at once. */
  private final class Part {
    CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);
    CompletableFuture<Void> closed = CompletableFuture.completedFuture(null);
    final StartStop life;

    Part(String name) {
      life =
          new StartStop(
              name,
              () -> {
                log.add("open " + name);
                return opened;
              },
              grace -> {
                log.add("close " + name + " " + grace.toSeconds());
                return closed;
              });
    }
  }

  private CompletableFuture<Void> start() {
    return group.start().toCompletableFuture();
  }

  private CompletableFuture<Void> stop() {
    return group.stop(GRACE).toCompletableFuture();
  }

  @Test
  void startsInOrderAndStopsInReverse() {
    assertThat(start()).isCompleted();
    assertThat(group.state()).isEqualTo(State.RUNNING);
    assertThat(stop()).isCompleted();
    assertThat(stop()).isCompleted();
    group.close();

    assertThat(group.state()).isEqualTo(State.STOPPED);
    assertThat(log)
        .containsExactly("open a", "open b", "open c", "close c 3", "close b 3", "close a 3");
  }

  @Test
  void startsAPartOnlyAfterTheOneBeforeServes() {
    b.opened = new CompletableFuture<>();
    CompletableFuture<Void> start = start();
    assertThat(log).containsExactly("open a", "open b");
    assertThat(group.state()).isEqualTo(State.STARTING);

    b.opened.complete(null);

    assertThat(start).isCompleted();
    assertThat(log).endsWith("open c");
  }

  @Test
  void stopsWhatWasStartedWhenOneFails() {
    b.opened = CompletableFuture.failedFuture(new DcosNetException("b is broken"));

    assertThat(start())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(DcosNetException.class)
        .withMessageContaining("b is broken");

    assertThat(group.state()).isEqualTo(State.FAILED);
    assertThat(a.life.state()).isEqualTo(State.STOPPED);
    assertThat(b.life.state()).isEqualTo(State.FAILED);
    assertThat(c.life.state()).isEqualTo(State.NEW);
    assertThat(log).containsExactly("open a", "open b", "close b 0", "close a 0");
  }

  @Test
  void leavesAPartAloneThatSomebodyElseRuns() {
    b.life.start();

    assertThat(start())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(IllegalStateException.class);

    assertThat(b.life.state()).isEqualTo(State.RUNNING);
    assertThat(a.life.state()).isEqualTo(State.STOPPED);
  }

  @Test
  void stopsTheOthersWhenOneCannotBeStopped() {
    b.closed = CompletableFuture.failedFuture(new DcosNetException("b is stuck"));
    assertThat(start()).isCompleted();

    assertThat(stop())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .satisfies(
            e ->
                assertThat(e.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("b is stuck"));

    assertThat(a.life.state()).isEqualTo(State.STOPPED);
    assertThat(log).endsWith("close c 3", "close b 3", "close a 3");
  }

  @Test
  void waitsForTheStartBeforeItStops() {
    b.opened = new CompletableFuture<>();
    CompletableFuture<Void> start = start();
    CompletableFuture<Void> stop = stop();
    assertThat(log).containsExactly("open a", "open b");

    b.opened.complete(null);

    assertThat(start).isCompleted();
    assertThat(stop).isCompleted();
    assertThat(log).endsWith("open c", "close c 3", "close b 3", "close a 3");
  }

  @Test
  void opensNothingWhenStoppedBeforeItsStart() {
    assertThat(stop()).isCompleted();

    assertThat(log).isEmpty();
    assertThat(a.life.state()).isEqualTo(State.NEW);
  }

  @Test
  void isFineWithoutParts() {
    LifecycleGroup empty = LifecycleGroup.of();

    assertThat(empty.start().toCompletableFuture()).isCompleted();
    assertThat(empty.stop(GRACE).toCompletableFuture()).isCompleted();
  }

  @Test
  void canHoldGroups() {
    LifecycleGroup outer = LifecycleGroup.of(group, new Part("d").life);

    assertThat(outer.start().toCompletableFuture()).isCompleted();
    outer.close();

    assertThat(log).startsWith("open a", "open b", "open c", "open d", "close d 5");
    assertThat(group.state()).isEqualTo(State.STOPPED);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.event.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StartStopTest {

  private static final Duration GRACE = Duration.ofSeconds(3);

  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final IllegalStateException broken = new IllegalStateException("broken");
  private final List<String> log = new ArrayList<>();
  private final StartStop part = listened(new StartStop("part", this::open, this::close));

  private CompletionStage<?> open() {
    log.add("open");
    return opened;
  }

  private CompletionStage<?> close(Duration grace) {
    log.add("close " + grace.toSeconds());
    return closed;
  }

  private StartStop listened(StartStop listened) {
    var unused = listened.onStateChange((before, after) -> log.add(before + "→" + after));
    return listened;
  }

  private static CompletableFuture<Void> future(CompletionStage<Void> stage) {
    return stage.toCompletableFuture();
  }

  @Test
  void walksFromNewToStopped() {
    assertThat(part.state()).isEqualTo(State.NEW);
    CompletableFuture<Void> start = future(part.start());
    assertThat(part.state()).isEqualTo(State.STARTING);
    assertThat(start).isNotDone();
    opened.complete(null);
    assertThat(start).isCompleted();
    CompletableFuture<Void> stop = future(part.stop(GRACE));
    assertThat(part.state()).isEqualTo(State.STOPPING);
    assertThat(stop).isNotDone();
    closed.complete(null);

    assertThat(stop).isCompleted();
    assertThat(log)
        .containsExactly(
            "NEW→STARTING",
            "open",
            "STARTING→RUNNING",
            "RUNNING→STOPPING",
            "close 3",
            "STOPPING→STOPPED");
  }

  @Test
  void startsOnceOnly() {
    part.start();
    assertThatThrownBy(part::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("part: cannot start, is STARTING");
    opened.complete(null);
    assertThatThrownBy(part::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void opensNothingWhenStoppedBeforeItsStart() {
    assertThat(future(part.stop(GRACE))).isCompleted();

    assertThat(part.state()).isEqualTo(State.STOPPED);
    assertThatThrownBy(part::start).hasMessageContaining("is STOPPED");
    assertThat(log).containsExactly("NEW→STOPPED");
  }

  @Test
  void stopsOnceOnly() {
    part.start();
    opened.complete(null);
    CompletableFuture<Void> first = future(part.stop(GRACE));
    CompletableFuture<Void> second = future(part.stop(Duration.ZERO));
    closed.complete(null);
    CompletableFuture<Void> third = future(part.stop(GRACE));
    part.close();

    assertThat(List.of(first, second, third)).allMatch(CompletableFuture::isDone);
    assertThat(log).containsOnlyOnce("close 3").doesNotContain("close 0");
  }

  @Test
  void waitsForAStartUnderWayBeforeItStops() {
    part.start();
    CompletableFuture<Void> stop = future(part.stop(GRACE));
    assertThat(log).doesNotContain("close 3");
    assertThat(part.state()).isEqualTo(State.STARTING);

    opened.complete(null);
    closed.complete(null);

    assertThat(stop).isCompleted();
    assertThat(part.state()).isEqualTo(State.STOPPED);
    assertThat(log).containsSubsequence("STARTING→RUNNING", "close 3", "STOPPING→STOPPED");
  }

  @Test
  void closesWhatAFailedStartOpened() {
    CompletableFuture<Void> start = future(part.start());
    opened.completeExceptionally(broken);
    assertThat(start).isNotDone();
    assertThat(part.state()).isEqualTo(State.STARTING);
    closed.complete(null);

    assertThat(start).failsWithin(Duration.ZERO).withThrowableThat().withCause(broken);
    assertThat(part.state()).isEqualTo(State.FAILED);
    assertThat(log).containsExactly("NEW→STARTING", "open", "close 0", "STARTING→FAILED");
    assertThat(future(part.stop(GRACE))).isCompleted();
    assertThat(log).doesNotContain("close 3");
  }

  @Test
  void finishesAStopThatWaitedForAStartThatFails() {
    part.start();
    CompletableFuture<Void> stop = future(part.stop(GRACE));
    opened.completeExceptionally(broken);
    closed.complete(null);

    assertThat(stop).isCompleted();
    assertThat(part.state()).isEqualTo(State.FAILED);
  }

  @Test
  void takesAThrownExceptionForAFailedStart() {
    StartStop throwing =
        listened(
            new StartStop(
                "part",
                () -> {
                  throw broken;
                },
                grace -> CompletableFuture.completedStage(null)));

    assertThat(future(throwing.start())).isCompletedExceptionally();
    assertThat(throwing.state()).isEqualTo(State.FAILED);
  }

  @Test
  void takesAMissingStageForAFailedStart() {
    @SuppressWarnings("NullAway") // what careless code does
    StartStop careless =
        new StartStop("part", () -> null, grace -> CompletableFuture.completedStage(null));

    assertThat(future(careless.start())).isCompletedExceptionally();
    assertThat(careless.state()).isEqualTo(State.FAILED);
  }

  @Test
  void reportsBothWhenTheRollbackFailsToo() {
    CompletableFuture<Void> start = future(part.start());
    RuntimeException first = new IllegalStateException("first");
    RuntimeException second = new IllegalStateException("second");
    opened.completeExceptionally(first);
    closed.completeExceptionally(second);

    assertThat(start).failsWithin(Duration.ZERO).withThrowableThat().withCause(first);
    assertThat(first.getSuppressed()).containsExactly(second);
    assertThat(part.state()).isEqualTo(State.FAILED);
  }

  @Test
  void survivesARollbackThatFailsWithTheSameException() {
    CompletableFuture<Void> start = future(part.start());
    opened.completeExceptionally(broken);
    closed.completeExceptionally(broken);

    assertThat(start).failsWithin(Duration.ZERO).withThrowableThat().withCause(broken);
    assertThat(part.state()).isEqualTo(State.FAILED);
  }

  @Test
  void isStoppedAlsoWhenClosingFailsAndSaysSo() {
    part.start();
    opened.complete(null);
    closed.completeExceptionally(broken);

    assertThat(future(part.stop(GRACE)))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCause(broken);
    assertThat(part.state()).isEqualTo(State.STOPPED);
    assertThatThrownBy(part::close)
        .isInstanceOf(DcosNetException.class)
        .hasMessageContaining("part: stop failed: broken");
  }

  @Test
  void goesOnWhenAListenerThrows() {
    StartStop other =
        new StartStop(
            "part",
            () -> CompletableFuture.completedStage(null),
            grace -> CompletableFuture.completedStage(null));
    var unused =
        other.onStateChange(
            (before, after) -> {
              throw new IllegalStateException("thrown on purpose by StartStopTest");
            });
    listened(other);

    assertThat(future(other.start())).isCompleted();
    assertThat(log).containsExactly("NEW→STARTING", "STARTING→RUNNING");
  }

  @Test
  void tellsNothingToAListenerThatWentAway() {
    List<State> seen = new ArrayList<>();
    Subscription subscription = part.onStateChange((before, after) -> seen.add(after));
    part.start();
    subscription.close();
    opened.complete(null);

    assertThat(seen).containsExactly(State.STARTING);
  }

  @Test
  void canBeStoppedByItsOwnListener() {
    StartStop own =
        new StartStop(
            "part",
            () -> CompletableFuture.completedStage(null),
            grace -> CompletableFuture.completedStage(null));
    var unused =
        own.onStateChange(
            (before, after) -> {
              if (after == State.RUNNING) {
                own.stop(GRACE);
              }
            });
    listened(own);

    assertThat(future(own.start())).isCompleted();
    assertThat(own.state()).isEqualTo(State.STOPPED);
    assertThat(log).endsWith("RUNNING→STOPPING", "STOPPING→STOPPED");
  }

  @Test
  void cannotBeCompletedByItsCallers() {
    CompletableFuture<Void> start = future(part.start());
    start.complete(null);

    assertThat(part.state()).isEqualTo(State.STARTING);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NewestWriteTest {

  private final VirtualTime time = new VirtualTime();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<String> begun = new ArrayList<>();
  private final List<CompletableFuture<Void>> open = new ArrayList<>();
  private int told;

  private final NewestWrite<String> write =
      new NewestWrite<>(
          "entry",
          time,
          value -> {
            begun.add(value);
            CompletableFuture<Void> done = new CompletableFuture<>();
            open.add(done);
            return done;
          },
          () -> told++,
          new AgentMetrics(metrics));

  private void ends() {
    open.get(open.size() - 1).complete(null);
    time.runReady();
  }

  private void fails() {
    open.get(open.size() - 1).completeExceptionally(new DcosNetException("full"));
    time.runReady();
  }

  @Test
  void valuesThatWereOvertakenAreSkipped() {
    write.write("a");
    write.write("b");
    write.write("c");
    assertThat(begun).containsExactly("a");

    ends();
    ends();

    assertThat(begun).containsExactly("a", "c");
    assertThat(write.isDone()).isTrue();
  }

  @Test
  void whatFailsIsTriedAgainAfterPausesUpToAMinute() {
    write.write("a");
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      fails();
      long from = time.nanos();
      int before = begun.size();
      assertThat(time.runUntil(() -> begun.size() > before, Duration.ofHours(1))).isTrue();
      pauses.add(Duration.ofNanos(time.nanos() - from).toSeconds());
    }

    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    assertThat(write.failure()).contains("full");
    assertThat(told).isEqualTo(1);
    assertThat(metrics.count("dcosnet.overlay.agent.write.failures", "what", "entry")).isEqualTo(8);

    ends();
    assertThat(write.failure()).isEmpty();
    assertThat(told).isEqualTo(2);
  }

  @Test
  void aNewValueDoesNotWaitForThePauseOfAnOldOne() {
    write.write("a");
    fails();

    write.write("b");

    assertThat(begun).containsExactly("a", "b");
    ends();
    time.advance(Duration.ofHours(1));
    assertThat(begun).containsExactly("a", "b");
  }

  @Test
  void theEndWaitsForTheWriteUnderWayAndForTheNewestThatWaitsBehindIt() {
    write.write("a");
    write.write("b");
    write.write("c");
    CompletableFuture<Void> closed = write.close().toCompletableFuture();
    assertThat(closed).isNotDone();

    ends();
    assertThat(closed).isNotDone();
    ends();

    assertThat(closed).isCompleted();
    assertThat(begun).containsExactly("a", "c");
    assertThat(time.pending()).isZero();
  }

  @Test
  void theLastWriteBeforeTheEndIsTriedOnce() {
    write.write("a");
    write.write("b");
    CompletableFuture<Void> closed = write.close().toCompletableFuture();

    fails();
    fails();

    assertThat(closed).isCompleted();
    assertThat(begun).containsExactly("a", "b");
    assertThat(metrics.count("dcosnet.overlay.agent.write.failures", "what", "entry")).isEqualTo(2);
    assertThat(time.pending()).isZero();
  }

  @Test
  void anEndWithNothingUnderWayIsAtOnce() {
    write.write("a");
    fails();

    assertThat(write.close().toCompletableFuture()).isCompleted();
    time.advance(Duration.ofHours(1));
    assertThat(begun).containsExactly("a");
  }
}

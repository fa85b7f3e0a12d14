// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.answer.LaterAnswers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a server does between the wish to stop and the end of its sockets: first it goes on as
 * before, so that those who watch its health turn away; then it lets the queries end that wait for
 * others.
 *
 * <p><b>Thread-safe.</b>
 */
final class Shutdown {

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Scheduler scheduler;
  private final LaterAnswers later;
  private final Duration lameduck;

  Shutdown(Scheduler scheduler, LaterAnswers later, Duration lameduck) {
    this.scheduler = scheduler;
    this.later = later;
    this.lameduck = lameduck;
  }

  /** Completes when nothing waits any more, or the grace is over. */
  CompletionStage<Void> drain(Duration grace) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Duration asBefore = lameduck.compareTo(grace) < 0 ? lameduck : grace;
    Runnable wait = () -> waitForOthers(grace.minus(asBefore), done);
    if (asBefore.isZero()) {
      wait.run();
    } else {
      var unused = scheduler.schedule(asBefore, wait);
    }
    return done;
  }

  private void waitForOthers(Duration left, CompletableFuture<Void> done) {
    later.close();
    if (later.waiting() == 0 || left.isZero() || left.isNegative()) {
      done.complete(null);
    } else {
      var unused =
          scheduler.schedule(LOOK_AGAIN, () -> waitForOthers(left.minus(LOOK_AGAIN), done));
    }
  }
}

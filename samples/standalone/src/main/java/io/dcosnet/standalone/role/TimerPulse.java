// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.Part;
import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the timers still run: all parts share one thread for them, and when something
 * keeps that thread, nothing but a restart helps. That the sockets still work is shown by whoever
 * asks over one.
 *
 * <p><b>Thread-safe.</b>
 */
final class TimerPulse extends Part {

  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Longer than a machine under load or a collection of garbage makes timers wait. */
  private static final Duration TOO_LONG = Duration.ofSeconds(30);

  private final Scheduler scheduler;
  private volatile long lastNanos;
  private volatile boolean beating;
  private Scheduler.@Nullable Timer next; // confined to the scheduler

  TimerPulse(Scheduler scheduler) {
    super("timer pulse");
    this.scheduler = scheduler;
  }

  @Override
  protected CompletionStage<Void> open() {
    beating = true;
    return CompletableFuture.runAsync(this::beat, scheduler);
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    beating = false;
    return CompletableFuture.runAsync(
        () -> {
          if (next != null) {
            next.cancel();
          }
        },
        scheduler);
  }

  private void beat() {
    lastNanos = scheduler.time().nanos();
    if (beating) {
      next = scheduler.schedule(BEAT, this::beat);
    }
  }

  /** Why only a restart helps; empty while the timers run, and before and after. */
  Optional<String> whyNotLive() {
    if (state() != State.RUNNING) {
      return Optional.empty();
    }
    long since = scheduler.time().nanos() - lastNanos;
    return since < TOO_LONG.toNanos()
        ? Optional.empty()
        : Optional.of("no timer has run for " + Duration.ofNanos(since).toSeconds() + " s");
  }
}

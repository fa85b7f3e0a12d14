// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a value somewhere until it is there: one write at a time, values that were overtaken are
 * skipped, and what fails is tried again with a growing pause.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class NewestWrite<T> {

  private static final Logger LOGGER = LoggerFactory.getLogger(NewestWrite.class);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final String what;
  private final Scheduler scheduler;
  private final Function<T, CompletionStage<?>> writer;
  private final Runnable changed;
  private final AgentMetrics metrics;
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private @Nullable T wanted;
  private boolean open;
  private boolean writing;
  private boolean closed;
  private Duration pause = FIRST_PAUSE;
  private Scheduler.@Nullable Timer timer;
  private Optional<String> failure = Optional.empty();

  /**
   * Writes nothing yet.
   *
   * @param what is written, for messages and figures
   * @param writer may fail in its stage or throw
   * @param changed told when {@link #failure} did
   */
  NewestWrite(
      String what,
      Scheduler scheduler,
      Function<T, CompletionStage<?>> writer,
      Runnable changed,
      AgentMetrics metrics) {
    this.what = what;
    this.scheduler = scheduler;
    this.writer = writer;
    this.changed = changed;
    this.metrics = metrics;
  }

  /** Writes this, and nothing older any more. */
  void write(T value) {
    wanted = value;
    open = true;
    pause = FIRST_PAUSE;
    attempt();
  }

  /** What is to be there, whether it is or not; null before the first. */
  @Nullable T wanted() {
    return wanted;
  }

  /** Whether nothing is being written or waits to be. */
  boolean isDone() {
    return !writing && !open;
  }

  /** Why the newest value is not there; empty if it is, or nothing is known to be wrong. */
  Optional<String> failure() {
    return failure;
  }

  private void attempt() {
    T value = wanted;
    if (writing || closed || !open || value == null) {
      return;
    }
    cancel();
    writing = true;
    open = false;
    begin(value).whenCompleteAsync((done, fault) -> ended(value, fault), scheduler);
  }

  private CompletionStage<?> begin(T value) {
    try {
      return writer.apply(value);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ended(T value, @Nullable Throwable fault) {
    writing = false;
    if (closed) {
      finish(fault);
      return;
    }
    if (fault == null) {
      fail(Optional.empty());
      pause = FIRST_PAUSE;
      attempt();
      return;
    }
    metrics.writeFailed(what);
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    String reason = String.valueOf(cause == null ? fault.getMessage() : cause.getMessage());
    LOGGER.warn("{} could not be written, next try in {}: {}", what, pause, reason);
    if (!open && value == wanted) {
      open = true; // nothing newer came meanwhile
    }
    fail(Optional.of(reason));
    timer = scheduler.schedule(pause, this::attempt);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  /** What came while that was written is not lost: it is written, once. */
  private void finish(@Nullable Throwable fault) {
    if (fault != null) {
      metrics.writeFailed(what);
      LOGGER.warn("{} could not be written before the end: {}", what, fault.getMessage());
    }
    T last = wanted;
    if (open && last != null) {
      open = false;
      writing = true;
      begin(last).whenCompleteAsync((done, again) -> ended(last, again), scheduler);
    } else {
      idle.complete(null);
    }
  }

  private void fail(Optional<String> reason) {
    boolean news = !failure.equals(reason);
    failure = reason;
    if (news) {
      changed.run();
    }
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /**
   * Tries nothing again any more; completes when none is under way. What waits for the write under
   * way is still written.
   */
  CompletionStage<Void> close() {
    closed = true;
    cancel();
    if (!writing) {
      idle.complete(null);
    }
    return idle;
  }
}

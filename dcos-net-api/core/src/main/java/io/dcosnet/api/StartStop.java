// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine behind {@link Lifecycle}, to be held by a part and delegated to: it keeps the
 * order of states, makes {@code stop} idempotent and rolls a failed start back.
 *
 * <p><b>Thread-safe.</b> The two actions never overlap and run at most once each; they are called
 * on the thread that calls {@link #start} or {@link #stop}, or on the one that completes the start.
 */
public final class StartStop implements Lifecycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(StartStop.class);

  private final String name;
  private final Supplier<? extends CompletionStage<?>> opening;
  private final Function<Duration, ? extends CompletionStage<?>> closing;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  // Guards state, started and stopped; never held while foreign code runs.
  private final Object lock = new Object();
  private State state = State.NEW;
  private @Nullable CompletableFuture<Void> started;
  private @Nullable CompletableFuture<Void> stopped;

  /**
   * A part that is NEW.
   *
   * @param name of the part, for messages
   * @param opening opens everything; its stage completes when the part serves
   * @param closing closes whatever is open, also after {@code opening} failed half-way; gets the
   *     grace for orderly work, zero after a failed start
   */
  public StartStop(
      String name,
      Supplier<? extends CompletionStage<?>> opening,
      Function<Duration, ? extends CompletionStage<?>> closing) {
    this.name = requireNonNull(name, "name");
    this.opening = requireNonNull(opening, "opening");
    this.closing = requireNonNull(closing, "closing");
  }

  @Override
  public CompletionStage<Void> start() {
    CompletableFuture<Void> result = new CompletableFuture<>();
    synchronized (lock) {
      if (state != State.NEW) {
        throw new IllegalStateException(
            name + ": cannot start, is " + state + " (a part starts once; build a new one)");
      }
      state = State.STARTING;
      started = result;
    }
    tell(State.NEW, State.STARTING);
    guarded(opening)
        .whenComplete(
            (ok, failure) -> {
              if (failure == null) {
                move(State.STARTING, State.RUNNING);
                result.complete(null);
              } else {
                rollBack(unwrap(failure), result);
              }
            });
    return result.minimalCompletionStage();
  }

  private void rollBack(Throwable failure, CompletableFuture<Void> result) {
    guarded(() -> closing.apply(Duration.ZERO))
        .whenComplete(
            (ok, second) -> {
              if (second != null && unwrap(second) != failure) {
                failure.addSuppressed(unwrap(second));
              }
              move(State.STARTING, State.FAILED);
              result.completeExceptionally(failure);
            });
  }

  @Override
  public CompletionStage<Void> stop(Duration grace) {
    requireNonNull(grace, "grace");
    CompletableFuture<Void> result;
    CompletableFuture<Void> starting;
    synchronized (lock) {
      if (stopped != null) {
        return stopped.minimalCompletionStage();
      }
      result = new CompletableFuture<>();
      stopped = result;
      starting = started;
      if (starting == null) {
        state = State.STOPPED;
      }
    }
    if (starting == null) {
      tell(State.NEW, State.STOPPED);
      result.complete(null);
    } else {
      var unused =
          starting.whenComplete((ok, failure) -> closeAfterStart(grace, failure != null, result));
    }
    return result.minimalCompletionStage();
  }

  private void closeAfterStart(Duration grace, boolean failed, CompletableFuture<Void> result) {
    if (failed) {
      result.complete(null); // the failed start has closed everything already
      return;
    }
    move(State.RUNNING, State.STOPPING);
    guarded(() -> closing.apply(grace))
        .whenComplete(
            (ok, failure) -> {
              move(State.STOPPING, State.STOPPED);
              if (failure == null) {
                result.complete(null);
              } else {
                result.completeExceptionally(unwrap(failure));
              }
            });
  }

  @Override
  public State state() {
    synchronized (lock) {
      return state;
    }
  }

  @Override
  public Subscription onStateChange(Listener listener) {
    listeners.add(requireNonNull(listener, "listener"));
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    try {
      stop(DEFAULT_GRACE)
          .toCompletableFuture()
          .get(2 * DEFAULT_GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      LOGGER.warn("{}: still stopping after 2 × {}, not waiting longer", name, DEFAULT_GRACE);
    } catch (ExecutionException e) {
      throw new DcosNetException(name + ": stop failed: " + unwrap(e).getMessage(), unwrap(e));
    }
  }

  private void move(State before, State after) {
    synchronized (lock) {
      state = after;
    }
    tell(before, after);
  }

  private void tell(State before, State after) {
    for (Listener listener : listeners) {
      try {
        listener.changed(before, after);
      } catch (RuntimeException e) {
        LOGGER.warn("{}: a lifecycle listener failed at {} → {}", name, before, after, e);
      }
    }
  }

  /** Runs the action so that a thrown exception becomes a failed stage. */
  private static CompletionStage<?> guarded(Supplier<? extends CompletionStage<?>> action) {
    try {
      return requireNonNull(action.get(), "stage");
    } catch (RuntimeException | Error e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** What a stage really failed with. */
  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? cause : failure;
  }
}

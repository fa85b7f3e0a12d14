// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that goes on after its first step returned, done one after the other in the order in which
 * it was handed in. <b>Thread-safe.</b> Work begins on the scheduler; what it throws fails its
 * stage and nothing else.
 */
final class OneByOne {

  private final Scheduler scheduler;
  private final Deque<Runnable> waiting = new ArrayDeque<>(); // guarded by itself
  private boolean busy; // guarded by waiting
  private boolean draining; // guarded by waiting

  OneByOne(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  int size() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  <T> CompletableFuture<T> add(Supplier<? extends CompletionStage<T>> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    synchronized (waiting) {
      waiting.add(() -> begin(work, result));
    }
    goOn();
    return result;
  }

  private <T> void begin(Supplier<? extends CompletionStage<T>> work, CompletableFuture<T> result) {
    CompletionStage<T> stage;
    try {
      stage = work.get();
    } catch (RuntimeException e) {
      stage = CompletableFuture.failedStage(e);
    }
    var unused =
        stage.whenComplete(
            (value, fault) -> {
              if (fault == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(StoreHead.causeOf(fault));
              }
              synchronized (waiting) {
                busy = false;
              }
              goOn();
            });
  }

  private void goOn() {
    for (Runnable next = next(); next != null; next = next()) {
      try {
        scheduler.execute(next);
      } catch (RejectedExecutionException e) {
        drain(next);
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      if (busy || draining || waiting.isEmpty()) {
        return null;
      }
      busy = true;
      return waiting.remove();
    }
  }

  /**
   * Without a scheduler there is no session either, so it fails at once; not one inside the other.
   */
  private void drain(Runnable work) {
    synchronized (waiting) {
      draining = true;
    }
    work.run();
    synchronized (waiting) {
      draining = false;
    }
  }

  /** Waits until all that was handed in has ended, at most so long; not on the scheduler. */
  void awaitEnd(Duration time) {
    CompletableFuture<Void> last = add(() -> CompletableFuture.completedStage(null));
    try {
      var unused = last.get(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new DcosNetException("zookeeper: " + e.getMessage(), e); // never: it does nothing
    } catch (TimeoutException e) {
      // The caller goes on; what is under way fails with the session.
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import io.dcosnet.api.event.Subscription;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A part that is built without side effects, started once and stopped for good.
 *
 * <pre>
 * NEW → STARTING → RUNNING → STOPPING → STOPPED
 *          └→ FAILED (everything opened so far is closed again)
 * </pre>
 *
 * <p>Before {@link #start} no thread, socket or file is opened. {@link #stop} and {@link #close}
 * are idempotent, legal in every state and safe from any thread, also from our own.
 *
 * <p><b>Thread-safe.</b>
 */
public interface Lifecycle extends AutoCloseable {

  /** How long {@link #close} waits for orderly work to end. */
  Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  /** Where in its life a part stands. */
  enum State {
    NEW,
    STARTING,
    RUNNING,
    STOPPING,
    STOPPED,
    FAILED
  }

  /** Told of each step, in order, on the thread that makes it; must not block. */
  @FunctionalInterface
  interface Listener {
    void changed(State before, State after);
  }

  /**
   * Opens what the part needs.
   *
   * @return completes when the part serves; fails with the reason after everything is closed again
   * @throws IllegalStateException when called a second time, or after {@link #stop}
   */
  CompletionStage<Void> start();

  /**
   * Stops accepting, drains within {@code grace}, flushes, releases. Every call returns the stage
   * of the first one. During a start it waits for the start to end.
   */
  CompletionStage<Void> stop(Duration grace);

  State state();

  /** Registers for state changes; steps made before are not repeated. */
  Subscription onStateChange(Listener listener);

  /** {@link #stop} with {@link #DEFAULT_GRACE}, waiting for at most twice as long. */
  @Override
  void close();
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import io.dcosnet.api.event.Subscription;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A {@link Lifecycle} whose order of states is kept by a {@link StartStop}: what is left to do is
 * to open and to shut.
 *
 * <p><b>Thread-safe.</b> {@link #open} and {@link #shut} never overlap, and run at most once each.
 */
public abstract class Part implements Lifecycle {

  private final StartStop life;

  /**
   * A part that is NEW.
   *
   * @param name of the part, for messages
   */
  protected Part(String name) {
    life = new StartStop(name, this::open, this::shut);
  }

  /** Opens everything; its stage completes when the part serves. */
  protected abstract CompletionStage<?> open();

  /**
   * Closes whatever is open, also after {@link #open} failed half-way.
   *
   * @param grace for orderly work; zero after a failed start
   */
  protected abstract CompletionStage<?> shut(Duration grace);

  @Override
  public final CompletionStage<Void> start() {
    return life.start();
  }

  @Override
  public final CompletionStage<Void> stop(Duration grace) {
    return life.stop(grace);
  }

  @Override
  public final State state() {
    return life.state();
  }

  @Override
  public final Subscription onStateChange(Listener listener) {
    return life.onStateChange(listener);
  }

  @Override
  public final void close() {
    life.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture.AsynchronousCompletionTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Holds the news of a response back, while the bytes of its body go on. */
final class LateResponse implements Scheduler {

  private final Scheduler real;
  private final BooleanSupplier asked;
  private final AtomicReference<@Nullable Runnable> held = new AtomicReference<>();
  private volatile boolean released;

  /**
   * @param asked true from when the response is under way that is held back
   */
  LateResponse(Scheduler real, BooleanSupplier asked) {
    this.real = real;
    this.asked = asked;
  }

  boolean isHeld() {
    return held.get() != null;
  }

  void release() {
    released = true;
    Runnable news = held.get();
    if (news != null) {
      real.execute(news);
    }
  }

  @Override
  public TimeSource time() {
    return real.time();
  }

  @Override
  public Timer schedule(Duration delay, Runnable work) {
    return real.schedule(delay, work);
  }

  @Override
  public void execute(Runnable work) {
    boolean news = work instanceof AsynchronousCompletionTask && asked.getAsBoolean();
    if (released || !news || !held.compareAndSet(null, work)) {
      real.execute(work);
    }
  }
}

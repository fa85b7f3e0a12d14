// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Lifecycle;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers and short work on one thread of our own, on the clocks of this machine.
 *
 * <p>The thread starts with the first work that is handed in. It is a daemon: what waits here is
 * lost with the process anyhow, so it must not keep a host from ending.
 *
 * <p><b>Thread-safe.</b>
 */
public final class SystemScheduler implements Scheduler, AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(SystemScheduler.class);

  private final String threadName;
  private final ScheduledThreadPoolExecutor pool;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean used;
  private volatile @Nullable Thread thread;

  private SystemScheduler(String threadName) {
    this.threadName = threadName;
    this.pool = new ScheduledThreadPoolExecutor(1, this::thread);
    pool.setRemoveOnCancelPolicy(true);
    pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * A scheduler that opens nothing yet.
   *
   * @param part what it works for; its thread is named {@code dcosnet-<part>}
   */
  public static SystemScheduler create(String part) {
    return new SystemScheduler("dcosnet-" + requireNonNull(part, "part"));
  }

  @Override
  public TimeSource time() {
    return TimeSource.system();
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  @Override
  public Timer schedule(Duration delay, Runnable work) {
    requireNonNull(work, "work");
    if (closed.get()) {
      throw new RejectedExecutionException(threadName + ": closed");
    }
    Future<?> waiting = submit(delay, work);
    return () -> waiting.cancel(false);
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  @Override
  public void execute(Runnable work) {
    var unused = schedule(Duration.ZERO, work);
  }

  /**
   * Runs what is due, forgets the timers behind it and ends the thread; waits for that for a
   * bounded time, except on that thread itself. Idempotent.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    if (!used) {
      pool.shutdown();
      return;
    }
    var unused = submit(Duration.ZERO, pool::shutdown);
    if (Thread.currentThread() != thread) {
      await();
    }
  }

  private Future<?> submit(Duration delay, Runnable work) {
    used = true;
    return pool.schedule(() -> run(work), saturatedNanos(delay), TimeUnit.NANOSECONDS);
  }

  private void run(Runnable work) {
    try {
      work.run();
    } catch (Throwable failure) {
      LOGGER.error("{}: work failed", threadName, failure);
    }
  }

  private void await() {
    try {
      if (!pool.awaitTermination(Lifecycle.DEFAULT_GRACE.toNanos(), TimeUnit.NANOSECONDS)) {
        LOGGER.warn("{}: work still runs after {}", threadName, Lifecycle.DEFAULT_GRACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread thread(Runnable loop) {
    Thread created = new Thread(loop, threadName);
    created.setDaemon(true);
    created.setUncaughtExceptionHandler(
        (on, failure) -> LOGGER.error("{}: thread died", threadName, failure));
    thread = created;
    return created;
  }

  private static long saturatedNanos(Duration delay) {
    try {
      return delay.toNanos();
    } catch (ArithmeticException e) {
      return delay.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }
}

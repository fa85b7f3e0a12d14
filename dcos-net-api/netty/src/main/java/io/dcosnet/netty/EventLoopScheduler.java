// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timers and short work on one event loop of Netty, so that a component whose sockets live on that
 * loop needs no lock for its state.
 *
 * <p><b>Thread-safe.</b> Once the loop has shut down, handing in work fails with {@link
 * RejectedExecutionException}.
 */
public final class EventLoopScheduler implements Scheduler {

  private static final Logger LOGGER = LoggerFactory.getLogger(EventLoopScheduler.class);

  private final EventExecutor loop;
  private final TimeSource time;

  private EventLoopScheduler(EventExecutor loop, TimeSource time) {
    this.loop = loop;
    this.time = time;
  }

  /**
   * A scheduler that runs everything on {@code loop} and never closes it.
   *
   * @param time told to those who ask; the loop itself measures with the machine's monotonic clock
   */
  public static EventLoopScheduler on(EventExecutor loop, TimeSource time) {
    return new EventLoopScheduler(requireNonNull(loop, "loop"), requireNonNull(time, "time"));
  }

  @Override
  public TimeSource time() {
    return time;
  }

  @Override
  public Timer schedule(Duration delay, Runnable work) {
    requireNonNull(work, "work");
    // Durations beyond 292 years become the longest delay that there is.
    long nanos = TimeUnit.NANOSECONDS.convert(delay);
    if (nanos <= 0) {
      return now(work);
    }
    Future<?> timer = loop.schedule(() -> guarded(work), nanos, TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }

  // As a timer it would run behind work that was handed in to execute() after it.
  private Timer now(Runnable work) {
    AtomicBoolean over = new AtomicBoolean();
    loop.execute(
        () -> {
          if (over.compareAndSet(false, true)) {
            guarded(work);
          }
        });
    return () -> over.set(true);
  }

  @Override
  public void execute(Runnable work) {
    requireNonNull(work, "work");
    loop.execute(() -> guarded(work));
  }

  // Netty would keep the failure of a timer in a future that nobody reads.
  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      LOGGER.error("scheduled work failed work={}", work, e);
    }
  }
}

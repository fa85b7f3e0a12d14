// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.SystemScheduler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that a runtime makes itself, each kind at its first use, and their end.
 *
 * <p><b>Thread-safe.</b>
 */
final class RuntimeThreads {

  private static final Logger LOGGER = LoggerFactory.getLogger(RuntimeThreads.class);
  private static final long IDLE_SECONDS = 30;

  private final @Nullable EventLoopGroup handedIn;
  private final @Nullable Transport wanted;
  private final int ioThreads;
  private final NamedThreads workThreads = new NamedThreads("work");

  private final SystemScheduler timer = SystemScheduler.create("timer-1");

  // Guards the fields below.
  private final Object lock = new Object();
  private @Nullable Transport transport;
  private @Nullable EventLoopGroup loops;
  private @Nullable ThreadPoolExecutor workers;
  private boolean closed;

  RuntimeThreads(@Nullable EventLoopGroup handedIn, @Nullable Transport wanted, int ioThreads) {
    this.handedIn = handedIn;
    this.wanted = wanted;
    this.ioThreads = ioThreads;
    this.transport = handedIn == null ? null : Transport.of(handedIn);
  }

  Scheduler timer() {
    return timer;
  }

  /** A bounded pool; its threads begin with the first work and end after half an idle minute. */
  Executor workers(int threads, MetricsSink metrics) {
    MetricsSink.Counter rejected =
        metrics.counter(
            "dcosnet.netty.work.rejected", "Blocking work refused because too much was waiting");
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(NetRuntime.MAX_WAITING_WORK),
            workThreads,
            (work, full) -> {
              rejected.increment();
              throw new RejectedExecutionException(
                  full.isShutdown()
                      ? "work: the runtime is closed"
                      : "work: "
                          + NetRuntime.MAX_WAITING_WORK
                          + " pieces wait already (expected: less)");
            });
    pool.allowCoreThreadTimeOut(true);
    metrics.gauge(
        "dcosnet.netty.work.waiting", "Blocking work without a thread", pool.getQueue()::size);
    synchronized (lock) {
      workers = pool;
    }
    return pool;
  }

  Transport transport() {
    synchronized (lock) {
      if (transport == null) {
        transport = wanted == null ? Transport.best() : usable(wanted);
      }
      return transport;
    }
  }

  private static Transport usable(Transport wanted) {
    wanted
        .unavailableBecause()
        .ifPresent(
            reason -> {
              throw new DcosNetException(
                  "transport "
                      + wanted
                      + ": not available: "
                      + reason
                      + " (add netty-transport-native-epoll with the classifier of this machine,"
                      + " or choose NIO)");
            });
    return wanted;
  }

  EventLoopGroup eventLoops() {
    if (handedIn != null) {
      return handedIn;
    }
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("eventLoops: the runtime is closed (build a new one)");
      }
      if (loops == null) {
        loops =
            new MultiThreadIoEventLoopGroup(
                ioThreads, new NamedThreads("io"), transport().ioHandlers());
      }
      return loops;
    }
  }

  /** Waiting on a thread that should do the work would last for ever. */
  void requireForeign(String what) {
    if (isOwn(handedIn) || isOwn(madeLoops())) {
      throw new IllegalStateException(
          what + ": called on " + Thread.currentThread().getName() + " (expected: another thread)");
    }
  }

  void close(Duration grace) {
    @Nullable EventLoopGroup made;
    @Nullable ThreadPoolExecutor pool;
    synchronized (lock) {
      closed = true;
      made = loops;
      pool = workers;
    }
    if (pool != null) {
      end(pool, grace);
    }
    timer.close();
    if (made != null) {
      end(made, grace);
    }
  }

  private void end(ThreadPoolExecutor pool, Duration grace) {
    pool.shutdown();
    if (workThreads.madeCurrentThread()) {
      return; // it would wait for itself
    }
    try {
      if (!pool.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        int dropped = pool.shutdownNow().size();
        LOGGER.warn("blocking work did not end in time, interrupted dropped={}", dropped);
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static void end(EventExecutorGroup group, Duration grace) {
    // Netty's default would wait two quiet seconds for work that nobody sends any more.
    var ended = group.shutdownGracefully(0, grace.toNanos(), TimeUnit.NANOSECONDS);
    if (isOwn(group)) {
      return;
    }
    try {
      if (!ended.await(2 * grace.toNanos(), TimeUnit.NANOSECONDS)) {
        LOGGER.warn("event loops did not end in time group={}", group);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable EventLoopGroup madeLoops() {
    synchronized (lock) {
      return loops;
    }
  }

  private static boolean isOwn(@Nullable EventExecutorGroup group) {
    if (group != null) {
      for (EventExecutor loop : group) {
        if (loop.inEventLoop()) {
          return true;
        }
      }
    }
    return false;
  }
}

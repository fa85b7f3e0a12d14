// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.LifecycleGroup;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all network parts of a process share: event loops, timers, an executor for blocking work,
 * clock, randomness and metrics. Each can be handed in by the host; what is not is made at first
 * use.
 *
 * <pre>{@code
 * try (NetRuntime net = NetRuntime.create()) {
 *   net.startAll(gossip, vips, dns);
 *   …
 * }
 * }</pre>
 *
 * <p><b>Ownership.</b> {@link #close} stops the parts given to {@link #startAll} in reverse order
 * and then ends what the runtime made itself; what was handed in goes on.
 *
 * <p><b>Laziness.</b> Making a runtime opens nothing. Asking for {@link #eventLoops} opens their
 * selectors, asking for {@link #transport} may load native code; parts do so when they start, not
 * when they are built. The threads themselves begin with the first work.
 *
 * <p><b>Thread-safe.</b>
 */
public final class NetRuntime implements AutoCloseable {

  /** How many pieces of blocking work may wait for a thread of our own executor. */
  public static final int MAX_WAITING_WORK = 1024;

  private final TimeSource time;
  private final MetricsSink metrics;
  private final RandomGenerator random;
  private final RuntimeThreads threads;
  private final Scheduler scheduler;
  private final Executor executor;

  // Guards started and closed; never held while foreign code runs.
  private final Object lock = new Object();
  private final Deque<Lifecycle> started = new ArrayDeque<>();
  private boolean closed;

  private NetRuntime(Builder builder) {
    metrics = requireNonNullElse(builder.metrics, MetricsSink.none());
    random = requireNonNullElse(builder.random, () -> ThreadLocalRandom.current().nextLong());
    threads = new RuntimeThreads(builder.eventLoops, builder.transport, builder.ioThreads);
    scheduler = builder.scheduler != null ? builder.scheduler : threads.timer();
    time = scheduler.time();
    executor =
        builder.executor != null ? builder.executor : threads.workers(builder.workThreads, metrics);
  }

  /** A runtime that makes everything itself. */
  public static NetRuntime create() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Serves sockets; threads are named {@code dcosnet-io-<n>} unless the host handed in its own. No
   * blocking call may run there.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public EventLoopGroup eventLoops() {
    return threads.eventLoops();
  }

  /** Makes channels that fit {@link #eventLoops}. */
  public Transport transport() {
    return threads.transport();
  }

  /** Timers and short work of all parts, one after the other, on {@code dcosnet-timer-1}. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /**
   * Runs work that may block, on {@code dcosnet-work-<n>}. Our own one refuses work with {@link
   * java.util.concurrent.RejectedExecutionException} when {@value #MAX_WAITING_WORK} pieces wait ,
   * and counts that in {@code dcosnet.netty.work.rejected}.
   */
  public Executor executor() {
    return executor;
  }

  /** The clock that {@link #scheduler} follows. */
  public TimeSource time() {
    return time;
  }

  public MetricsSink metrics() {
    return metrics;
  }

  /** Good for spreading load and jitter, not for secrets. */
  public RandomGenerator random() {
    return random;
  }

  /**
   * Starts the parts one after the other and waits until the last one serves. May be called several
   * times; {@link #close} stops the later parts first.
   *
   * @throws DcosNetException or what the failed part gave as its reason, after the parts before it
   *     were stopped again
   * @throws IllegalStateException after {@link #close}, or on one of our own threads
   */
  public void startAll(Lifecycle... parts) {
    threads.requireForeign("startAll");
    LifecycleGroup group = LifecycleGroup.of(parts);
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("startAll: the runtime is closed (build a new one)");
      }
      started.push(group);
    }
    try {
      group.start().toCompletableFuture().get();
    } catch (ExecutionException e) {
      forget(group);
      throw e.getCause() instanceof RuntimeException reason
          ? reason
          : new DcosNetException("start: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the group stays known, so close() stops it
      throw new DcosNetException("start: interrupted while waiting for the parts to serve", e);
    }
  }

  private void forget(Lifecycle group) {
    synchronized (lock) {
      started.remove(group);
    }
  }

  /**
   * Stops the started parts, then our own threads, each within {@link Lifecycle#DEFAULT_GRACE}.
   * Idempotent. On one of our own threads it does not wait for that thread to end.
   *
   * @throws DcosNetException when parts failed to stop; everything else is closed all the same
   */
  @Override
  public void close() {
    List<Lifecycle> groups;
    synchronized (lock) {
      closed = true;
      groups = new ArrayList<>(started);
      started.clear();
    }
    @Nullable RuntimeException first = null;
    for (Lifecycle group : groups) {
      try {
        group.close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    threads.close(Lifecycle.DEFAULT_GRACE);
    if (first != null) {
      throw first;
    }
  }

  /** What a host wants to give or to choose; everything is optional. <b>Not thread-safe.</b> */
  public static final class Builder {

    /** Enough to wait for a few slow files or processes at once. */
    public static final int DEFAULT_WORK_THREADS = 4;

    private @Nullable EventLoopGroup eventLoops;
    private @Nullable Executor executor;
    private @Nullable Scheduler scheduler;
    private @Nullable MetricsSink metrics;
    private @Nullable RandomGenerator random;
    private @Nullable Transport transport;
    private int ioThreads = Runtime.getRuntime().availableProcessors();
    private int workThreads = DEFAULT_WORK_THREADS;

    private Builder() {}

    /** Event loops of the host, for epoll or NIO; never closed by us. */
    public Builder eventLoops(EventLoopGroup eventLoops) {
      this.eventLoops = requireNonNull(eventLoops, "eventLoops");
      return this;
    }

    /** Runs blocking work for us; should be bounded. Never closed by us. */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Runs our timers; its clock becomes ours, since timers and clock must agree. Never closed by
     * us. Default: one daemon thread on the clocks of the machine.
     */
    public Builder scheduler(Scheduler scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /** Default: none. */
    public Builder metrics(MetricsSink metrics) {
      this.metrics = requireNonNull(metrics, "metrics");
      return this;
    }

    /** Must be thread-safe. Default: a generator per thread, seeded by the JDK. */
    public Builder random(RandomGenerator random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /** Default: that of the event loops handed in, else epoll where it works, else NIO. */
    public Builder transport(Transport transport) {
      this.transport = requireNonNull(transport, "transport");
      return this;
    }

    /**
     * Number of event loops, when they are ours. Default: one per processor. More than that only
     * adds switches between threads; fewer leave processors to others.
     */
    public Builder ioThreads(int ioThreads) {
      this.ioThreads = ioThreads;
      return this;
    }

    /**
     * Most threads for blocking work, when the executor is ours; idle ones end. Default {@value
     * #DEFAULT_WORK_THREADS}. More let more slow calls wait side by side.
     */
    public Builder workThreads(int workThreads) {
      this.workThreads = workThreads;
      return this;
    }

    /**
     * Checks everything together; opens nothing.
     *
     * @throws IllegalArgumentException that lists all problems
     */
    public NetRuntime build() {
      List<String> problems = new ArrayList<>();
      if (ioThreads < 1) {
        problems.add("ioThreads: " + ioThreads + " (expected: at least 1)");
      }
      if (workThreads < 1) {
        problems.add("workThreads: " + workThreads + " (expected: at least 1)");
      }
      if (eventLoops != null && transport != null) {
        problems.add("transport: " + transport + " (expected: not beside event loops of the host)");
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", problems));
      }
      return new NetRuntime(this);
    }
  }
}

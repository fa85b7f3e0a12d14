// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves only when the test says so, and the timers that follow it: a whole cluster
 * runs in the test's thread, in the same order every time.
 *
 * <p>Work runs inside {@link #advance} and its relatives, on the thread that calls them, at exactly
 * its time; work for the same time runs in the order in which it was handed in. What it throws does
 * not stop the rest: the call runs everything that is due and then fails with an {@link
 * AssertionError} that carries all of it.
 *
 * <p><b>Thread-safe</b> for handing in work; only one thread at a time may move the clock.
 */
public final class VirtualTime implements TimeSource, Scheduler {

  /** What {@link #wallMillis} starts with unless told otherwise. */
  public static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  /** After so much work without an end {@link #runUntilIdle} gives up. */
  public static final int MAX_STEPS = 10_000_000;

  private static final Comparator<Work> BY_TIME =
      Comparator.<Work>comparingLong(work -> work.dueNanos).thenComparingLong(work -> work.order);

  // Guards all fields below; never held while work runs.
  private final Object lock = new Object();
  private final PriorityQueue<Work> waiting = new PriorityQueue<>(BY_TIME);
  private long nanos;
  private long wallOffsetMillis;
  private long handedIn;
  private boolean moving;

  /** A clock that stands at {@link #EPOCH}. */
  public VirtualTime() {
    this(EPOCH);
  }

  /** A clock whose wall time stands at {@code wall}. */
  public VirtualTime(Instant wall) {
    this.wallOffsetMillis = wall.toEpochMilli();
  }

  @Override
  public long nanos() {
    synchronized (lock) {
      return nanos;
    }
  }

  @Override
  public long wallMillis() {
    synchronized (lock) {
      return wallOffsetMillis + Math.floorDiv(nanos, 1_000_000L);
    }
  }

  @Override
  public TimeSource time() {
    return this;
  }

  @Override
  public Timer schedule(Duration delay, Runnable work) {
    requireNonNull(work, "work");
    long delayNanos = Math.max(0, saturatedNanos(delay));
    synchronized (lock) {
      Work added = new Work(saturatedSum(nanos, delayNanos), handedIn++, work);
      waiting.add(added);
      return added;
    }
  }

  @Override
  public void execute(Runnable work) {
    var unused = schedule(Duration.ZERO, work);
  }

  /** Lets the wall clock jump, as an operator or a time server may; timers do not notice. */
  public void jumpWall(Duration jump) {
    synchronized (lock) {
      wallOffsetMillis += jump.toMillis();
    }
  }

  /** Runs what is due now, and what that hands in for now, without moving the clock. */
  public void runReady() {
    advance(Duration.ZERO);
  }

  /**
   * Moves the clock on, stopping at each timer on the way.
   *
   * @throws AssertionError when work threw something; everything else that was due has run
   */
  public void advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("step: " + step + " (expected: 0 or more)");
    }
    long until = saturatedSum(nanos(), saturatedNanos(step));
    move(until, () -> false);
    synchronized (lock) {
      nanos = Math.max(nanos, until);
    }
  }

  /**
   * Moves the clock from timer to timer until none is left.
   *
   * @throws IllegalStateException after {@value #MAX_STEPS} pieces of work: something repeats for
   *     ever, use {@link #advance}
   */
  public void runUntilIdle() {
    move(Long.MAX_VALUE, () -> false);
  }

  /**
   * Moves the clock from timer to timer until {@code condition} holds.
   *
   * @return false when it did not hold within {@code limit}; the clock then stands there
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long until = saturatedSum(nanos(), saturatedNanos(limit));
    if (condition.getAsBoolean() || move(until, condition)) {
      return true;
    }
    synchronized (lock) {
      nanos = Math.max(nanos, until);
    }
    return condition.getAsBoolean();
  }

  /** How many timers and pieces of work wait. */
  public int pending() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  /** Returns true as soon as {@code enough} holds, false when nothing is due any more. */
  private boolean move(long untilNanos, BooleanSupplier enough) {
    synchronized (lock) {
      if (moving) {
        throw new IllegalStateException("the clock is being moved already (by the work it runs?)");
      }
      moving = true;
    }
    List<Throwable> failures = new ArrayList<>();
    boolean reached = false;
    try {
      int steps = 0;
      for (Work next = take(untilNanos); !reached && next != null; ) {
        run(next, failures);
        if (++steps > MAX_STEPS) {
          throw new IllegalStateException("no end after " + MAX_STEPS + " pieces of work");
        }
        reached = enough.getAsBoolean();
        next = reached ? null : take(untilNanos);
      }
    } finally {
      synchronized (lock) {
        moving = false;
      }
    }
    if (!failures.isEmpty()) {
      AssertionError error =
          new AssertionError(failures.size() + " pieces of work failed, first: " + failures.get(0));
      failures.forEach(error::addSuppressed);
      throw error;
    }
    return reached;
  }

  private static void run(Work work, List<Throwable> failures) {
    try {
      work.action.run();
    } catch (Throwable failure) {
      failures.add(failure);
    }
  }

  private @Nullable Work take(long untilNanos) {
    synchronized (lock) {
      Work next = waiting.peek();
      if (next == null || next.dueNanos > untilNanos) {
        return null;
      }
      waiting.remove();
      nanos = Math.max(nanos, next.dueNanos);
      return next;
    }
  }

  private static long saturatedNanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    return sum < a ? Long.MAX_VALUE : sum;
  }

  private final class Work implements Timer {
    private final long dueNanos;
    private final long order;
    private final Runnable action;

    Work(long dueNanos, long order, Runnable action) {
      this.dueNanos = dueNanos;
      this.order = order;
      this.action = action;
    }

    @Override
    public void cancel() {
      synchronized (lock) {
        waiting.remove(this);
      }
    }
  }
}

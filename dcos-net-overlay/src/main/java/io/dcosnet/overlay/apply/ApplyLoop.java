// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of the network of a host. It applies the newest state, compares when somebody else
 * changed something and every so often without being told, and tries again what failed.
 *
 * <p>The thread {@code dcosnet-overlay} begins with the first state, in the network namespace of
 * the thread that brings it, and ends with {@link #stop}.
 *
 * <p><b>Thread-safe.</b>
 */
final class ApplyLoop {

  /** What the thread does. Called by that thread only. */
  interface Passes {

    /** Once, before the first pass; throws when the kernel cannot be asked. */
    void open();

    HostReport pass(DesiredState state, boolean read, boolean readFilters);

    /** Is told of each pass that did not throw. */
    void done(HostReport report, long tookNanos);

    void failed();

    /** At the end; removes everything if it is not to be left in place. */
    void close(boolean leaveInPlace);
  }

  private static final long FIRST_RETRY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LAST_RETRY_NANOS = Duration.ofSeconds(60).toNanos();

  /** So that two who repair the same thing do not keep each other busy all the time. */
  private static final long BETWEEN_REPAIRS_NANOS = Duration.ofMillis(100).toNanos();

  /** As far as they move apart when each of them finds something. */
  private static final long LAST_BETWEEN_REPAIRS_NANOS = Duration.ofSeconds(30).toNanos();

  /** After so much quiet, they follow each other as fast as ever. */
  private static final long QUIET_NANOS = Duration.ofSeconds(60).toNanos();

  private static final int REPAIRS_AT_ONCE = 10;

  private static final Logger LOGGER = LoggerFactory.getLogger(ApplyLoop.class);

  private final TimeSource time;
  private final RandomGenerator random;
  private final Duration comparison;
  private final Passes passes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // All below under the lock.
  private final List<CompletableFuture<HostReport>> waiting = new ArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable DesiredState newest;
  private boolean damaged;
  private boolean filtersDamaged;
  private @Nullable Thread thread;
  private @Nullable Stop stop;

  // All below on the thread only.
  private boolean open;
  private @Nullable DesiredState applied;
  private boolean compared;
  private long compareAtNanos;
  private long repairedAtNanos;
  private long disturbedAtNanos;
  private long betweenRepairsNanos = BETWEEN_REPAIRS_NANOS;
  private int repairsInARow;
  private long retryAtNanos;
  private long retryNanos;

  private enum Stop {
    LEAVE,
    REMOVE
  }

  /** What one pass is for. */
  private record Task(
      DesiredState state,
      List<CompletableFuture<HostReport>> told,
      boolean read,
      boolean filters,
      boolean retry) {}

  /** A loop without a thread yet. */
  ApplyLoop(TimeSource time, RandomGenerator random, Duration comparison, Passes passes) {
    this.time = time;
    this.random = random;
    this.comparison = comparison;
    this.passes = passes;
  }

  /** Applies a state, or a newer one. */
  CompletionStage<HostReport> apply(DesiredState state) {
    requireNonNull(state, "state");
    CompletableFuture<HostReport> report = new CompletableFuture<>();
    lock.lock();
    try {
      if (stop != null) {
        report.completeExceptionally(stopped());
        return report.minimalCompletionStage();
      }
      newest = state;
      waiting.add(report);
      begin();
      news.signal();
    } finally {
      lock.unlock();
    }
    return report.minimalCompletionStage();
  }

  private static KernelException stopped() {
    return new KernelException("apply a state (the network was stopped)", Errno.ECANCELED);
  }

  /** Somebody else changed something, or may have: all but filters is compared at once. */
  void repair() {
    lock.lock();
    try {
      damaged = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #repair}, for filters. */
  void repairFilters() {
    lock.lock();
    try {
      filtersDamaged = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  CompletionStage<Void> stop(boolean leaveInPlace) {
    lock.lock();
    try {
      if (stop == null) {
        stop = leaveInPlace ? Stop.LEAVE : Stop.REMOVE;
        begin();
        news.signal();
      }
    } finally {
      lock.unlock();
    }
    return ended.minimalCompletionStage();
  }

  /** Under the lock. */
  private void begin() {
    if (thread == null) {
      thread = new Thread(this::run, "dcosnet-overlay");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    try {
      Task task = next();
      while (task != null) {
        pass(task);
        task = next();
      }
    } finally {
      end();
    }
  }

  /** Waits until there is something to do; null when that is to end. */
  private @Nullable Task next() {
    lock.lock();
    try {
      while (stop == null) {
        long left = left();
        if (left <= 0) {
          return take();
        }
        await(left);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Nanoseconds until there is something to do. Under the lock. */
  private long left() {
    if (newest != null) {
      return 0;
    }
    if (applied == null) {
      return Long.MAX_VALUE;
    }
    long now = time.nanos();
    long left = compareAtNanos - now;
    if (retryNanos > 0) {
      left = Math.min(left, retryAtNanos - now);
    }
    if (damaged || filtersDamaged) {
      left = Math.min(left, repairedAtNanos + betweenRepairsNanos - now);
    }
    return left;
  }

  /** Under the lock. */
  private Task take() {
    DesiredState fresh = newest;
    long now = time.nanos();
    boolean retry = retryNanos > 0 && retryAtNanos - now <= 0;
    boolean due = retry || (applied != null && compareAtNanos - now <= 0);
    if (fresh != null) {
      applied = fresh;
      newest = null;
    }
    Task task =
        new Task(
            requireNonNull(applied),
            List.copyOf(waiting),
            damaged || due,
            filtersDamaged || due,
            retry);
    waiting.clear();
    damaged = false;
    filtersDamaged = false;
    return task;
  }

  /** Nobody but us knows the thread, so nobody interrupts it. */
  @SuppressWarnings("WaitNotInLoop") // its caller goes round and looks again
  private void await(long nanos) {
    try {
      long unused = news.awaitNanos(nanos);
    } catch (InterruptedException e) {
      LOGGER.warn("the thread of the overlay was interrupted");
    }
  }

  private void pass(Task task) {
    long begun = time.nanos();
    try {
      if (!open) {
        passes.open();
        open = true;
      }
      HostReport report = passes.pass(task.state(), task.read(), task.filters());
      long now = time.nanos();
      if (task.read() || !compared) {
        compared = true;
        compareAtNanos = now + jittered(comparison.toNanos());
      }
      spaceRepairs(report, now);
      repairedAtNanos = now;
      retryLater(now, report.faults().stream().anyMatch(HostFault::mayPass), task.retry());
      tell(() -> passes.done(report, now - begun));
      task.told().forEach(stage -> stage.complete(report));
    } catch (RuntimeException | Error e) { // whoever waits shall know, whatever it is
      task.told().forEach(stage -> stage.completeExceptionally(e));
      if (retryNanos == 0 || retryNanos == LAST_RETRY_NANOS) {
        LOGGER.error("the network of the host could not be made true; tried again", e);
      }
      long now = time.nanos();
      compareAtNanos = now + jittered(comparison.toNanos());
      repairedAtNanos = now;
      retryLater(now, true, task.retry());
      tell(passes::failed);
    }
  }

  /** Metrics are the host's own code, and must neither end the thread nor spoil a good pass. */
  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      LOGGER.error("what became of a pass could not be told", e);
    }
  }

  /** Somebody who always puts back what we put right must not keep the host busy. */
  private void spaceRepairs(HostReport report, long now) {
    if (report.repair() && report.added() + report.changed() + report.removed() > 0) {
      // New states may come all the time, and say nothing of how long others kept their hands off.
      repairsInARow = now - disturbedAtNanos > QUIET_NANOS ? 1 : repairsInARow + 1;
      disturbedAtNanos = now;
    }
    int doublings = Math.max(0, Math.min(repairsInARow - REPAIRS_AT_ONCE, 10));
    long spaced = Math.min(BETWEEN_REPAIRS_NANOS << doublings, LAST_BETWEEN_REPAIRS_NANOS);
    if (spaced == LAST_BETWEEN_REPAIRS_NANOS && betweenRepairsNanos < spaced) {
      LOGGER.warn(
          "somebody keeps changing what the overlay needs; it is repaired every {} s from now on",
          Duration.ofNanos(spaced).toSeconds());
    }
    betweenRepairsNanos = spaced;
  }

  private long jittered(long nanos) {
    return nanos - nanos / 10 + random.nextLong(Math.max(1, nanos / 5));
  }

  /** Passes that new states or repairs called for move no retry: it may be all that helps. */
  private void retryLater(long now, boolean needed, boolean retried) {
    if (!needed) {
      retryNanos = 0;
    } else if (retryNanos == 0) {
      retryNanos = FIRST_RETRY_NANOS;
      retryAtNanos = now + retryNanos;
    } else if (retried) {
      retryNanos = Math.min(2 * retryNanos, LAST_RETRY_NANOS);
      retryAtNanos = now + retryNanos;
    }
  }

  private void end() {
    List<CompletableFuture<HostReport>> refused;
    boolean leave;
    lock.lock();
    try {
      refused = List.copyOf(waiting);
      waiting.clear();
      newest = null;
      if (stop == null) {
        stop = Stop.LEAVE; // the thread failed: whoever comes now is refused, not left waiting
      }
      leave = stop == Stop.LEAVE;
    } finally {
      lock.unlock();
    }
    refused.forEach(stage -> stage.completeExceptionally(stopped()));
    try {
      passes.close(leave);
      ended.complete(null);
    } catch (RuntimeException | Error e) {
      LOGGER.error("the network of the host did not end in good order", e);
      ended.completeExceptionally(e);
    }
  }
}

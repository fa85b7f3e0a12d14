// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one kernel path. It applies the newest table, looks again when somebody else
 * changed what is ours and every so often without being told, and wakes when a drain runs out.
 *
 * <p>The thread {@code dcosnet-NAME} begins with the first table, in the network namespace of the
 * thread that brings it, and ends with {@link #stop}.
 *
 * <p><b>Thread-safe.</b>
 */
public final class KernelLoop {

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration CLOSING_STEP = Duration.ofMillis(50);
  private static final Logger LOGGER = LoggerFactory.getLogger(KernelLoop.class);

  private final String name;
  private final TimeSource time;
  private final Duration repairInterval;
  private final KernelWork work;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // All below under the lock.
  private final List<CompletableFuture<ApplyReport>> waiting = new ArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private @Nullable VipTable newest;
  private boolean damaged;
  private @Nullable Thread thread;
  private @Nullable Stop stop;

  // All below on the thread only.
  private @Nullable VipTable applied;
  private boolean trusted;
  private long repairAtNanos;
  private long watchAtNanos;
  private long deadlineNanos = Target.NEVER;

  private record Stop(boolean leaveInPlace, long cutAtNanos) {}

  /**
   * A loop without a thread yet.
   *
   * @param name of the path
   * @param time whose monotonic clock the deadlines of targets are on
   * @param repairInterval longest time until damage is repaired that nobody told of
   */
  public KernelLoop(String name, TimeSource time, Duration repairInterval, KernelWork work) {
    this.name = requireNonNull(name, "name");
    this.time = requireNonNull(time, "time");
    this.repairInterval = requireNonNull(repairInterval, "repairInterval");
    this.work = requireNonNull(work, "work");
  }

  /** Applies a table, or a newer one; see {@link io.dcosnet.lb.datapath.DataPath#apply}. */
  public CompletionStage<ApplyReport> apply(VipTable table) {
    requireNonNull(table, "table");
    CompletableFuture<ApplyReport> report = new CompletableFuture<>();
    lock.lock();
    try {
      if (stop != null) {
        report.completeExceptionally(new IllegalStateException(name + ": stopped"));
        return report.minimalCompletionStage();
      }
      newest = table;
      waiting.add(report);
      begin();
      news.signal();
    } finally {
      lock.unlock();
    }
    return report.minimalCompletionStage();
  }

  /** Somebody else changed what is ours, or may have: it is compared and repaired at once. */
  public void repair() {
    lock.lock();
    try {
      damaged = true;
      news.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the path; see {@link io.dcosnet.lb.datapath.DataPath#stop}. */
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    lock.lock();
    try {
      if (stop == null) {
        stop = new Stop(leaveInPlace, time.nanos() + grace.toNanos());
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
      thread = new Thread(this::run, "dcosnet-" + name);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    Stop how;
    for (how = await(); how == null; how = await()) {
      if (isDue()) {
        pass();
      }
      watch();
    }
    refuseWaiting();
    Throwable failure = null;
    try {
      end(how);
    } catch (RuntimeException e) {
      LOGGER.error("data path {} did not end in good order", name, e);
      failure = e;
    }
    if (failure == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(failure);
    }
  }

  /** Waits until there is something to do; not null when that is to end. */
  private @Nullable Stop await() {
    lock.lock();
    try {
      while (stop == null && newest == null && !(damaged && applied != null)) {
        long now = time.nanos();
        long left =
            applied == null
                ? Long.MAX_VALUE
                : Math.min(repairAtNanos - now, watchAtNanos - now);
        if (applied != null && deadlineNanos != Target.NEVER) {
          left = Math.min(left, deadlineNanos - now);
        }
        if (left <= 0) {
          break;
        }
        if (left == Long.MAX_VALUE) {
          news.awaitUninterruptibly();
        } else {
          awaitNanos(left);
        }
      }
      return stop;
    } finally {
      lock.unlock();
    }
  }

  /** Else it is only time to {@link #watch}. */
  private boolean isDue() {
    long now = time.nanos();
    lock.lock();
    try {
      return newest != null
          || damaged
          || repairAtNanos - now <= 0
          || (deadlineNanos != Target.NEVER && deadlineNanos - now <= 0);
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    if (applied == null || watchAtNanos - time.nanos() > 0) {
      return;
    }
    watchAtNanos = time.nanos() + WATCH.toNanos();
    boolean changed;
    try {
      changed = work.watch();
    } catch (RuntimeException e) {
      LOGGER.warn("data path {} could not be watched; all is compared instead", name, e);
      changed = true;
    }
    if (changed) {
      repair();
    }
  }

  /** Nobody but us knows the thread, so nobody interrupts it. */
  private void awaitNanos(long nanos) {
    try {
      news.awaitNanos(nanos);
    } catch (InterruptedException e) {
      LOGGER.warn("data path {}: its thread was interrupted", name);
    }
  }

  private void pass() {
    VipTable table;
    List<CompletableFuture<ApplyReport>> told;
    boolean readBack;
    lock.lock();
    try {
      boolean fresh = newest != null;
      table = requireNonNull(fresh ? newest : applied);
      newest = null;
      told = List.copyOf(waiting);
      waiting.clear();
      readBack = damaged || !trusted || repairAtNanos - time.nanos() <= 0;
      damaged = false;
    } finally {
      lock.unlock();
    }
    if (applied == null) {
      watchAtNanos = time.nanos() + WATCH.toNanos();
    }
    applied = table;
    try {
      ApplyReport report = work.apply(table, readBack);
      trusted = true;
      if (readBack) {
        repairAtNanos = time.nanos() + repairInterval.toNanos();
      }
      deadlineNanos = firstDeadline(table);
      told.forEach(stage -> stage.complete(report));
    } catch (RuntimeException e) {
      trusted = false;
      long now = time.nanos();
      repairAtNanos = now + RETRY.toNanos();
      deadlineNanos = Target.NEVER;
      if (told.isEmpty()) {
        LOGGER.error("data path {} could not be repaired; tried again in {}", name, RETRY, e);
      }
      told.forEach(stage -> stage.completeExceptionally(e));
    }
  }

  /** Of those that are still to come; what is over was cut by this pass. */
  private long firstDeadline(VipTable table) {
    long now = time.nanos();
    long least = Long.MAX_VALUE;
    for (Service service : table.services().values()) {
      for (Target target : service.targets()) {
        if (target.drainDeadlineNanos() != Target.NEVER && !target.drainIsOver(now)) {
          least = Math.min(least, target.drainDeadlineNanos() - now);
        }
      }
    }
    return least == Long.MAX_VALUE ? Target.NEVER : now + least;
  }

  private void refuseWaiting() {
    List<CompletableFuture<ApplyReport>> refused;
    lock.lock();
    try {
      refused = List.copyOf(waiting);
      waiting.clear();
      newest = null;
    } finally {
      lock.unlock();
    }
    IllegalStateException stopped = new IllegalStateException(name + ": stopped");
    refused.forEach(stage -> stage.completeExceptionally(stopped));
  }

  private void end(Stop how) {
    if (!how.leaveInPlace() && applied != null) {
      work.withdraw();
      long left = how.cutAtNanos() - time.nanos();
      while (left > 0 && work.open() > 0) {
        lock.lock();
        try {
          awaitNanos(Math.min(left, CLOSING_STEP.toNanos()));
        } finally {
          lock.unlock();
        }
        left = how.cutAtNanos() - time.nanos();
      }
    }
    work.close(how.leaveInPlace());
  }
}

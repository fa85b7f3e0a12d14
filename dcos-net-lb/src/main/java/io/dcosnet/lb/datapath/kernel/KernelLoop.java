// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** Longer than any process runs. */
  private static final Duration NEVER = Duration.ofDays(36_500);

  /** About a minute of tries. */
  private static final int FAILURES_FOR_A_WORD = 60;

  private static final Duration CLOSING_STEP = Duration.ofMillis(50);

  /** So that two who repair the same thing do not keep each other busy all the time. */
  private static final long BETWEEN_REPAIRS_NANOS = Duration.ofMillis(100).toNanos();

  private static final Logger LOGGER = LoggerFactory.getLogger(KernelLoop.class);

  private final String name;
  private final TimeSource time;
  private final Duration repairInterval;
  private final KernelWork work;
  private final Duration watchInterval;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

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
  private @Nullable ApplyReport reported;
  private boolean trusted;
  private long repairAtNanos;
  private long repairedAtNanos;
  private long watchAtNanos;
  private int failures;
  private long deadlineNanos = Target.NEVER;

  /** So that a subscription ends itself, and not another one of the same listener. */
  private static final class Listener {
    private final Runnable told;

    Listener(Runnable told) {
      this.told = told;
    }
  }

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
    watchInterval = repairInterval.compareTo(WATCH) < 0 ? repairInterval : WATCH;
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

  /**
   * Calls back on the thread of the loop when what became of the newest table is another thing than
   * was reported of it, as of a service that the kernel took only later; must not block.
   */
  public Subscription onChange(Runnable listener) {
    Listener added = new Listener(requireNonNull(listener, "listener"));
    listeners.add(added);
    return () -> listeners.remove(added);
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

  /**
   * Ends the path; see {@link io.dcosnet.lb.datapath.DataPath#stop}. Asked once more it can only
   * end sooner: what is left in place is decided by the first call.
   */
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    lock.lock();
    try {
      long cutAtNanos = time.nanos() + grace.toNanos();
      if (stop == null) {
        stop = new Stop(leaveInPlace, cutAtNanos);
        begin();
        news.signal();
      } else if (cutAtNanos - stop.cutAtNanos() < 0) {
        stop = new Stop(stop.leaveInPlace(), cutAtNanos);
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
    } catch (RuntimeException | Error e) {
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
      while (stop == null && newest == null) {
        if (applied == null) {
          news.awaitUninterruptibly();
          continue;
        }
        long now = time.nanos();
        long left = Math.min(left(now), watchAtNanos - now);
        if (left <= 0) {
          break;
        }
        awaitNanos(left);
      }
      return stop;
    } finally {
      lock.unlock();
    }
  }

  /** Until there is something to do without a new table. Under the lock. */
  private long left(long now) {
    long left = repairAtNanos - now;
    if (deadlineNanos != Target.NEVER) {
      left = Math.min(left, deadlineNanos - now);
    }
    if (damaged) {
      left = Math.min(left, repairedAtNanos + BETWEEN_REPAIRS_NANOS - now);
    }
    return left;
  }

  /** Else it is only time to {@link #watch}. */
  private boolean isDue() {
    lock.lock();
    try {
      return newest != null || (applied != null && left(time.nanos()) <= 0);
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    if (applied == null || watchAtNanos - time.nanos() > 0) {
      return;
    }
    watchAtNanos = time.nanos() + watchInterval.toNanos();
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
  @SuppressWarnings("WaitNotInLoop") // its callers go round and look again
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
      watchAtNanos = time.nanos() + watchInterval.toNanos();
    }
    applied = table;
    long begun = time.nanos();
    try {
      ApplyReport report = work.apply(table, readBack);
      trusted = true;
      failures = 0;
      if (readBack) {
        repairedAtNanos = time.nanos();
        repairAtNanos = repairedAtNanos + untilComparison().toNanos();
      }
      told.forEach(stage -> stage.complete(report));
      tellChange(told.isEmpty(), report);
      // The pass cut what was over by its beginning, and maybe not what is over now.
      deadlineNanos = work.firstDeadline(table, begun);
    } catch (RuntimeException | Error e) { // whoever waits shall know, whatever it is
      trusted = false;
      repairedAtNanos = time.nanos();
      repairAtNanos = repairedAtNanos + RETRY.toNanos();
      deadlineNanos = Target.NEVER;
      if (failures++ % FAILURES_FOR_A_WORD == 0) {
        LOGGER.error("data path {} could not be made true; tried again in {}", name, RETRY, e);
      }
      told.forEach(stage -> stage.completeExceptionally(e));
    }
  }

  /** Whoever brought the table knows from its stage. */
  private void tellChange(boolean unasked, ApplyReport report) {
    ApplyReport before = reported;
    reported = report;
    if (!unasked || before == null || before.services().equals(report.services())) {
      return;
    }
    for (Listener listener : listeners) {
      try {
        listener.told.run();
      } catch (RuntimeException e) { // it must not end the loop, nor keep others from it
        LOGGER.error("data path {}: a listener failed", name, e);
      }
    }
  }

  private Duration untilComparison() {
    return work.comparesByItself() ? NEVER : repairInterval;
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
      try {
        work.withdraw();
        awaitQuiet();
      } catch (RuntimeException e) { // somebody may have removed all already
        LOGGER.warn("data path {} ends at once, as it could not be withdrawn", name, e);
      }
    }
    work.close(how.leaveInPlace());
  }

  private void awaitQuiet() {
    while (cutIsIn() > 0 && work.open() > 0) {
      lock.lock();
      try {
        awaitNanos(Math.min(cutIsIn(), CLOSING_STEP.toNanos()));
      } finally {
        lock.unlock();
      }
    }
  }

  /** Nanoseconds; asked anew each time, as another stop may have brought it nearer. */
  private long cutIsIn() {
    lock.lock();
    try {
      return requireNonNull(stop).cutAtNanos() - time.nanos();
    } finally {
      lock.unlock();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.health.Condition.Status;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One back end of one front end: what came in of it, and what it is taken for.
 *
 * <p>That a connection stands says that somebody accepts, not that a reset will not follow. So it
 * ends a row of connects that failed, but not one of resets: only a connection that was of use ends
 * both.
 *
 * <p>What comes in is <b>thread-safe</b>, allocates nothing and takes no lock. The verdict is
 * written by the judging thread only.
 */
final class Tally {

  final Place place;
  final Watch watch;

  private final LongAdder connected = new LongAdder();
  private final Map<Failure, LongAdder> failures = new ConcurrentHashMap<>(); // most need none
  private final AtomicInteger connectRow = new AtomicInteger();
  private final AtomicInteger resetRow = new AtomicInteger();
  private final AtomicBoolean queued = new AtomicBoolean();
  private volatile @Nullable Failure last;
  private volatile boolean onTrial;
  private volatile boolean trialStands;
  private volatile boolean trialServed;
  private volatile boolean trialFailed;

  // Written by the judge only.
  private volatile Status status = Status.HEALTHY;
  private volatile long untilNanos = Condition.NEVER;
  private volatile int timesInRow;
  private volatile long ejections;
  private volatile boolean gone;
  private boolean usable;
  private long sinceNanos;
  private int percent = 100; // of its share, while it begins slowly
  private long sweptConnected;
  private long sweptFailed;
  private long sweptResets;
  private Interval interval = Interval.QUIET;

  Tally(Place place, Watch watch) {
    this.place = place;
    this.watch = watch;
  }

  /** What happened between two sweeps: tries, and those of them that were of no use. */
  record Interval(long tries, long failures) {
    static final Interval QUIET = new Interval(0, 0);

    double successRate() {
      return tries == 0 ? 1 : (double) (tries - failures) / tries;
    }
  }

  // From any thread

  /** True when the judge should look. */
  boolean connected() {
    connected.increment();
    if (connectRow.get() != 0) {
      connectRow.set(0);
    }
    if (onTrial) {
      trialStands = true;
      return true;
    }
    return false;
  }

  /** True when the judge should look. */
  boolean served() {
    if (connectRow.get() != 0) {
      connectRow.set(0);
    }
    if (resetRow.get() != 0) {
      resetRow.set(0);
    }
    if (onTrial) {
      trialServed = true;
      return true;
    }
    return false;
  }

  /** True when the judge should look: with that many in a row, or when it was on trial. */
  boolean failed(Failure failure, int most) {
    failures.computeIfAbsent(failure, kind -> new LongAdder()).increment();
    last = failure;
    (failure == Failure.RESET ? resetRow : connectRow).incrementAndGet();
    if (onTrial) {
      trialFailed = true;
      return true;
    }
    return most > 0 && row() >= most;
  }

  /** True for the first who wants it judged since it was. */
  boolean queue() {
    return !queued.get() && queued.compareAndSet(false, true);
  }

  /** How many were of no use since one was. */
  int row() {
    return connectRow.get() + resetRow.get();
  }

  Status status() {
    return status;
  }

  long untilNanos() {
    return untilNanos;
  }

  int timesInRow() {
    return timesInRow;
  }

  Condition condition(boolean panic) {
    Map<Failure, Long> kinds = new EnumMap<>(Failure.class);
    failures.forEach((kind, count) -> kinds.put(kind, count.sum()));
    Status now = status;
    boolean overruled = panic && (now == Status.EJECTED || now == Status.TRIAL);
    return new Condition(now, untilNanos, timesInRow, row(), ejections, kinds, last, overruled);
  }

  /** True once nobody is told of it any more. */
  boolean gone() {
    return gone;
  }

  // By the judge

  void leave() {
    gone = true;
  }

  /** Whether it would get connections if nothing came in of it. */
  boolean usable() {
    return usable;
  }

  void usable(boolean now) {
    usable = now;
  }

  /** From now on it may be queued again. */
  void taken() {
    queued.set(false);
  }

  boolean distrusted() {
    return status == Status.EJECTED || status == Status.TRIAL;
  }

  boolean trialStands() {
    return trialStands;
  }

  boolean trialServed() {
    return trialServed;
  }

  boolean trialFailed() {
    return trialFailed;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the judge writes
  void eject(int times, long until) {
    ejections++;
    timesInRow = times;
    become(Status.EJECTED, until);
  }

  void tryOut() {
    become(Status.TRIAL, Condition.NEVER);
  }

  void beginSlowly(long nowNanos, long until, int least) {
    become(Status.SLOW_START, until);
    sinceNanos = nowNanos;
    percent = least;
  }

  /** When its slow start began. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** What it gets of its share, in hundredths. */
  int percent() {
    return percent;
  }

  void percent(int now) {
    percent = now;
  }

  void recover() {
    become(Status.HEALTHY, Condition.NEVER);
  }

  void due(long until) {
    untilNanos = until;
  }

  private void become(Status now, long until) {
    connectRow.set(0);
    resetRow.set(0);
    trialStands = false;
    trialServed = false;
    trialFailed = false;
    status = now;
    untilNanos = until;
    onTrial = now == Status.TRIAL;
    percent = 100;
  }

  /** One of its ejections in a row is forgiven. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the judge writes
  void forgive() {
    timesInRow--;
  }

  /** Ends the interval. */
  Interval sweep() {
    long resets = 0;
    long failed = 0;
    if (!failures.isEmpty()) {
      for (Map.Entry<Failure, LongAdder> kind : failures.entrySet()) {
        long count = kind.getValue().sum();
        failed += count;
        resets += kind.getKey() == Failure.RESET ? count : 0;
      }
    }
    long stood = connected.sum();
    // One that was reset is among those that stood.
    long tries = stood - sweptConnected + (failed - sweptFailed) - (resets - sweptResets);
    long bad = failed - sweptFailed;
    sweptConnected = stood;
    sweptFailed = failed;
    sweptResets = resets;
    interval = tries == 0 && bad == 0 ? Interval.QUIET : new Interval(Math.max(tries, bad), bad);
    return interval;
  }

  /** The last interval that ended. */
  Interval interval() {
    return interval;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.health.Condition.Status;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes back ends out for a while whose connections fail, brings them back carefully, and says what
 * everybody's weight is meanwhile.
 *
 * <p>One that was ejected gets one connection at a time when its time is over, until one turns out
 * well, and its share or a growing part of it from then on. Each further ejection in a row takes
 * longer. Where too much of a VIP would be ejected, nothing is: then the fault is rather here.
 *
 * <p>Makes tables, and tells when it would make another one; whoever owns it applies them. What
 * data paths tell comes in from any thread, costs some nanoseconds and allocates nothing unless
 * there is something to judge. <b>Confined to</b> one thread but for that and {@link #snapshot}.
 * Times are nanoseconds of one monotonic clock.
 */
public final class BackendHealth implements TrafficObserver {

  /** How long a connection on trial must stand that says nothing. */
  static final long TRIAL_NANOS = 1_000_000_000L;

  private static final int MOST_TIMES = 1_000_000; // times a day fits into a long

  private static final Comparator<Tally> SOONEST =
      Comparator.comparingLong(Tally::untilNanos).thenComparing(tally -> tally.place);

  /** Why a back end was ejected. */
  public enum Cause {
    CONSECUTIVE_FAILURES,
    SUCCESS_RATE,
    FAILURE_PERCENTAGE,
    TRIAL_FAILED
  }

  /** Learns of verdicts. */
  public interface Listener {
    /** {@link #judge} has something to do now. Comes from any thread; must not block. */
    void alarm();

    /** Comes while judging. */
    void ejected(Place place, Cause cause, long nanos);

    /** It proved itself. Comes while judging. */
    void returned(Place place);
  }

  private final HealthRules rules;
  private final SlowStart slowStart;
  private final RandomGenerator random;
  private final Listener listener;

  // Written by the judge, read by all.
  private final Map<Frontend, Watch> watches = new ConcurrentHashMap<>();
  private final Set<Tally> troubled = ConcurrentHashMap.newKeySet();
  private volatile Set<Frontend> inPanic = Set.of();

  private final Queue<Tally> queue = new ConcurrentLinkedQueue<>(); // each at most once
  private final AtomicBoolean alarmed = new AtomicBoolean();

  // The judge's own.
  private final Set<Tally> unwell = new LinkedHashSet<>(); // whoever is not healthy
  private @Nullable VipTable followed;
  private long begunNanos;
  private long sweepAtNanos;

  /**
   * One that knows of nobody.
   *
   * @param random for how long ejections take
   */
  public BackendHealth(HealthRules rules, RandomGenerator random, Listener listener) {
    this.rules = requireNonNull(rules, "rules");
    this.random = requireNonNull(random, "random");
    this.listener = requireNonNull(listener, "listener");
    slowStart = new SlowStart(rules);
  }

  // What data paths tell

  @Override
  public void connected(Frontend frontend, HostPort backend, long nanos) {
    Tally tally = tally(frontend, backend);
    if (tally != null && tally.connected()) {
      alarm(tally);
    }
  }

  @Override
  public void served(Frontend frontend, HostPort backend) {
    Tally tally = tally(frontend, backend);
    if (tally != null && tally.served()) {
      alarm(tally);
    }
  }

  @Override
  public void failed(Frontend frontend, HostPort backend, Failure failure) {
    Tally tally = tally(frontend, backend);
    if (tally != null) {
      troubled.add(tally);
      if (tally.failed(failure, rules.consecutiveFailures())) {
        alarm(tally);
      }
    }
  }

  private @Nullable Tally tally(Frontend frontend, HostPort backend) {
    Watch watch = watches.get(frontend);
    return watch == null ? null : watch.tally(backend);
  }

  private void alarm(Tally tally) {
    if (tally.queue()) {
      queue.add(tally);
      if (alarmed.compareAndSet(false, true)) {
        listener.alarm();
      }
    }
  }

  // What it says

  /** How everybody fares now. From any thread. */
  public HealthSnapshot snapshot() {
    Set<Frontend> panic = inPanic;
    Map<Place, Condition> conditions = new HashMap<>();
    for (Tally tally : troubled) {
      if (!tally.gone()) {
        conditions.put(tally.place, tally.condition(panic.contains(tally.watch.frontend())));
      }
    }
    return new HealthSnapshot(conditions, panic);
  }

  /** Back ends that are ejected or on trial. To be asked by the judge. */
  public Set<Place> distrusted() {
    return unwell.stream()
        .filter(Tally::distrusted)
        .map(tally -> tally.place)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The table without whom it does not trust; services that stay as they are are the same objects.
   * Learns from it whom there is to judge. Weights that only count nearby come after it, as they
   * make up for those that are left out.
   */
  public VipTable fit(VipTable base, long nowNanos) {
    follow(base, nowNanos);
    Set<Frontend> panic = new HashSet<>();
    Map<Frontend, Service> fitted = new HashMap<>();
    for (Tally tally : unwell) {
      Watch watch = tally.watch;
      if (tally.distrusted() && !fitted.containsKey(watch.frontend())) {
        fitted.put(watch.frontend(), watch.fit(rules));
        if (watch.panic()) {
          panic.add(watch.frontend());
        }
      }
    }
    inPanic = Set.copyOf(panic);
    return Watch.with(base, fitted);
  }

  /** The table with those that begin slowly at a part of their weight. Comes last. */
  public VipTable warm(VipTable table) {
    Map<Frontend, Service> warmed = new HashMap<>();
    for (Tally tally : unwell) {
      Frontend frontend = tally.watch.frontend();
      Service service = table.services().get(frontend);
      if (tally.status() == Status.SLOW_START && service != null) {
        warmed.computeIfAbsent(frontend, f -> tally.watch.warm(service));
      }
    }
    return Watch.with(table, warmed);
  }

  // Whom there is to judge

  @SuppressWarnings("ReferenceEquality") // what did not change is the same object
  private void follow(VipTable base, long nowNanos) {
    if (base == followed) {
      return;
    }
    if (followed == null) {
      begunNanos = nowNanos;
      sweepAtNanos = nowNanos + rules.sweepInterval().toNanos();
    }
    followed = base;
    for (Service service : base.services().values()) {
      Watch watch = watches.get(service.frontend());
      if (watch == null || !watch.base().key().equals(service.key())) {
        if (watch != null) {
          watch.all().forEach(this::leave);
        }
        watch = new Watch(service);
        follow(watch, service, nowNanos);
        watches.put(service.frontend(), watch);
      } else if (watch.base() != service) {
        follow(watch, service, nowNanos);
        release(watch);
      }
    }
    if (watches.size() != base.services().size()) {
      watches
          .entrySet()
          .removeIf(
              one -> {
                boolean gone = !base.services().containsKey(one.getKey());
                if (gone) {
                  one.getValue().all().forEach(this::leave);
                }
                return gone;
              });
    }
  }

  private void follow(Watch watch, Service service, long nowNanos) {
    boolean isNew = watch.all().isEmpty();
    Map<HostPort, Tally> now = new HashMap<>(service.targets().size() * 2);
    for (Target target : service.targets()) {
      Tally known = watch.tally(target.endpoint());
      Tally tally =
          known == null ? new Tally(new Place(service.key(), target.endpoint()), watch) : known;
      now.put(target.endpoint(), tally);
      boolean comesUp = target.takesNew() && !tally.usable();
      tally.usable(target.takesNew());
      if (comesUp && tally.status() == Status.EJECTED) {
        tally.tryOut(); // may be another task at the same place
      } else if (comesUp && !tally.distrusted() && !isNew && beginsSlowly(nowNanos)) {
        beginSlowly(tally, nowNanos);
      }
    }
    for (Tally tally : watch.all()) {
      if (!now.containsKey(tally.place.endpoint())) {
        leave(tally);
      }
    }
    watch.follow(service, now);
  }

  /** Whom it learns of in the first moments was up before. */
  private boolean beginsSlowly(long nowNanos) {
    return slowStart.isOn() && nowNanos - begunNanos >= slowStart.windowNanos();
  }

  private void leave(Tally tally) {
    tally.leave();
    unwell.remove(tally);
    troubled.remove(tally);
  }

  /** With fewer back ends, fewer may be ejected. */
  private void release(Watch watch) {
    int most = rules.mayEject(watch.usable());
    while (watch.ejected(false) > most) {
      watch.all().stream()
          .filter(tally -> tally.usable() && tally.status() == Status.EJECTED)
          .min(SOONEST)
          .ifPresent(Tally::tryOut);
    }
  }

  // Judging

  /** Comes to new verdicts where it is time; true when it would make another table now. */
  public boolean judge(long nowNanos) {
    alarmed.set(false); // before it looks, so that what comes meanwhile calls again
    boolean changed = false;
    for (Tally tally = queue.poll(); tally != null; tally = queue.poll()) {
      tally.taken();
      changed |= !tally.gone() && look(tally, nowNanos);
    }
    for (Tally tally : List.copyOf(unwell)) {
      changed |= age(tally, nowNanos);
    }
    if (nowNanos - sweepAtNanos >= 0 && followed != null) {
      sweepAtNanos = nowNanos + rules.sweepInterval().toNanos();
      changed |= sweep(nowNanos);
    }
    return changed;
  }

  /** When {@link #judge} has something to do by time alone; empty when nobody is to be judged. */
  public OptionalLong nextDue(long nowNanos) {
    if (watches.isEmpty()) {
      return OptionalLong.empty();
    }
    long least = sweepAtNanos - nowNanos;
    for (Tally tally : unwell) {
      if (tally.untilNanos() != Condition.NEVER) {
        least = Math.min(least, tally.untilNanos() - nowNanos);
      }
      if (tally.status() == Status.SLOW_START) {
        least = Math.min(least, slowStart.nextStep(nowNanos) - nowNanos);
      }
    }
    return OptionalLong.of(nowNanos + Math.max(0, least));
  }

  private boolean look(Tally tally, long nowNanos) {
    switch (tally.status()) {
      case HEALTHY, SLOW_START -> {
        int most = rules.consecutiveFailures();
        return most > 0
            && tally.row() >= most
            && eject(tally, Cause.CONSECUTIVE_FAILURES, nowNanos);
      }
      case TRIAL -> {
        if (tally.trialServed()) {
          pass(tally, nowNanos);
          return true;
        }
        if (tally.trialFailed()) {
          if (eject(tally, Cause.TRIAL_FAILED, nowNanos)) {
            return true;
          }
          tally.tryOut(); // one at a time, as others have taken what may be ejected
        } else if (tally.trialStands() && tally.untilNanos() == Condition.NEVER) {
          tally.due(nowNanos + TRIAL_NANOS);
        }
        return false;
      }
      case EJECTED -> {
        return false;
      }
    }
    throw new AssertionError(tally.status());
  }

  private boolean age(Tally tally, long nowNanos) {
    boolean due = tally.untilNanos() != Condition.NEVER && nowNanos - tally.untilNanos() >= 0;
    switch (tally.status()) {
      case EJECTED -> {
        if (due) {
          tally.tryOut();
          tally.watch.verdictsChanged();
        }
        return due;
      }
      case TRIAL -> {
        if (due) {
          pass(tally, nowNanos);
        }
        return due;
      }
      case SLOW_START -> {
        if (due) {
          recover(tally);
          return true;
        }
        int percent = slowStart.percent(tally.sinceNanos(), nowNanos);
        boolean grows = percent != tally.percent();
        tally.percent(percent);
        return grows;
      }
      case HEALTHY -> {
        return false;
      }
    }
    throw new AssertionError(tally.status());
  }

  private boolean sweep(long nowNanos) {
    boolean changed = false;
    for (Watch watch : watches.values()) {
      boolean failures = false;
      for (Tally tally : watch.all()) {
        boolean failed = tally.sweep().failures() > 0;
        failures |= failed;
        if (!failed && !tally.distrusted() && tally.timesInRow() > 0) {
          tally.forgive();
        }
      }
      if (failures) {
        for (Outliers.Outlier outlier : Outliers.among(watch.all(), rules)) {
          changed |= eject(outlier.tally(), outlier.cause(), nowNanos);
        }
      }
    }
    troubled.removeIf(Tally::gone); // told of by somebody who had it in hand still
    return changed;
  }

  /** False when no more of the VIP may be ejected. */
  private boolean eject(Tally tally, Cause cause, long nowNanos) {
    Watch watch = tally.watch;
    boolean again = tally.status() == Status.TRIAL; // it holds one of the places already
    if (!tally.usable() || watch.ejected(!again) >= rules.mayEject(watch.usable())) {
      return false;
    }
    int times = Math.min(MOST_TIMES, tally.timesInRow() + 1);
    long nanos = rules.ejectionNanos(times, random);
    tally.eject(times, nowNanos + nanos);
    unwell.add(tally);
    troubled.add(tally);
    watch.verdictsChanged();
    listener.ejected(tally.place, cause, nanos);
    return true;
  }

  private void pass(Tally tally, long nowNanos) {
    tally.watch.verdictsChanged();
    if (slowStart.isOn()) {
      beginSlowly(tally, nowNanos);
    } else {
      recover(tally);
    }
    listener.returned(tally.place);
  }

  private void beginSlowly(Tally tally, long nowNanos) {
    tally.beginSlowly(nowNanos, nowNanos + slowStart.windowNanos(), slowStart.leastPercent());
    unwell.add(tally);
    troubled.add(tally);
  }

  private void recover(Tally tally) {
    tally.recover();
    unwell.remove(tally);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.health.BackendHealth;
import io.dcosnet.lb.health.BackendHealth.Cause;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which back ends this node trusts, and which of them are near: has them judged by what the data
 * path tells, at once where it is urgent and else when it is time, and asks for a new table when a
 * verdict changed.
 *
 * <p><b>Confined to</b> the scheduler, but for {@link #snapshot} and what the data path tells.
 */
final class Fitness {

  private static final Logger LOGGER = LoggerFactory.getLogger(Fitness.class);

  private final Scheduler scheduler;
  private final LbMetrics metrics;
  private final Here here;
  private final BackendHealth health;
  private final BiConsumer<VipKey, String> noted;
  private final Runnable changed;
  private @Nullable Subscription observing;
  private Scheduler.@Nullable Timer timer;
  private boolean closed;
  private volatile Set<Place> distrusted = Set.of();

  /**
   * @param noted learns why the next table will be another one
   * @param changed asks for a new table
   */
  Fitness(
      HealthRules rules,
      Here here,
      Scheduler scheduler,
      RandomGenerator random,
      LbMetrics metrics,
      BiConsumer<VipKey, String> noted,
      Runnable changed) {
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.here = here;
    this.noted = noted;
    this.changed = changed;
    health = new BackendHealth(rules, random, new Verdicts());
  }

  /** What comes of verdicts. */
  private final class Verdicts implements BackendHealth.Listener {
    @Override
    public void alarm() {
      scheduler.execute(Fitness.this::judge);
    }

    @Override
    public void ejected(Place place, Cause cause, long nanos) {
      String name = cause.name().toLowerCase(Locale.ROOT);
      metrics.ejections(name).increment();
      noted.accept(place.key(), "ejected " + place.endpoint() + ": " + name);
      LOGGER.info(
          "ejected vip=\"{}\" backend={} cause={} seconds={}",
          place.key(),
          place.endpoint(),
          name,
          nanos / 1_000_000_000L);
    }

    @Override
    public void returned(Place place) {
      noted.accept(place.key(), "trusted again " + place.endpoint());
      LOGGER.info("trusted again vip=\"{}\" backend={}", place.key(), place.endpoint());
    }
  }

  /** Listens to a data path from now on. */
  void open(DataPath dataPath) {
    metrics.ejected(() -> distrusted.size());
    metrics.panicVips(() -> health.snapshot().inPanic().size());
    observing = dataPath.observe(health);
  }

  void close() {
    closed = true;
    if (observing != null) {
      observing.close();
    }
    if (timer != null) {
      timer.cancel();
    }
  }

  HealthSnapshot snapshot() {
    return health.snapshot();
  }

  /**
   * The table as it counts here and now. What is near makes up for near ones that are left out, so
   * that comes between the two; where only this node's own count, others make up for nobody.
   */
  VipTable tune(VipTable assembled) {
    long now = scheduler.time().nanos();
    VipTable tuned = health.warm(here.tune(health.fit(here.confine(assembled), now)));
    distrusted = health.distrusted();
    arm();
    return tuned;
  }

  /** Back ends that are ejected or on trial. */
  Set<Place> distrusted() {
    return distrusted;
  }

  private void judge() {
    if (closed) {
      return;
    }
    boolean other = health.judge(scheduler.time().nanos());
    distrusted = health.distrusted();
    arm();
    if (other) {
      changed.run();
    }
  }

  private void arm() {
    if (timer != null) {
      timer.cancel();
    }
    long now = scheduler.time().nanos();
    OptionalLong due = health.nextDue(now);
    timer =
        due.isEmpty()
            ? null
            : scheduler.schedule(Duration.ofNanos(due.getAsLong() - now), this::judge);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.check.Probe.Outcome;
import io.dcosnet.lb.check.Probe.Result;
import io.dcosnet.lb.check.Probe.Subject;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries back ends over and over, each in its own rhythm, and tells when what it finds changes.
 *
 * <p><b>Confined to</b> the scheduler.
 */
public final class CheckLoop {

  /** Most tries under way; further ones wait for their turn. */
  static final int MAX_OPEN = 256;

  /** Most back ends of one node; further ones are not tried, and counted once. */
  public static final int MAX_SUBJECTS = 10_000;

  private static final Duration WAIT = Duration.ofMillis(100);
  private static final Logger LOGGER = LoggerFactory.getLogger(CheckLoop.class);

  /** Learns what was found. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Something else was found than before.
     *
     * @param good what is true of a back end that nothing was found of yet
     */
    void found(Place place, boolean good);
  }

  private final class One {
    private final Place place;
    private final Subject subject;
    private final Streak streak = new Streak(rules.rise(), rules.fall());
    private Scheduler.@Nullable Timer timer;
    private boolean over;

    One(Place place, Subject subject) {
      this.place = place;
      this.subject = subject;
    }

    void later(Duration delay) {
      timer = scheduler.schedule(delay, this::turn);
    }

    private void turn() {
      if (open >= MAX_OPEN) {
        later(WAIT);
        return;
      }
      open++;
      CompletionStage<Outcome> trying;
      try {
        trying = probe.probe(subject, rules.timeout());
      } catch (RuntimeException e) { // it must not be the last try of this one
        trying = CompletableFuture.failedStage(e);
      }
      trying.whenCompleteAsync((outcome, failure) -> tried(outcome, failure), scheduler);
    }

    private void tried(@Nullable Outcome outcome, @Nullable Throwable failure) {
      open--;
      if (over) {
        return;
      }
      if (outcome == null || outcome.result() == Result.NOTHING) {
        metrics.checks("nothing").increment();
        LOGGER.debug("cannot check {}: {}", place, outcome, failure);
      } else {
        boolean good = outcome.result() == Result.GOOD;
        metrics.checks(good ? "good" : "bad").increment();
        if (streak.add(good)) {
          LOGGER.info(
              "checked vip=\"{}\" backend={} good={} last=\"{}\"",
              place.key(),
              place.endpoint(),
              good,
              outcome.detail());
          listener.found(place, good);
        }
      }
      // Apart from others in a cluster that started at once, and from oneself after a pause.
      long interval = rules.interval().toNanos();
      later(Duration.ofNanos(interval - interval / 20 + random.nextLong(interval / 10 + 1)));
    }

    void end() {
      over = true;
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  private final CheckRules rules;
  private final Probe probe;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final LbMetrics metrics;
  private final Listener listener;
  private final Map<Place, One> running = new HashMap<>();
  private final Set<Place> beyond = new HashSet<>(); // counted already
  private int open;

  /** Tries nothing yet. */
  public CheckLoop(
      CheckRules rules,
      Probe probe,
      Scheduler scheduler,
      RandomGenerator random,
      LbMetrics metrics,
      Listener listener) {
    this.rules = requireNonNull(rules, "rules");
    this.probe = requireNonNull(probe, "probe");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.random = requireNonNull(random, "random");
    this.metrics = requireNonNull(metrics, "metrics");
    this.listener = requireNonNull(listener, "listener");
  }

  /** Tries these from now on; what was found of others is found no more. */
  public void follow(Map<Place, Subject> subjects) {
    for (One one : Map.copyOf(running).values()) {
      if (!one.subject.equals(subjects.get(one.place))) {
        running.remove(one.place);
        one.end();
        if (!one.streak.isGood()) {
          listener.found(one.place, true);
        }
      }
    }
    beyond.retainAll(subjects.keySet());
    subjects.forEach(
        (place, subject) -> {
          if (!running.containsKey(place)) {
            begin(place, subject);
          }
        });
  }

  private void begin(Place place, Subject subject) {
    if (running.size() >= MAX_SUBJECTS) {
      if (beyond.add(place)) {
        metrics.rejected("CHECK_TOO_MANY").increment();
      }
      return;
    }
    beyond.remove(place);
    One one = new One(place, subject);
    running.put(place, one);
    one.later(Duration.ofNanos(random.nextLong(rules.interval().toNanos())));
  }

  /** Tries nothing any more, and finds nothing. */
  public void close() {
    running.values().forEach(One::end);
    running.clear();
    beyond.clear();
  }
}

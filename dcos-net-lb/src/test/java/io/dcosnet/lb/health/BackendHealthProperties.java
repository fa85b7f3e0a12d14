// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static io.dcosnet.lb.health.Patients.FRONTEND;
import static io.dcosnet.lb.health.Patients.endpoint;
import static io.dcosnet.lb.health.Patients.steady;
import static io.dcosnet.lb.health.Patients.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import io.dcosnet.lb.health.Condition.Status;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BackendHealthProperties {

  private static final Duration SWEEP = Duration.ofSeconds(10);

  /** Something happens to back end number {@code who} of those that there are. */
  record Event(Kind kind, int who, int much) {
    enum Kind {
      GOOD,
      REFUSED,
      RESET,
      TIME,
      BACK_ENDS
    }
  }

  @Provide
  Arbitrary<Event> event() {
    Arbitrary<Event.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(2, Event.Kind.GOOD),
            Tuple.of(5, Event.Kind.REFUSED),
            Tuple.of(3, Event.Kind.RESET),
            Tuple.of(2, Event.Kind.TIME),
            Tuple.of(1, Event.Kind.BACK_ENDS));
    return Combinators.combine(
            kinds, Arbitraries.integers().between(0, 39), Arbitraries.integers().between(1, 40))
        .as(Event::new);
  }

  @Property(tries = 300)
  void neverTakesOutMoreThanItMay(
      @ForAll @IntRange(min = 1, max = 40) int count,
      @ForAll @IntRange(max = 100) int most,
      @ForAll @IntRange(max = 100) int panic,
      @ForAll boolean slow,
      @ForAll @Size(max = 60) List<@From("event") Event> events) {
    HealthRules rules =
        HealthRules.builder()
            .maxEjectionPercent(most)
            .panicPercent(panic)
            .slowStart(Duration.ofSeconds(slow ? 30 : 0))
            .build();
    Patients patients = Patients.equal(rules, count);
    int size = count;
    for (Event event : events) {
      if (event.kind == Event.Kind.BACK_ENDS) {
        size = event.much;
        patients.follow(IntStream.range(0, size).mapToObj(i -> up(i, 1)).toArray(Target[]::new));
      } else {
        happen(patients, event, size);
      }
      List<Integer> weights = patients.weights();
      long out = weights.stream().filter(weight -> weight == 0).count();
      assertThat(out).isLessThanOrEqualTo(rules.mayEject(size));
      assertThat(weights.size() - out).as("left").isPositive();
      if (patients.health.snapshot().inPanic().isEmpty()) {
        long trusted =
            IntStream.range(0, size).filter(i -> !patients.condition(i).isDistrusted()).count();
        assertThat(trusted * 100).isGreaterThanOrEqualTo((long) size * panic);
      } else {
        assertThat(out).as("in panic").isZero();
      }
    }
  }

  @Property(tries = 200)
  void makesTheSameTableAgain(
      @ForAll @IntRange(min = 1, max = 30) int count,
      @ForAll @Size(max = 40) List<@From("event") Event> events) {
    Patients patients = Patients.equal(HealthRules.defaults(), count);
    for (Event event : events) {
      if (event.kind != Event.Kind.BACK_ENDS) {
        happen(patients, event, count);
      }
      VipTable table = patients.table();
      assertThat(patients.table().services().get(FRONTEND))
          .isSameAs(table.services().get(FRONTEND));
      assertThat(patients.judge()).as("judged twice").isFalse();
    }
  }

  @Property(tries = 200)
  void judgesRatesWhateverTheOrderWithinAnInterval(
      @ForAll @IntRange(min = 5, max = 12) int count,
      @ForAll @Size(min = 5, max = 12) List<@IntRange(max = 60) Integer> failures,
      @ForAll long seed) {
    HealthRules rules = steady().consecutiveFailures(0).failurePercent(30).build();
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int bad = i < failures.size() ? failures.get(i) : 0;
      events.addAll(Collections.nCopies(100, new Event(Event.Kind.GOOD, i, 1)));
      Event.Kind kind = i % 2 == 0 ? Event.Kind.REFUSED : Event.Kind.RESET;
      events.addAll(Collections.nCopies(bad, new Event(kind, i, 1)));
    }
    List<String> inOrder = verdicts(rules, count, events);
    Collections.shuffle(events, new Random(seed));
    assertThat(verdicts(rules, count, events)).isEqualTo(inOrder);
  }

  private static List<String> verdicts(HealthRules rules, int count, List<Event> events) {
    Patients patients = Patients.equal(rules, count);
    events.forEach(event -> happen(patients, event, count));
    patients.pass(SWEEP);
    return patients.news;
  }

  @Property(tries = 200)
  void neverShrinksWhileItBeginsSlowly(
      @ForAll @IntRange(min = 1, max = 3600) int window,
      @ForAll @IntRange(min = 1, max = 100) int least,
      @ForAll @IntRange(min = 1, max = 50) int tenthsOfAggression,
      @ForAll @IntRange(max = 1_000_000) int since,
      @ForAll @Size(max = 30) List<@IntRange(max = 600_000) Integer> steps) {
    SlowStart slowStart =
        new SlowStart(
            HealthRules.builder()
                .slowStart(Duration.ofSeconds(window))
                .slowStartMinPercent(least)
                .slowStartAggression(tenthsOfAggression / 10.0)
                .build());
    long now = since;
    int before = slowStart.percent(since, now);
    assertThat(before).isEqualTo(least);
    for (int step : steps) {
      assertThat(slowStart.nextStep(now)).isGreaterThan(now);
      now += step * 1_000_000L;
      int percent = slowStart.percent(since, now);
      assertThat(percent).isBetween(before, 100);
      before = percent;
    }
    assertThat(slowStart.percent(since, now + 2 * slowStart.windowNanos())).isEqualTo(100);
  }

  @Property(tries = 200)
  void alwaysComesBackToWhoIsGoodFromNowOn(
      @ForAll @IntRange(min = 2, max = 20) int count,
      @ForAll @Size(max = 60) List<@From("event") Event> events) {
    Patients patients = Patients.equal(HealthRules.defaults(), count);
    for (Event event : events) {
      if (event.kind != Event.Kind.BACK_ENDS) {
        happen(patients, event, count);
      }
    }
    for (int sweep = 0; sweep < 62; sweep++) { // longer than the longest ejection twice
      patients.pass(SWEEP);
      for (int i = 0; i < count; i++) {
        if (patients.status(i) != Status.EJECTED) {
          patients.good(i, 1);
        }
      }
      patients.judge();
    }
    assertThat(patients.table()).isSameAs(patients.base);
    assertThat(patients.health.snapshot().distrusted()).isEmpty();
  }

  private static void happen(Patients patients, Event event, int size) {
    int who = event.who % size;
    switch (event.kind) {
      case GOOD -> patients.good(who, event.much);
      case REFUSED -> patients.refused(who, event.much);
      case RESET -> patients.resets(who, event.much);
      case TIME -> patients.pass(Duration.ofSeconds(event.much));
      case BACK_ENDS -> patients.health.failed(FRONTEND, endpoint(99), Failure.OTHER);
    }
    patients.judge();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever happens to four back ends, in whatever order. */
class ServiceTargetsProperties {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final List<Backend.State> STATES = List.of(Backend.State.values());
  private static final List<Reach> REACHES = List.of(Reach.values());
  private static final long DRAIN = TableLimits.DEFAULTS.drain().toNanos();

  @Property(tries = 500)
  void whoIsReachedStaysAndWhoGoesIsGoneInTimeAndNotPutOff(@ForAll long seed) {
    Random random = new Random(seed);
    ServiceTargets made = new ServiceTargets(TableLimits.DEFAULTS);
    Map<HostPort, Long> outSince = new HashMap<>();
    Map<HostPort, Long> deadlines = new HashMap<>();
    long now = random.nextLong(); // a clock may begin anywhere
    for (int step = 0; step < 60; step++) {
      now += random.nextLong(4 * SECOND);
      Map<HostPort, Candidate> candidates = candidates(random);
      Set<HostPort> ended =
          places().stream()
              .filter(place -> !candidates.containsKey(place) && random.nextInt(3) == 0)
              .collect(Collectors.toSet());
      List<Target> targets = made.next(List.copyOf(candidates.values()), ended, now);

      assertThat(targets).extracting(Target::endpoint).isSorted().doesNotHaveDuplicates();
      boolean open =
          !candidates.isEmpty() && candidates.values().stream().noneMatch(Candidate::reachable);
      assertThat(made.failOpen()).isEqualTo(open);
      Map<HostPort, Target> byPlace = new HashMap<>();
      targets.forEach(target -> byPlace.put(target.endpoint(), target));
      for (HostPort place : places()) {
        Candidate candidate = candidates.get(place);
        Target target = byPlace.get(place);
        boolean stays =
            candidate != null
                && (open || candidate.reachable() || candidate.reach() == Reach.UNCERTAIN);
        if (stays) {
          assertThat(target).isNotNull();
          assertThat(target.drainDeadlineNanos()).isEqualTo(Target.NEVER);
          outSince.remove(place);
          deadlines.remove(place);
        } else if (target != null) {
          outSince.putIfAbsent(place, now);
          assertThat(target.takesNew()).isFalse();
          assertThat(target.drainDeadlineNanos() - now).isPositive();
          assertThat(now - outSince.get(place)).isLessThan(DRAIN);
          Long before = deadlines.put(place, target.drainDeadlineNanos());
          if (before != null) {
            assertThat(target.drainDeadlineNanos() - before).isNotPositive();
          }
        } else if (candidate == null) { // nothing of it is left
          outSince.remove(place);
          deadlines.remove(place);
        }
      }
    }
    long later = now + DRAIN;
    assertThat(made.next(List.of(), Set.of(), now)).allMatch(target -> !target.takesNew());
    assertThat(made.next(List.of(), Set.of(), later)).isEmpty();
  }

  private static Map<HostPort, Candidate> candidates(Random random) {
    Map<HostPort, Candidate> candidates = new HashMap<>();
    for (HostPort place : places()) {
      if (random.nextInt(4) != 0) {
        Backend.State state = STATES.get(random.nextInt(STATES.size()));
        Reach reach = REACHES.get(random.nextInt(REACHES.size()));
        Backend backend = new Backend(place, place.address(), random.nextInt(3), state);
        candidates.put(place, new Candidate(backend, reach, 1));
      }
    }
    return candidates;
  }

  private static List<HostPort> places() {
    List<HostPort> places = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      places.add(HostPort.parse("192.0.2." + i + ":80"));
    }
    return places;
  }
}

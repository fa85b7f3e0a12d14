// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable.Target;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two back ends, the second of which goes in one way or another. Times in seconds. */
class ServiceTargetsTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final HostPort FIRST = HostPort.parse("192.0.2.1:80");
  private static final HostPort SECOND_PLACE = HostPort.parse("192.0.2.2:80");

  private final ServiceTargets targets = new ServiceTargets(TableLimits.DEFAULTS);

  @Test
  void cutsWhatHasEndedAfterASecond() {
    both(0, Reach.REACHED);
    assertThat(ended(100)).contains(gone(101));
    assertThat(one(100)).contains(gone(101));
    assertThat(one(101)).hasSize(1);
  }

  @Test
  void cutsWhatIsGoneOtherwiseAfterHalfAMinute() {
    both(0, Reach.REACHED);
    assertThat(one(100)).contains(gone(130));
    assertThat(one(129)).contains(gone(130));
    assertThat(one(130)).hasSize(1);
  }

  @Test
  void cutsWhatWasGoneAndEndsAfterASecondToo() {
    both(0, Reach.REACHED);
    one(100);
    assertThat(ended(110)).contains(gone(111));
  }

  @Test
  void neverCutsWhatDrainsOrIsUnhealthyAndRuns() {
    both(0, Reach.REACHED);
    List<Target> draining =
        next(3600, candidate(FIRST, Reach.REACHED), draining(SECOND_PLACE, Reach.REACHED));
    assertThat(draining)
        .extracting(Target::state, Target::weight, Target::drainDeadlineNanos)
        .containsExactly(
            tuple(Backend.State.UP, 1, Target.NEVER),
            tuple(Backend.State.DRAINING, 0, Target.NEVER));
  }

  @Test
  void cutsWhatIsOnADeadNodeAfterASecondAndKeepsItOut() {
    both(0, Reach.REACHED);
    assertThat(both(100, Reach.DEAD)).extracting(Target::weight).containsExactly(1, 0);
    assertThat(deadline()).isEqualTo(101 * SECOND);
    assertThat(both(101, Reach.DEAD)).hasSize(1);
    assertThat(both(500, Reach.DEAD)).as("it does not come back by itself").hasSize(1);
    assertThat(one(600)).as("not when its entry goes either").hasSize(1);
  }

  @Test
  void drainsWhatIsOnANodeThatLeft() {
    both(0, Reach.REACHED);
    both(100, Reach.LEFT);
    assertThat(deadline()).isEqualTo(130 * SECOND);
    assertThat(both(130, Reach.LEFT)).hasSize(1);
  }

  @Test
  void hastensWhenANodeThatLeftIsDead() {
    both(0, Reach.REACHED);
    both(100, Reach.LEFT);
    both(110, Reach.DEAD);
    assertThat(deadline()).isEqualTo(111 * SECOND);
    both(110, Reach.LEFT);
    assertThat(deadline()).as("never put off").isEqualTo(111 * SECOND);
  }

  @Test
  void cutsNothingWhileTheGuardHoldsAndGivesAFullGraceAfterwards() {
    both(0, Reach.REACHED);
    both(100, Reach.DEAD);
    assertThat(both(100, Reach.UNCERTAIN)).extracting(Target::weight).containsExactly(1, 0);
    assertThat(deadline()).isEqualTo(Target.NEVER);
    both(500, Reach.DEAD);
    assertThat(deadline()).isEqualTo(501 * SECOND);
  }

  @Test
  void forgetsTheDeadlineOfWhatIsBack() {
    both(0, Reach.REACHED);
    both(100, Reach.DEAD);
    assertThat(both(100, Reach.REACHED)).allMatch(Target::takesNew);
    both(200, Reach.DEAD);
    assertThat(deadline()).isEqualTo(201 * SECOND);
    assertThat(both(300, Reach.DEAD)).hasSize(1);
    assertThat(both(400, Reach.REACHED)).as("after it was cut, too").allMatch(Target::takesNew);
  }

  @Test
  void usesAllAndCutsNothingWhereAllAreDead() {
    both(0, Reach.REACHED);
    both(100, Reach.DEAD);
    List<Target> open =
        next(200, candidate(FIRST, Reach.DEAD), candidate(SECOND_PLACE, Reach.LEFT));
    assertThat(open)
        .hasSize(2)
        .allMatch(Target::takesNew)
        .extracting(Target::drainDeadlineNanos)
        .containsOnly(Target.NEVER);
    assertThat(targets.failOpen()).isTrue();
  }

  @Test
  void sparesDoubtedOnesWhileOthersTakeWhatIsNew() {
    List<Target> spared = both(0, Reach.DOUBTED);
    assertThat(spared)
        .extracting(Target::weight, Target::share, Target::drainDeadlineNanos)
        .containsExactly(tuple(1, 1, Target.NEVER), tuple(0, 1, Target.NEVER));
    List<Target> last =
        next(1, draining(FIRST, Reach.REACHED), candidate(SECOND_PLACE, Reach.DOUBTED));
    assertThat(last).extracting(Target::weight).containsExactly(0, 1);
    List<Target> all =
        next(2, candidate(FIRST, Reach.DOUBTED), candidate(SECOND_PLACE, Reach.DOUBTED));
    assertThat(all).extracting(Target::weight).containsExactly(1, 1);
    assertThat(targets.failOpen()).isFalse();
  }

  @Test
  void cutsAtOnceWhereTheLimitsSaySo() {
    TableLimits none = new TableLimits(1, 1, Duration.ZERO, Duration.ZERO);
    assertThat(none.terminal()).as("never longer than to drain").isZero();
    ServiceTargets hasty = new ServiceTargets(none);
    hasty.next(List.of(candidate(FIRST, Reach.REACHED)), Set.of(), 0);
    assertThat(hasty.next(List.of(), Set.of(), 0)).isEmpty();
  }

  private List<Target> both(long second, Reach ofTheSecond) {
    return next(second, candidate(FIRST, Reach.REACHED), candidate(SECOND_PLACE, ofTheSecond));
  }

  private List<Target> one(long second) {
    return next(second, candidate(FIRST, Reach.REACHED));
  }

  private List<Target> ended(long second) {
    List<Candidate> rest = List.of(candidate(FIRST, Reach.REACHED));
    return targets.next(rest, Set.of(SECOND_PLACE), second * SECOND);
  }

  private List<Target> next(long second, Candidate... candidates) {
    last = targets.next(List.of(candidates), Set.of(), second * SECOND);
    return last;
  }

  private List<Target> last = List.of();

  private long deadline() {
    return last.get(1).drainDeadlineNanos();
  }

  private static Target gone(long deadlineSecond) {
    return new Target(SECOND_PLACE, Backend.State.DRAINING, 0, deadlineSecond * SECOND)
        .at(new VipTable.Origin(SECOND_PLACE.address(), ""));
  }

  private static Candidate candidate(HostPort place, Reach reach) {
    return new Candidate(backend(place, Backend.State.UP), reach, 1);
  }

  private static Candidate draining(HostPort place, Reach reach) {
    return new Candidate(backend(place, Backend.State.DRAINING), reach, 1);
  }

  private static Backend backend(HostPort place, Backend.State state) {
    IpAddress node = place.address();
    return new Backend(place, node, 1, state);
  }
}

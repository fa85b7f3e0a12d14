// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.sim.Fault.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(Schedule.random(5)).isEqualTo(Schedule.random(5));
    assertThat(Schedule.random(5)).isNotEqualTo(Schedule.random(6));
  }

  @Test
  void hasTheSizesThatWereAskedForAndEveryKindOfFault() {
    List<Schedule> schedules = LongStream.range(0, 2_000).mapToObj(Schedule::random).toList();

    assertThat(schedules.stream().filter(schedule -> schedule.nodes() <= 10).count())
        .isBetween(1_130L, 1_270L);
    assertThat(schedules.stream().filter(schedule -> schedule.nodes() > 30).count())
        .isBetween(150L, 250L);
    Set<Kind> kinds =
        schedules.stream()
            .flatMap(schedule -> schedule.faults().stream())
            .map(Fault::kind)
            .collect(Collectors.toSet());
    assertThat(kinds).hasSameSizeAs(Arrays.asList(Kind.values()));
    assertThat(schedules.stream().filter(Schedule::isGentle).count()).isGreaterThan(900);
  }

  @Test
  void runsTheSameWayTwice() {
    Schedule schedule = Schedule.random(11);

    assertThat(ScheduleRun.run(schedule)).isEqualTo(ScheduleRun.run(schedule));
  }
}

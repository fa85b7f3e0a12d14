// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.IpAddress;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecoveringAgentsTest {

  private static final Agent ONE = Agent.at("S1", IpAddress.parse("192.0.2.1"));
  private static final Agent THREE = Agent.at("S3", IpAddress.parse("192.0.2.3"));
  private static final Framework MARATHON = Framework.named("F1", "marathon");
  private static final Task ON_ONE = Task.named("a").framework("F1").runningOn("S1").build();
  private static final Task ON_THREE = Task.named("b").framework("F1").runningOn("S3").build();
  private static final ClusterState BEFORE =
      ClusterState.EMPTY.with(ONE).with(THREE).with(MARATHON).with(ON_ONE).with(ON_THREE);

  private final RecoveringAgents recovering = new RecoveringAgents(Duration.ofMinutes(10));

  private static long minutes(int minutes) {
    return Duration.ofMinutes(minutes).toNanos();
  }

  @Test
  void keepsWhatRanOnAgentsThatHaveNotComeBack() {
    ClusterState after = ClusterState.EMPTY.with(ONE).with(MARATHON).with(ON_ONE);

    assertThat(RecoveringAgents.keep(BEFORE, after, Set.of("S3"))).isEqualTo(BEFORE);
    assertThat(RecoveringAgents.keep(BEFORE, after, Set.of())).isEqualTo(after);
  }

  @Test
  void keepsTheFrameworkOfWhatItKeeps() {
    assertThat(RecoveringAgents.keep(BEFORE, ClusterState.EMPTY, Set.of("S1", "S3")))
        .isEqualTo(BEFORE);
  }

  @Test
  void takesTheMastersWordForAgentsThatCameBack() {
    ClusterState after = ClusterState.EMPTY.with(ONE).with(THREE).with(MARATHON).with(ON_ONE);

    assertThat(RecoveringAgents.keep(BEFORE, after, Set.of("S3"))).isEqualTo(after);
  }

  @Test
  void takesTheMastersWordForTasksThatRunElsewhereNow() {
    Task moved = ON_THREE.toBuilder().runningOn("S1").build();
    ClusterState after = ClusterState.EMPTY.with(ONE).with(MARATHON).with(moved);

    assertThat(RecoveringAgents.keep(BEFORE, after, Set.of("S3")).tasks()).containsExactly(moved);
  }

  @Test
  void knowsNothingOfAgentsThatItNeverSaw() {
    assertThat(RecoveringAgents.keep(ClusterState.EMPTY, ClusterState.EMPTY, Set.of("S9")))
        .isEqualTo(ClusterState.EMPTY);
  }

  @Test
  void waitsNoLongerThanTheGrace() {
    assertThat(recovering.waitingFor(Set.of("S3"), minutes(0))).containsExactly("S3");
    assertThat(recovering.waitingFor(Set.of("S3"), minutes(9))).containsExactly("S3");
    assertThat(recovering.waitingFor(Set.of("S3"), minutes(10))).isEmpty();
    assertThat(recovering.waitingFor(Set.of("S3"), minutes(11))).isEmpty();
  }

  @Test
  void startsAnewAfterTheNextElection() {
    assertThat(recovering.waitingFor(Set.of("S3"), minutes(0))).containsExactly("S3");
    assertThat(recovering.waitingFor(Set.of(), minutes(1))).isEmpty();
    assertThat(recovering.waitingFor(Set.of("S3"), minutes(30))).containsExactly("S3");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkPut;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskUpdated;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is believed of agents that a newly elected master has not heard from. */
class ElectionTest {

  private static final Agent ONE = Agent.at("S1", IpAddress.parse("192.0.2.1"));
  private static final Agent THREE = Agent.at("S3", IpAddress.parse("192.0.2.3"));
  private static final Framework MARATHON = Framework.named("F1", "marathon");
  private static final Framework SPARK = Framework.named("F2", "spark");
  private static final Task ON_ONE = Task.named("a").framework("F1").runningOn("S1").build();
  private static final Task ON_THREE = Task.named("b").framework("F2").runningOn("S3").build();
  private static final Task ALSO = Task.named("c").framework("F1").runningOn("S3").build();

  private final EventState state = new EventState(Duration.ofMinutes(10), host -> List.of());
  private ClusterState cluster =
      ClusterState.EMPTY
          .with(ONE)
          .with(THREE)
          .with(MARATHON)
          .with(SPARK)
          .with(ON_ONE)
          .with(ON_THREE)
          .with(ALSO);
  private long now;

  private void elected(String... recovered) {
    Snapshot snapshot =
        new Snapshot(
            List.of(ON_ONE),
            List.of(ONE),
            List.of(MARATHON),
            Map.of(),
            Map.of(),
            Set.of(recovered));
    cluster = state.snapshot(snapshot, cluster, now);
  }

  private void apply(OperatorEvent event) {
    cluster = cluster.apply(state.apply(event, cluster, now));
  }

  private void after(Duration step) {
    now += step.toNanos();
    cluster = cluster.apply(state.expire(cluster, now));
  }

  private List<String> tasks() {
    return cluster.tasks().stream().map(Task::name).sorted().toList();
  }

  @Test
  void believesInTheTasksOfAgentsThatAreStillAwaited() {
    elected("S3");

    assertThat(tasks()).containsExactly("a", "b", "c");
    assertThat(cluster.framework("F2")).contains(SPARK);
    assertThat(cluster.masters().awaited()).isEmpty();
    assertThat(state.awaitedAgents()).isEqualTo(1);
  }

  @Test
  void dropsAtOnceWhatRanOnAgentsThatNobodyAwaits() {
    elected();

    assertThat(tasks()).containsExactly("a");
    assertThat(cluster.agents()).containsExactly(ONE);
    assertThat(cluster.frameworks()).containsExactly(MARATHON);
  }

  @Test
  void dropsWhatAReturnedAgentDoesNotConfirmInTime() {
    elected("S3");

    after(Duration.ofMinutes(1));
    apply(new AgentAdded(THREE, null));
    apply(new TaskAdded(ALSO));
    after(Duration.ofSeconds(9));
    assertThat(tasks()).containsExactly("a", "b", "c");

    after(Duration.ofSeconds(1));
    assertThat(tasks()).containsExactly("a", "c");
    assertThat(cluster.agent("S3")).contains(THREE);
    assertThat(cluster.framework("F2")).as("nothing of it is left").isEmpty();
    assertThat(state.nextDeadline(now)).isEmpty();
  }

  @Test
  void dropsAFrameworkWhoseKeptTasksHaveEnded() {
    elected("S3");
    apply(new TaskUpdated("F2", ON_THREE.id(), "S3", TaskState.FINISHED, null, false));
    apply(new TaskAdded(ALSO));
    apply(new AgentAdded(THREE, null));

    after(Duration.ofSeconds(10));

    assertThat(tasks()).containsExactly("a", "c");
    assertThat(cluster.frameworks()).containsExactly(MARATHON);
  }

  @Test
  void keepsAFrameworkThatHasRegisteredMeanwhile() {
    elected("S3");
    apply(new FrameworkPut(SPARK, null));
    apply(new AgentAdded(THREE, null));

    after(Duration.ofSeconds(10));

    assertThat(tasks()).containsExactly("a");
    assertThat(cluster.framework("F2")).contains(SPARK);
  }

  @Test
  void dropsAnAgentThatStaysAway() {
    elected("S3");
    assertThat(state.nextDeadline(now)).hasValue(Duration.ofMinutes(10).toNanos());

    after(Duration.ofMinutes(10));

    assertThat(tasks()).containsExactly("a");
    assertThat(cluster.agents()).containsExactly(ONE);
  }

  @Test
  void dropsAnAgentThatTheMasterGivesUp() {
    elected("S3", "S9");

    apply(new AgentRemoved("S3"));
    apply(new AgentRemoved("S9"));

    assertThat(tasks()).containsExactly("a");
    assertThat(cluster.frameworks()).as("nothing of the other is left").containsExactly(MARATHON);
    assertThat(cluster.masters().awaited()).isEmpty();
    assertThat(state.awaitedAgents()).isZero();
  }

  @Test
  void namesTheAgentsOfWhichItKnowsNothingUntilTheyHaveTold() {
    elected("S3", "S9");
    assertThat(cluster.masters().awaited()).containsExactly("S9");

    apply(new AgentAdded(Agent.at("S9", IpAddress.parse("192.0.2.9")), null));
    after(Duration.ofSeconds(9));
    assertThat(cluster.masters().awaited()).containsExactly("S9");

    after(Duration.ofSeconds(1));
    assertThat(cluster.masters().awaited()).isEmpty();
  }

  @Test
  void waitsForAnUnknownAgentNoLongerThanTheGrace() {
    elected("S9");

    after(Duration.ofMinutes(10));
    assertThat(cluster.masters().awaited()).isEmpty();

    elected("S9");
    assertThat(cluster.masters().awaited()).as("the same master still waits").isEmpty();

    state.masterChanged();
    elected("S9");
    assertThat(cluster.masters().awaited()).as("another election").containsExactly("S9");
  }

  @Test
  void takesANewSnapshotsWordForAgentsThatAreBackInIt() {
    elected("S3");
    after(Duration.ofMinutes(1));
    elected("S3");
    assertThat(tasks()).containsExactly("a", "b", "c");
    assertThat(state.nextDeadline(now)).hasValue(Duration.ofMinutes(10).toNanos());

    elected();

    assertThat(tasks()).containsExactly("a");
    assertThat(state.awaitedAgents()).isZero();
  }

  @Test
  void takesTheMastersWordForATaskThatRunsElsewhereNow() {
    cluster = cluster.with(ON_ONE.toBuilder().runningOn("S3").build());

    elected("S3");
    after(Duration.ofMinutes(10));

    assertThat(tasks()).containsExactly("a");
    assertThat(cluster.task(ON_ONE.key())).contains(ON_ONE);
  }

  @Test
  void believesNothingWithoutGrace() {
    EventState strict = new EventState(Duration.ZERO, host -> List.of());
    Snapshot empty =
        new Snapshot(List.of(), List.of(), List.of(), Map.of(), Map.of(), Set.of("S3", "S9"));

    ClusterState after = strict.snapshot(empty, cluster, 0);

    assertThat(after.tasks()).isEmpty();
    assertThat(after.masters().awaited()).isEmpty();
  }
}

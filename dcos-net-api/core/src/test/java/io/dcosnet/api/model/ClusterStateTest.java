// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterStateTest {

  private static final Task WEB =
      Task.named("web").id("web.1").framework("F1").runningOn("S1").ports(31000, 31001).build();

  @Test
  void findsATaskByKeyAgentAndName() {
    ClusterState state = ClusterState.EMPTY.with(WEB);

    assertThat(state.task(new TaskKey("F1", "web.1"))).contains(WEB);
    assertThat(state.tasksOn("S1")).containsExactly(WEB);
    assertThat(state.tasksNamed("F1", "web")).containsExactly(WEB);
    assertThat(state.tasksNamed("F2", "web")).isEmpty();
    assertThat(state.tasksOn("S2")).isEmpty();
  }

  @Test
  void findsATaskWhereItMovedTo() {
    Task moved = WEB.toBuilder().runningOn("S2").name("web-new").build();

    ClusterState state = ClusterState.EMPTY.with(WEB).with(moved);

    assertThat(state.tasks()).containsExactly(moved);
    assertThat(state.tasksOn("S1")).isEmpty();
    assertThat(state.tasksOn("S2")).containsExactly(moved);
    assertThat(state.tasksNamed("F1", "web")).isEmpty();
    assertThat(state.tasksNamed("F1", "web-new")).containsExactly(moved);
  }

  @Test
  void keepsTasksApartWhoseIdsAreUniqueOnlyInTheirFramework() {
    Task other = WEB.toBuilder().framework("F2").build();

    assertThat(ClusterState.EMPTY.with(WEB).with(other).tasks()).containsExactly(WEB, other);
  }

  @Test
  void keepsTheTasksOfAnAgentThatGoes() {
    Agent agent = Agent.at("S1", IpAddress.parse("192.0.2.1"));

    ClusterState state = ClusterState.EMPTY.with(agent).with(WEB).withoutAgent("S1");

    assertThat(state.agents()).isEmpty();
    assertThat(state.tasksOn("S1")).containsExactly(WEB);
  }

  @Test
  void isTheSameStateWhenNothingIsThereToRemove() {
    ClusterState state = ClusterState.EMPTY.with(WEB);

    assertThat(state.without(new TaskKey("F1", "other"))).isSameAs(state);
    assertThat(state.withoutAgent("S1")).isSameAs(state);
    assertThat(state.withoutFramework("F1")).isSameAs(state);
  }

  @Test
  void holdsAppsAndPods() {
    App app = App.named("/web").label("HAPROXY_GROUP", "external").build();
    Pod pod =
        new Pod("/pod", "1", Pod.Status.STABLE, null, java.util.Map.of(), List.of(), List.of());

    ClusterState state = ClusterState.EMPTY.with(app).with(pod);

    assertThat(state.app("/web")).contains(app);
    assertThat(state.pod("/pod")).contains(pod);
    assertThat(state.withoutApp("/web").withoutPod("/pod")).isEqualTo(ClusterState.EMPTY);
  }

  @Test
  void givesViewsThatNobodyCanChange() {
    ClusterState state = ClusterState.EMPTY.with(WEB);

    assertThatThrownBy(() -> state.tasks().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void listsTasksAsTheyWereGiven() {
    Task last = WEB.toBuilder().id("zz").build();
    Task late = WEB.toBuilder().id("late").build();
    ClusterState given = ClusterState.of(List.of(last, WEB), List.of(), List.of(), Masters.NONE);

    assertThat(given.tasksAsListed()).containsExactly(last, WEB);
    assertThat(given.with(late).without(WEB.key()).tasksAsListed()).containsExactly(last, late);
    assertThat(given)
        .isEqualTo(ClusterState.of(List.of(WEB, last), List.of(), List.of(), Masters.NONE));
    assertThat(ClusterState.EMPTY.with(last).with(WEB).tasksAsListed()).containsExactly(WEB, last);
  }

  @Test
  void takesTheNewestStatusAndOfEqualOnesTheLater() {
    TaskStatus old = new TaskStatus(TaskState.RUNNING, 1, true, List.of(), Labels.NONE);
    TaskStatus first = new TaskStatus(TaskState.RUNNING, 2, true, List.of(), Labels.NONE);
    TaskStatus second = new TaskStatus(TaskState.RUNNING, 2, false, List.of(), Labels.NONE);
    TaskStatus killing = new TaskStatus(TaskState.KILLING, 3, null, List.of(), Labels.NONE);
    Task task = WEB.toBuilder().statuses(List.of(first, second, killing, old)).build();

    assertThat(task.newestStatus()).contains(killing);
    assertThat(task.newestStatus(TaskState.RUNNING)).contains(second);
    assertThat(task.newestStatus(TaskState.LOST)).isEmpty();
  }

  @Test
  void readsStatesByTheirWireNames() {
    for (TaskState state : TaskState.values()) {
      assertThat(TaskState.of(state.wireName())).isEqualTo(state);
    }
    assertThat(TaskState.of("RUNNING")).isEqualTo(TaskState.UNKNOWN);
    assertThat(TaskState.of("TASK_NEWER")).isEqualTo(TaskState.UNKNOWN);
  }
}

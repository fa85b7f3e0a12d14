// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Change;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

@PropertyDefaults(edgeCases = EdgeCasesMode.NONE) // empty states are frequent enough
@Domain(Clusters.class)
@Domain(DomainContext.Global.class)
class ClusterStateProperties {

  @Property
  void changeIsTheDifferenceOfSnapshots(@ForAll ClusterState before, @ForAll ClusterState after) {
    ClusterChange change = ClusterChange.between(before, after);

    assertThat(before.apply(change)).isEqualTo(after);
    assertThat(after.apply(inverse(change))).isEqualTo(before);
    assertThat(change.isEmpty()).isEqualTo(before.equals(after));
  }

  @Property
  void changeTouchesNothingThatIsTheSame(@ForAll ClusterState before, @ForAll ClusterState after) {
    ClusterChange change = ClusterChange.between(before, after);

    assertThat(change.tasks())
        .allSatisfy(
            one -> {
              TaskKey key = one.latest().key();
              assertThat(before.task(key).orElse(null)).isEqualTo(one.before());
              assertThat(after.task(key).orElse(null)).isEqualTo(one.after());
              assertThat(one.after()).isNotEqualTo(one.before());
            });
    assertThat(change.tasks()).extracting(one -> one.latest().key()).doesNotHaveDuplicates();
    assertThat(change.size())
        .isEqualTo(
            change.tasks().size()
                + change.agents().size()
                + change.frameworks().size()
                + change.apps().size()
                + change.pods().size()
                + (change.masters() == null ? 0 : 1));
  }

  @Property
  void changesCompose(
      @ForAll ClusterState first, @ForAll ClusterState second, @ForAll ClusterState third) {
    ClusterChange both =
        ClusterChange.between(first, second).then(ClusterChange.between(second, third));

    assertThat(first.apply(both)).isEqualTo(third);
    assertThat(sizes(both)).isEqualTo(sizes(ClusterChange.between(first, third)));
  }

  @Property
  void undoneChangesLeaveNothing(@ForAll ClusterState first, @ForAll ClusterState second) {
    ClusterChange there = ClusterChange.between(first, second);

    assertThat(there.then(ClusterChange.between(second, first)).isEmpty()).isTrue();
  }

  @Property
  void appliedToSaysWhatReallyHappens(
      @ForAll ClusterState state, @ForAll ClusterState from, @ForAll ClusterState to) {
    ClusterChange wish = ClusterChange.between(from, to);

    ClusterChange real = wish.appliedTo(state);

    assertThat(real)
        .usingRecursiveComparison()
        .ignoringCollectionOrder()
        .isEqualTo(ClusterChange.between(state, state.apply(wish)));
  }

  @Property
  void indexesAgreeWithAScan(
      @ForAll ClusterState start, @ForAll @Size(max = 20) List<Task> puts, @ForAll long removals) {
    ClusterState state = start;
    Map<TaskKey, Task> model = new HashMap<>();
    start.tasks().forEach(task -> model.put(task.key(), task));
    for (int i = 0; i < puts.size(); i++) {
      Task task = puts.get(i);
      if ((removals >>> i & 1) == 0) {
        state = state.with(task);
        model.put(task.key(), task);
      } else {
        state = state.without(task.key());
        model.remove(task.key());
      }
    }

    assertThat(state.tasks()).containsExactlyInAnyOrderElementsOf(model.values());
    for (String agent : List.of("S1", "S2", "S3", "S9")) {
      assertThat(state.tasksOn(agent))
          .containsExactlyInAnyOrderElementsOf(
              model.values().stream().filter(task -> task.agentId().equals(agent)).toList());
    }
    for (String framework : List.of("F1", "F2")) {
      for (String name : List.of("web1", "web2", "web3", "none")) {
        assertThat(state.tasksNamed(framework, name))
            .containsExactlyInAnyOrderElementsOf(
                model.values().stream()
                    .filter(task -> task.frameworkId().equals(framework))
                    .filter(task -> task.name().equals(name))
                    .toList());
      }
    }
  }

  @Property
  void buildingAtOnceEqualsBuildingStepByStep(
      @ForAll @Size(max = 12) List<Task> tasks,
      @ForAll @Size(max = 5) List<Agent> agents,
      @ForAll @Size(max = 5) List<Framework> frameworks,
      @ForAll Masters masters) {
    ClusterState steps = ClusterState.EMPTY.with(masters);
    for (Task task : tasks) {
      steps = steps.with(task);
    }
    for (Agent agent : agents) {
      steps = steps.with(agent);
    }
    for (Framework framework : frameworks) {
      steps = steps.with(framework);
    }

    ClusterState atOnce = ClusterState.of(tasks, agents, frameworks, masters);

    assertThat(atOnce).isEqualTo(steps).hasSameHashCodeAs(steps);
    for (Task task : tasks) {
      assertThat(atOnce.tasksOn(task.agentId())).isEqualTo(steps.tasksOn(task.agentId()));
      assertThat(atOnce.tasksNamed(task.frameworkId(), task.name()))
          .isEqualTo(steps.tasksNamed(task.frameworkId(), task.name()));
    }
  }

  @Property
  void olderStatesStayAsTheyWere(@ForAll ClusterState state, @ForAll Task task) {
    List<Task> before = List.copyOf(state.tasks());

    ClusterState added = state.with(task);
    ClusterState removed = state.without(task.key());

    assertThat(state.tasks()).containsExactlyElementsOf(before);
    assertThat(added.task(task.key())).contains(task);
    assertThat(removed.task(task.key())).isEmpty();
  }

  @Property
  void thingsComeInTheOrderOfTheirKeys(@ForAll ClusterState state) {
    assertThat(state.tasks()).extracting(Task::key).isSorted();
    assertThat(state.agents()).extracting(Agent::id).isSorted();
    assertThat(state.frameworks()).extracting(Framework::id).isSorted();
  }

  private static ClusterChange inverse(ClusterChange change) {
    return new ClusterChange(
        change.tasks().stream().map(ClusterStateProperties::inverse).toList(),
        change.agents().stream().map(ClusterStateProperties::inverse).toList(),
        change.frameworks().stream().map(ClusterStateProperties::inverse).toList(),
        change.apps().stream().map(ClusterStateProperties::inverse).toList(),
        change.pods().stream().map(ClusterStateProperties::inverse).toList(),
        change.masters() == null ? null : inverse(change.masters()));
  }

  private static <T> Change<T> inverse(Change<T> one) {
    return new Change<>(one.after(), one.before());
  }

  private static List<Integer> sizes(ClusterChange change) {
    return List.of(
        change.tasks().size(),
        change.agents().size(),
        change.frameworks().size(),
        change.apps().size(),
        change.pods().size(),
        change.masters() == null ? 0 : 1);
  }
}

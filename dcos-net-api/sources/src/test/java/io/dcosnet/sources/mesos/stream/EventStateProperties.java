// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkPut;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskUpdated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against a master that is made of a few maps and tells of each of its changes. */
class EventStateProperties {

  private static final int EVENTS = 300;

  /** The master, which knows the truth; agents 0-9 and frameworks 0-4. */
  private static final class Master {
    final Map<TaskKey, Task> tasks = new TreeMap<>();
    final Set<String> agents = new TreeSet<>();
    final Set<String> frameworks = new TreeSet<>();
    final Random random;
    private double clock;
    private int started;

    Master(long seed) {
      random = new Random(seed);
    }

    Snapshot snapshot(Set<String> lost) {
      return new Snapshot(
          tasks.values().stream().filter(task -> !lost.contains(task.agentId())).toList(),
          agents.stream().filter(id -> !lost.contains(id)).map(Master::agent).toList(),
          frameworks.stream().map(Master::framework).toList(),
          Map.of(),
          Map.of(),
          lost);
    }

    static Agent agent(String id) {
      return Agent.at(id, IpAddress.parse("192.0.2." + id.substring(1)));
    }

    static Framework framework(String id) {
      return Framework.named(id, "name-" + id);
    }

    OperatorEvent next() {
      String agent = "S" + random.nextInt(10);
      String framework = "F" + random.nextInt(5);
      return switch (random.nextInt(20)) {
        case 0 -> {
          agents.add(agent);
          yield new AgentAdded(agent(agent), null);
        }
        case 1 -> {
          agents.remove(agent);
          tasks.values().removeIf(task -> task.agentId().equals(agent));
          yield new AgentRemoved(agent);
        }
        case 2, 3 -> {
          frameworks.add(framework);
          yield new FrameworkPut(framework(framework), null);
        }
        case 4 -> {
          frameworks.remove(framework);
          tasks.values().removeIf(task -> task.frameworkId().equals(framework));
          yield new FrameworkRemoved(framework);
        }
        case 5 -> new OperatorEvent.Ignored();
        case 6, 7, 8, 9, 10 -> start(agent, framework);
        default -> tasks.isEmpty() ? new OperatorEvent.Heartbeat() : update();
      };
    }

    private OperatorEvent start(String agent, String framework) {
      agents.add(agent);
      frameworks.add(framework);
      Task task =
          Task.named("t" + started % 7)
              .id("t" + started++)
              .framework(framework)
              .runningOn(agent)
              .state(TaskState.STAGING)
              .build();
      tasks.put(task.key(), task);
      return new TaskAdded(task);
    }

    private OperatorEvent update() {
      List<Task> all = new ArrayList<>(tasks.values());
      Task task = all.get(random.nextInt(all.size()));
      TaskState[] states = TaskState.values();
      TaskState state = states[random.nextInt(states.length)];
      TaskStatus status =
          new TaskStatus(state, ++clock, random.nextBoolean(), List.of(), Labels.NONE);
      TaskUpdated event = new TaskUpdated(task.frameworkId(), task.id(), "", state, status, true);
      if (state.isTerminal()) {
        tasks.remove(task.key());
      } else {
        tasks.put(task.key(), TaskMerge.updated(task, event));
      }
      return event;
    }

    ClusterState truth() {
      ClusterState all = ClusterState.EMPTY;
      for (Task task : tasks.values()) {
        all = all.with(task);
      }
      for (String id : agents) {
        all = all.with(agent(id));
      }
      for (String id : frameworks) {
        all = all.with(framework(id));
      }
      return all;
    }
  }

  @Property(tries = 100)
  void knowsWhatTheMasterKnows(@ForAll long seed) {
    Master master = new Master(seed);
    EventState state = new EventState(Duration.ofMinutes(10), host -> List.of());
    ClusterState cluster = state.snapshot(master.snapshot(Set.of()), ClusterState.EMPTY, 0);
    for (int i = 0; i < EVENTS; i++) {
      OperatorEvent event = master.next();
      if (event instanceof TaskAdded added) {
        // As a master does, whose agents and frameworks are there before their tasks.
        cluster = apply(state, cluster, new AgentAdded(Master.agent(added.task().agentId()), null));
        cluster =
            apply(
                state,
                cluster,
                new FrameworkPut(Master.framework(added.task().frameworkId()), null));
      }
      cluster = apply(state, cluster, event);

      assertThat(cluster).isEqualTo(master.truth());
    }
    assertThat(state.takeResyncWanted()).isFalse();
    assertThat(state.snapshot(master.snapshot(Set.of()), cluster, 0)).isEqualTo(cluster);
  }

  /** What an event changes, really changes something, and nothing else. */
  private static ClusterState apply(EventState state, ClusterState before, OperatorEvent event) {
    ClusterChange change = state.apply(event, before, 0);
    ClusterState after = before.apply(change);
    assertThat(change.appliedTo(before)).isEqualTo(ClusterChange.between(before, after));
    return after;
  }

  @Property(tries = 100)
  void losesNothingInAnElectionAndKeepsNothingForEver(@ForAll long seed) {
    Master master = new Master(seed);
    for (int i = 0; i < EVENTS; i++) {
      master.next();
    }
    EventState state = new EventState(Duration.ofMinutes(10), host -> List.of());
    ClusterState before = state.snapshot(master.snapshot(Set.of()), ClusterState.EMPTY, 0);
    Set<String> lost = new TreeSet<>();
    master.agents.stream().filter(id -> master.random.nextBoolean()).forEach(lost::add);

    state.masterChanged();
    ClusterState elected = state.snapshot(master.snapshot(lost), before, 0);
    assertThat(elected).isEqualTo(before);

    long now = 0;
    ClusterState after = elected;
    for (String id : lost) {
      now += 1_000_000_000L;
      if (master.random.nextBoolean()) {
        after = after.apply(state.apply(new AgentAdded(Master.agent(id), null), after, now));
        for (Task task : List.copyOf(master.tasks.values())) {
          if (task.agentId().equals(id)) {
            after = after.apply(state.apply(new TaskAdded(task), after, now));
          }
        }
      } else {
        master.agents.remove(id);
        master.tasks.values().removeIf(task -> task.agentId().equals(id));
      }
    }
    now += Duration.ofMinutes(10).toNanos();
    after = after.apply(state.expire(after, now));

    assertThat(after).isEqualTo(master.truth());
    assertThat(state.nextDeadline(now)).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import io.dcosnet.api.event.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * Everything known of a cluster at one moment: tasks, agents, frameworks, masters.
 *
 * <p>A new state shares all that did not change with the one before, so a change of one task costs
 * microseconds and a few kilobytes in a cluster of 50 000. Collections returned here are views
 * without a defined order.
 *
 * <p><b>Immutable.</b>
 */
public final class ClusterState {

  /** Nothing known. */
  public static final ClusterState EMPTY =
      new ClusterState(
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          Masters.NONE);

  private record Service(String frameworkId, String name) {}

  private final PMap<TaskKey, Task> tasks;
  private final PMap<String, Agent> agents;
  private final PMap<String, Framework> frameworks;
  // The two indexes hold keys, so that a mere status change leaves them alone.
  private final PMap<String, PSet<TaskKey>> byAgent;
  private final PMap<Service, PSet<TaskKey>> byService;
  private final Masters masters;

  private ClusterState(
      PMap<TaskKey, Task> tasks,
      PMap<String, Agent> agents,
      PMap<String, Framework> frameworks,
      PMap<String, PSet<TaskKey>> byAgent,
      PMap<Service, PSet<TaskKey>> byService,
      Masters masters) {
    this.tasks = tasks;
    this.agents = agents;
    this.frameworks = frameworks;
    this.byAgent = byAgent;
    this.byService = byService;
    this.masters = masters;
  }

  public Collection<Task> tasks() {
    return tasks.values();
  }

  public Optional<Task> task(TaskKey key) {
    return Optional.ofNullable(tasks.get(key));
  }

  /** Tasks whose agent id is this one, also when no such agent is known. */
  public List<Task> tasksOn(String agentId) {
    return resolve(byAgent.get(agentId));
  }

  /** Tasks of this framework with exactly this name. */
  public List<Task> tasksNamed(String frameworkId, String name) {
    return resolve(byService.get(new Service(frameworkId, name)));
  }

  public Collection<Agent> agents() {
    return agents.values();
  }

  public Optional<Agent> agent(String id) {
    return Optional.ofNullable(agents.get(id));
  }

  public Collection<Framework> frameworks() {
    return frameworks.values();
  }

  public Optional<Framework> framework(String id) {
    return Optional.ofNullable(frameworks.get(id));
  }

  public Masters masters() {
    return masters;
  }

  /** This state with the task added, or in place of the one with its key. */
  public ClusterState with(Task task) {
    Task before = tasks.get(task.key());
    boolean sameAgent = before != null && before.agentId().equals(task.agentId());
    boolean sameService = before != null && service(before).equals(service(task));
    PMap<String, PSet<TaskKey>> agentIndex = byAgent;
    PMap<Service, PSet<TaskKey>> serviceIndex = byService;
    if (!sameAgent) {
      agentIndex = before == null ? agentIndex : drop(agentIndex, before.agentId(), task.key());
      agentIndex = add(agentIndex, task.agentId(), task.key());
    }
    if (!sameService) {
      serviceIndex =
          before == null ? serviceIndex : drop(serviceIndex, service(before), task.key());
      serviceIndex = add(serviceIndex, service(task), task.key());
    }
    return new ClusterState(
        tasks.plus(task.key(), task), agents, frameworks, agentIndex, serviceIndex, masters);
  }

  /** This state without the task of that key, if it is there. */
  public ClusterState without(TaskKey key) {
    Task before = tasks.get(key);
    if (before == null) {
      return this;
    }
    return new ClusterState(
        tasks.minus(key),
        agents,
        frameworks,
        drop(byAgent, before.agentId(), key),
        drop(byService, service(before), key),
        masters);
  }

  /** This state with the agent added, or in place of the one with its id. */
  public ClusterState with(Agent agent) {
    return withAgents(agents.plus(agent.id(), agent));
  }

  /** This state without that agent; its tasks stay until they are removed themselves. */
  public ClusterState withoutAgent(String id) {
    return agents.containsKey(id) ? withAgents(agents.minus(id)) : this;
  }

  /** This state with the framework added, or in place of the one with its id. */
  public ClusterState with(Framework framework) {
    return withFrameworks(frameworks.plus(framework.id(), framework));
  }

  /** This state without that framework; its tasks stay until they are removed themselves. */
  public ClusterState withoutFramework(String id) {
    return frameworks.containsKey(id) ? withFrameworks(frameworks.minus(id)) : this;
  }

  /** This state with other masters. */
  public ClusterState with(Masters newMasters) {
    return new ClusterState(tasks, agents, frameworks, byAgent, byService, newMasters);
  }

  /** This state after the change; only the {@code after} sides and keys of the change count. */
  public ClusterState apply(ClusterChange change) {
    ClusterState state = this;
    for (Change<Task> task : change.tasks()) {
      Task after = task.after();
      state = after == null ? state.without(task.latest().key()) : state.with(after);
    }
    for (Change<Agent> agent : change.agents()) {
      Agent after = agent.after();
      state = after == null ? state.withoutAgent(agent.latest().id()) : state.with(after);
    }
    for (Change<Framework> framework : change.frameworks()) {
      Framework after = framework.after();
      state = after == null ? state.withoutFramework(framework.latest().id()) : state.with(after);
    }
    Change<Masters> mastersChange = change.masters();
    return mastersChange == null ? state : state.with(mastersChange.latest());
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof ClusterState that
        && tasks.equals(that.tasks)
        && agents.equals(that.agents)
        && frameworks.equals(that.frameworks)
        && masters.equals(that.masters);
  }

  @Override
  public int hashCode() {
    return tasks.hashCode();
  }

  @Override
  public String toString() {
    return "ClusterState[tasks="
        + tasks.size()
        + ", agents="
        + agents.size()
        + ", frameworks="
        + frameworks.size()
        + "]";
  }

  private ClusterState withAgents(PMap<String, Agent> newAgents) {
    return new ClusterState(tasks, newAgents, frameworks, byAgent, byService, masters);
  }

  private ClusterState withFrameworks(PMap<String, Framework> newFrameworks) {
    return new ClusterState(tasks, agents, newFrameworks, byAgent, byService, masters);
  }

  private List<Task> resolve(@Nullable Collection<TaskKey> keys) {
    if (keys == null) {
      return List.of();
    }
    List<Task> found = new ArrayList<>(keys.size());
    for (TaskKey key : keys) {
      Task task = tasks.get(key);
      if (task != null) {
        found.add(task);
      }
    }
    return found;
  }

  private static Service service(Task task) {
    return new Service(task.frameworkId(), task.name());
  }

  private static <K> PMap<K, PSet<TaskKey>> add(
      PMap<K, PSet<TaskKey>> index, K under, TaskKey key) {
    PSet<TaskKey> keys = index.get(under);
    return index.plus(under, keys == null ? HashTreePSet.singleton(key) : keys.plus(key));
  }

  private static <K> PMap<K, PSet<TaskKey>> drop(
      PMap<K, PSet<TaskKey>> index, K under, TaskKey key) {
    PSet<TaskKey> keys = index.get(under);
    if (keys == null) {
      return index;
    }
    PSet<TaskKey> rest = keys.minus(key);
    return rest.isEmpty() ? index.minus(under) : index.plus(under, rest);
  }
}

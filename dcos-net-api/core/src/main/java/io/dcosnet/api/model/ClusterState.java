// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import io.dcosnet.api.event.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Everything known of a cluster at one moment: tasks, agents, frameworks, masters, and the apps and
 * pods behind the tasks where a source tells of them.
 *
 * <p>A new state shares all that did not change with the one before, so a change of one task costs
 * microseconds and a few kilobytes in a cluster of 50 000. Collections returned here are views in
 * the order of their keys.
 *
 * <p><b>Immutable.</b>
 */
public final class ClusterState {

  private record Service(String frameworkId, String name) implements Comparable<Service> {
    @Override
    public int compareTo(Service other) {
      int byName = name.compareTo(other.name);
      return byName != 0 ? byName : frameworkId.compareTo(other.frameworkId);
    }
  }

  /** Nothing known. */
  public static final ClusterState EMPTY =
      new ClusterState(
          TreePMap.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          TreePMap.empty(),
          Rest.NONE);

  // Trees rather than hash tables: ids are foreign input and could be made to collide.
  private final TreePMap<TaskKey, Task> tasks;
  private final TreePMap<String, Agent> agents;
  private final TreePMap<String, Framework> frameworks;
  // The two indexes hold keys, so that a mere status change leaves them alone.
  private final TreePMap<String, TreePSet<TaskKey>> byAgent;
  private final TreePMap<Service, TreePSet<TaskKey>> byService;
  private final Rest rest;

  /** What changes seldom, out of the way of what changes often. */
  private record Rest(
      TreePMap<String, App> apps,
      TreePMap<String, Pod> pods,
      Masters masters,
      List<TaskKey> listed) {
    static final Rest NONE = new Rest(TreePMap.empty(), TreePMap.empty(), Masters.NONE, List.of());

    /** In what order something was listed makes no difference to a cluster. */
    boolean isLike(Rest other) {
      return apps.equals(other.apps) && pods.equals(other.pods) && masters.equals(other.masters);
    }
  }

  private ClusterState(
      TreePMap<TaskKey, Task> tasks,
      TreePMap<String, Agent> agents,
      TreePMap<String, Framework> frameworks,
      TreePMap<String, TreePSet<TaskKey>> byAgent,
      TreePMap<Service, TreePSet<TaskKey>> byService,
      Rest rest) {
    this.tasks = tasks;
    this.agents = agents;
    this.frameworks = frameworks;
    this.byAgent = byAgent;
    this.byService = byService;
    this.rest = rest;
  }

  /**
   * A state with all this, as cheap as sorting it. Where several things have one key the last
   * counts.
   */
  public static ClusterState of(
      Collection<Task> tasks,
      Collection<Agent> agents,
      Collection<Framework> frameworks,
      Masters masters) {
    SortedMap<TaskKey, Task> tasksByKey = keyed(tasks, Task::key);
    SortedMap<String, SortedSet<TaskKey>> agentIndex = new TreeMap<>();
    SortedMap<Service, SortedSet<TaskKey>> serviceIndex = new TreeMap<>();
    for (Task task : tasksByKey.values()) {
      agentIndex.computeIfAbsent(task.agentId(), id -> new TreeSet<>()).add(task.key());
      serviceIndex.computeIfAbsent(service(task), name -> new TreeSet<>()).add(task.key());
    }
    return new ClusterState(
        TreePMap.fromSortedMap(tasksByKey),
        TreePMap.fromSortedMap(keyed(agents, Agent::id)),
        TreePMap.fromSortedMap(keyed(frameworks, Framework::id)),
        frozen(agentIndex),
        frozen(serviceIndex),
        new Rest(
            TreePMap.empty(),
            TreePMap.empty(),
            masters,
            tasks.stream().map(Task::key).distinct().toList()));
  }

  private static <K extends Comparable<K>, T> SortedMap<K, T> keyed(
      Collection<T> things, Function<T, K> key) {
    SortedMap<K, T> map = new TreeMap<>();
    things.forEach(thing -> map.put(key.apply(thing), thing));
    return map;
  }

  private static <K extends Comparable<K>> TreePMap<K, TreePSet<TaskKey>> frozen(
      SortedMap<K, SortedSet<TaskKey>> index) {
    SortedMap<K, TreePSet<TaskKey>> frozen = new TreeMap<>();
    index.forEach((key, set) -> frozen.put(key, TreePSet.fromSortedSet(set)));
    return TreePMap.fromSortedMap(frozen);
  }

  public Collection<Task> tasks() {
    return tasks.values();
  }

  /**
   * The tasks in the order in which they were listed for {@link #of}, those that came later behind
   * them. Nothing but lists for people should depend on it; cost follows the number of all tasks.
   */
  public List<Task> tasksAsListed() {
    List<Task> ordered = resolve(rest.listed());
    Set<TaskKey> seen = new HashSet<>(rest.listed());
    for (Task task : tasks.values()) {
      if (!seen.contains(task.key())) {
        ordered.add(task);
      }
    }
    return ordered;
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
    return rest.masters();
  }

  /** Services as their scheduler defines them; empty when no source tells. */
  public Collection<App> apps() {
    return rest.apps().values();
  }

  public Optional<App> app(String id) {
    return Optional.ofNullable(rest.apps().get(id));
  }

  /** Groups of containers as their scheduler defines them; empty when no source tells. */
  public Collection<Pod> pods() {
    return rest.pods().values();
  }

  public Optional<Pod> pod(String id) {
    return Optional.ofNullable(rest.pods().get(id));
  }

  /** This state with the task added, or in place of the one with its key. */
  public ClusterState with(Task task) {
    Task before = tasks.get(task.key());
    boolean sameAgent = before != null && before.agentId().equals(task.agentId());
    boolean sameService = before != null && service(before).equals(service(task));
    TreePMap<String, TreePSet<TaskKey>> agentIndex = byAgent;
    TreePMap<Service, TreePSet<TaskKey>> serviceIndex = byService;
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
        tasks.plus(task.key(), task), agents, frameworks, agentIndex, serviceIndex, rest);
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
        rest);
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
    return withRest(new Rest(rest.apps(), rest.pods(), newMasters, rest.listed()));
  }

  /** This state with the app added, or in place of the one with its id. */
  public ClusterState with(App app) {
    return withRest(
        new Rest(rest.apps().plus(app.id(), app), rest.pods(), rest.masters(), rest.listed()));
  }

  /** This state without that app, if it is there. */
  public ClusterState withoutApp(String id) {
    return withRest(new Rest(rest.apps().minus(id), rest.pods(), rest.masters(), rest.listed()));
  }

  /** This state with the pod added, or in place of the one with its id. */
  public ClusterState with(Pod pod) {
    return withRest(
        new Rest(rest.apps(), rest.pods().plus(pod.id(), pod), rest.masters(), rest.listed()));
  }

  /** This state without that pod, if it is there. */
  public ClusterState withoutPod(String id) {
    return withRest(new Rest(rest.apps(), rest.pods().minus(id), rest.masters(), rest.listed()));
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
    for (Change<App> app : change.apps()) {
      App after = app.after();
      state = after == null ? state.withoutApp(app.latest().id()) : state.with(after);
    }
    for (Change<Pod> pod : change.pods()) {
      Pod after = pod.after();
      state = after == null ? state.withoutPod(pod.latest().id()) : state.with(after);
    }
    Change<Masters> mastersChange = change.masters();
    return mastersChange == null ? state : state.with(mastersChange.latest());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterState that
        && (this == that
            || (tasks.equals(that.tasks)
                && agents.equals(that.agents)
                && frameworks.equals(that.frameworks)
                && rest.isLike(that.rest)));
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

  private ClusterState withAgents(TreePMap<String, Agent> newAgents) {
    return new ClusterState(tasks, newAgents, frameworks, byAgent, byService, rest);
  }

  private ClusterState withFrameworks(TreePMap<String, Framework> newFrameworks) {
    return new ClusterState(tasks, agents, newFrameworks, byAgent, byService, rest);
  }

  private ClusterState withRest(Rest newRest) {
    return new ClusterState(tasks, agents, frameworks, byAgent, byService, newRest);
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

  private static <K> TreePMap<K, TreePSet<TaskKey>> add(
      TreePMap<K, TreePSet<TaskKey>> index, K under, TaskKey key) {
    TreePSet<TaskKey> keys = index.get(under);
    return index.plus(under, keys == null ? TreePSet.singleton(key) : keys.plus(key));
  }

  private static <K> TreePMap<K, TreePSet<TaskKey>> drop(
      TreePMap<K, TreePSet<TaskKey>> index, K under, TaskKey key) {
    TreePSet<TaskKey> keys = index.get(under);
    if (keys == null) {
      return index;
    }
    TreePSet<TaskKey> left = keys.minus(key);
    return left.isEmpty() ? index.minus(under) : index.plus(under, left);
  }
}

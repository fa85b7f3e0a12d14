// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the events of a master mean for a cluster state ({@code dns.md} §5.2). Beside the state
 * itself, which whoever calls holds, it remembers what the state cannot tell: the host names of
 * agents and schedulers, the agents that a new master waits for, and whether an event spoke of
 * something that should be known and is not.
 *
 * <p>Each method that takes the present state gives what changes; the next call gets the state
 * after that. Its cost follows the event, but for the removal of a framework, which looks at all
 * tasks.
 *
 * <p><b>Confined to</b> one thread at a time.
 */
public final class EventState {

  /** Time that an agent gets after its return to tell of its tasks. From dcos-net. */
  public static final Duration SETTLE = Duration.ofSeconds(10);

  private final AwaitedAgents awaited;
  private final Places places;
  private boolean resyncWanted;

  /**
   * Knows nothing yet.
   *
   * @param grace for which agents that a new master waits for are believed; zero for not at all
   * @param addresses of a host name as far as they are known; must not block
   */
  public EventState(Duration grace, Function<String, List<IpAddress>> addresses) {
    this.awaited = new AwaitedAgents(grace, SETTLE);
    this.places = new Places(requireNonNull(addresses, "addresses"));
  }

  /** The next snapshot is of another master than the one before. */
  public void masterChanged() {
    awaited.masterChanged();
  }

  /** No master could be heard for so long; agents get that time on top of theirs. */
  public void paused(long nanos) {
    awaited.paused(nanos);
  }

  /**
   * The state that a snapshot leads to; the masters stay.
   *
   * @param before what was known until now, also by other ways than events
   */
  public ClusterState snapshot(Snapshot snapshot, ClusterState before, long nanos) {
    resyncWanted = false;
    places.reset(snapshot);
    ClusterState told =
        ClusterState.of(
            snapshot.tasks().stream().filter(task -> !task.state().isTerminal()).toList(),
            snapshot.agents().stream().map(places::located).toList(),
            snapshot.frameworks().stream().map(places::located).toList(),
            before.masters());
    ClusterState kept = awaited.keep(before, told, snapshot.recoveredAgents(), nanos);
    return kept.with(kept.masters().awaiting(awaited.unknown()));
  }

  /** What a later event changes. */
  public ClusterChange apply(OperatorEvent event, ClusterState now, long nanos) {
    if (event instanceof TaskAdded added) {
      return added(added.task(), now);
    } else if (event instanceof TaskUpdated update) {
      return updated(update, now);
    } else if (event instanceof AgentAdded added) {
      Agent agent = added.agent();
      places.agent(agent.id(), added.host());
      awaited.back(agent.id(), nanos);
      return ClusterChange.ofAgent(Change.added(places.located(agent)));
    } else if (event instanceof AgentRemoved removed) {
      places.agent(removed.id(), null);
      awaited.removed(removed.id());
      return agentGone(removed.id(), now);
    } else if (event instanceof FrameworkPut put) {
      Framework framework = put.framework();
      places.framework(framework, put.host());
      awaited.confirmedFramework(framework.id());
      return ClusterChange.ofFramework(Change.added(places.located(framework)));
    } else if (event instanceof FrameworkRemoved removed) {
      places.forgetFramework(removed.id());
      awaited.confirmedFramework(removed.id());
      return frameworkGone(removed.id(), now);
    }
    return ClusterChange.NONE;
  }

  private ClusterChange added(Task told, ClusterState now) {
    Task known = now.task(told.key()).orElse(null);
    if (known != null) {
      awaited.confirmed(known);
    }
    return put(known, TaskMerge.added(known, told));
  }

  private ClusterChange updated(TaskUpdated update, ClusterState now) {
    TaskKey key = new TaskKey(update.frameworkId(), update.taskId());
    Task known = now.task(key).orElse(null);
    if (known == null) {
      resyncWanted |= shouldBeKnown(update);
      return ClusterChange.NONE;
    }
    awaited.confirmed(known);
    return put(known, TaskMerge.updated(known, update));
  }

  /** The end of a task may be told after its agent was removed; that is nothing to wonder at. */
  private static boolean shouldBeKnown(TaskUpdated update) {
    TaskState state = update.state();
    if (state == null && update.status() != null) {
      state = update.status().state();
    }
    return state != null && !state.isTerminal() && state != TaskState.UNREACHABLE;
  }

  private static ClusterChange put(@Nullable Task known, Task task) {
    if (!task.state().isTerminal()) {
      return ClusterChange.ofTask(Change.added(task));
    }
    return known == null ? ClusterChange.NONE : ClusterChange.ofTask(Change.removed(known));
  }

  private ClusterChange agentGone(String id, ClusterState now) {
    List<Change<Task>> tasks = now.tasksOn(id).stream().map(Change::removed).toList();
    List<Change<Agent>> agents = now.agent(id).map(Change::removed).stream().toList();
    Set<TaskKey> gone = new TreeSet<>();
    tasks.forEach(task -> gone.add(task.latest().key()));
    return new ClusterChange(tasks, agents, unusedFrameworks(now, gone), awaiting(now));
  }

  private ClusterChange frameworkGone(String id, ClusterState now) {
    List<Change<Task>> tasks =
        now.tasks().stream()
            .filter(task -> task.frameworkId().equals(id))
            .map(Change::removed)
            .toList();
    List<Change<Framework>> frameworks = now.framework(id).map(Change::removed).stream().toList();
    return new ClusterChange(tasks, List.of(), frameworks, null);
  }

  /** Ends the waits whose time is over. */
  public ClusterChange expire(ClusterState now, long nanos) {
    List<Change<Task>> tasks = new ArrayList<>();
    List<Change<Agent>> agents = new ArrayList<>();
    Set<TaskKey> gone = new TreeSet<>();
    for (AwaitedAgents.Expired expired : awaited.expire(nanos)) {
      String id = expired.agentId();
      for (Task task : now.tasksOn(id)) {
        if (expired.unconfirmed().contains(task.key())) {
          tasks.add(Change.removed(task));
          gone.add(task.key());
        }
      }
      if (!expired.back()) {
        places.agent(id, null);
        now.agent(id).map(Change::removed).ifPresent(agents::add);
      }
    }
    return new ClusterChange(tasks, agents, unusedFrameworks(now, gone), awaiting(now));
  }

  /** A framework that was kept for its tasks goes with the last of them. */
  private List<Change<Framework>> unusedFrameworks(ClusterState now, Set<TaskKey> gone) {
    Set<String> unused = new TreeSet<>(awaited.keptFrameworks());
    if (unused.isEmpty()) {
      return List.of();
    }
    for (Task task : now.tasks()) {
      if (!gone.contains(task.key())) {
        unused.remove(task.frameworkId());
      }
    }
    unused.forEach(awaited::confirmedFramework);
    return unused.stream().flatMap(id -> now.framework(id).stream()).map(Change::removed).toList();
  }

  private @Nullable Change<Masters> awaiting(ClusterState now) {
    Masters masters = now.masters();
    Masters after = masters.awaiting(awaited.unknown());
    return after.equals(masters) ? null : new Change<>(masters, after);
  }

  /** What changes when other masters are known; the agents that are awaited stay. */
  public ClusterChange masters(Masters masters) {
    return ClusterChange.ofMasters(Change.added(masters.awaiting(awaited.unknown())));
  }

  /**
   * What changes when it is known where schedulers listen, which no event tells.
   *
   * @param found by framework id; the rest are where their host name says
   */
  public ClusterChange schedulers(Map<String, SchedulerPlace> found, ClusterState now) {
    return places.schedulers(found, now);
  }

  /** What changes when the addresses of host names do. */
  public ClusterChange addressesChanged(ClusterState now) {
    return places.addressesChanged(now);
  }

  /** Host names of agents, by agent id. */
  public Map<String, String> agentHosts() {
    return places.agentHosts();
  }

  /** Host names of schedulers, by framework id. */
  public Map<String, String> frameworkHosts() {
    return places.frameworkHosts();
  }

  /** True once after an event spoke of a task that should be known and is not. */
  public boolean takeResyncWanted() {
    boolean wanted = resyncWanted;
    resyncWanted = false;
    return wanted;
  }

  /** When {@link #expire} has something to do next; empty for never. */
  public OptionalLong nextDeadline(long nanos) {
    return awaited.nextDeadline(nanos);
  }

  /** How many agents are waited for. */
  public int awaitedAgents() {
    return awaited.size();
  }
}

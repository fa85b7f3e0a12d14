// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All back ends of the VIPs of a cluster, followed change by change: what a change costs depends on
 * the change, not on the cluster.
 *
 * <p>A task that its master cannot reach keeps its back ends for a grace, since the agent may be
 * back at once; then they go until the task is seen again.
 *
 * <p><b>Confined to</b> one thread. Times are nanoseconds of one monotonic clock.
 */
public final class ClusterVips {

  /** How long an unreachable task keeps its back ends. */
  public static final Duration DEFAULT_UNREACHABLE_GRACE = Duration.ofSeconds(60);

  /** Chooses tasks; what is not chosen is as if it were not there. */
  @FunctionalInterface
  public interface Selection {

    /**
     * Whether the task counts.
     *
     * @param agent where the task runs, null while it is not known
     */
    boolean counts(Task task, @Nullable Agent agent);
  }

  private final VipRules rules;
  private final Selection selection;
  private final long graceNanos;

  private ClusterState state = ClusterState.EMPTY;
  private final Map<TaskKey, TaskVips> byTask = new HashMap<>();
  private final SortedMap<TaskKey, TaskVips> withReports = new TreeMap<>();
  private final Map<Place, SortedMap<TaskKey, VipBackend>> byPlace = new HashMap<>();
  private final Map<IpAddress, Set<TaskKey>> byVipAddress = new HashMap<>();
  private final Map<IpAddress, Integer> nodeAddresses = new HashMap<>();
  private final Map<TaskKey, Long> unreachableUntil = new HashMap<>();
  private final List<LabelReport> fresh = new ArrayList<>();
  private final Set<Place> outlived = new HashSet<>();

  /** No VIP yet. */
  public ClusterVips(VipRules rules, Selection selection, Duration unreachableGrace) {
    this.rules = requireNonNull(rules, "rules");
    this.selection = requireNonNull(selection, "selection");
    graceNanos = unreachableGrace.toNanos();
  }

  /** The VIPs of one state, all tasks counted; unreachable ones still within their grace. */
  public static ClusterVips of(ClusterState state, VipRules rules) {
    ClusterVips vips = new ClusterVips(rules, (task, agent) -> true, DEFAULT_UNREACHABLE_GRACE);
    vips.state = state;
    state.agents().forEach(agent -> vips.countNode(agent, 1));
    vips.recompute(state.tasks().stream().map(Task::key).toList(), 0, new HashSet<>());
    return vips;
  }

  /**
   * Takes the next state.
   *
   * @return the places whose back end came, went, or may be another now
   */
  public Set<Place> apply(ClusterUpdate update, long nowNanos) {
    state = update.after();
    Set<TaskKey> dirty = new HashSet<>();
    for (Change<Task> task : update.change().tasks()) {
      dirty.add(task.latest().key());
    }
    for (Change<Agent> agent : update.change().agents()) {
      countNode(agent.before(), -1, dirty);
      countNode(agent.after(), 1, dirty);
      state.tasksOn(agent.latest().id()).forEach(task -> dirty.add(task.key()));
    }
    Set<String> renamed = new HashSet<>();
    for (Change<Framework> framework : update.change().frameworks()) {
      if (!name(framework.before()).equals(name(framework.after()))) {
        renamed.add(framework.latest().id());
      }
    }
    if (!renamed.isEmpty()) {
      state.tasks().stream()
          .filter(task -> renamed.contains(task.frameworkId()))
          .forEach(task -> dirty.add(task.key()));
    }
    Set<Place> changed = new HashSet<>();
    recompute(dirty, nowNanos, changed);
    return changed;
  }

  /**
   * Lets go of tasks whose grace is over.
   *
   * @return as {@link #apply}
   */
  public Set<Place> expire(long nowNanos) {
    List<TaskKey> over = new ArrayList<>();
    unreachableUntil.forEach(
        (key, until) -> {
          if (until - nowNanos <= 0 && byTask.containsKey(key)) {
            over.add(key);
          }
        });
    Set<Place> changed = new HashSet<>();
    recompute(over, nowNanos, changed);
    return changed;
  }

  /** When {@link #expire} will have something to do; empty when it will not. */
  public OptionalLong nextExpiry(long nowNanos) {
    long least = Long.MAX_VALUE;
    for (Map.Entry<TaskKey, Long> entry : unreachableUntil.entrySet()) {
      if (byTask.containsKey(entry.getKey())) {
        least = Math.min(least, entry.getValue() - nowNanos);
      }
    }
    return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(nowNanos + least);
  }

  /** The back end at this place, or null. */
  public @Nullable VipBackend backend(Place place) {
    SortedMap<TaskKey, VipBackend> tasks = byPlace.get(place);
    return tasks == null ? null : tasks.values().stream().reduce(VipBackend::merge).orElse(null);
  }

  /**
   * Whether there is no back end at this place any more although a task that had it runs, as its
   * agent is out of reach or its labels mean something else now. Holds until the next change.
   */
  public boolean outlived(Place place) {
    return outlived.contains(place);
  }

  /** Tasks that an update brought the end of. */
  public static List<TaskKey> ended(ClusterUpdate update) {
    List<TaskKey> ended = new ArrayList<>();
    for (Change<Task> change : update.change().tasks()) {
      Task after = change.after();
      if (after == null || after.state().isTerminal()) {
        ended.add(change.latest().key());
      }
    }
    return ended;
  }

  /** The places of one task; none for one that has none, or does not count. */
  public Set<Place> places(TaskKey task) {
    Set<Place> places = new HashSet<>();
    byTask.getOrDefault(task, TaskVips.NONE).backends().forEach(b -> places.add(b.place()));
    return places;
  }

  /** Whose back ends a VIP has here, by place; looks at every place there is. */
  public SortedMap<Place, SortedMap<TaskKey, VipBackend>> tasks(VipKey vip) {
    SortedMap<Place, SortedMap<TaskKey, VipBackend>> tasks = new TreeMap<>();
    byPlace.forEach(
        (place, all) -> {
          if (place.key().equals(vip)) {
            tasks.put(place, new TreeMap<>(all));
          }
        });
    return tasks;
  }

  /** All places, a copy. */
  public Set<Place> places() {
    return Set.copyOf(byPlace.keySet());
  }

  /** Labels that make no VIP, sorted by task. */
  public List<LabelReport> refused() {
    return reports(TaskVips::refused);
  }

  /** Labels that count although something is odd about them, sorted by task. */
  public List<LabelReport> remarks() {
    return reports(TaskVips::remarks);
  }

  /** What was refused or remarked since the last call and was not before. */
  public List<LabelReport> takeFresh() {
    List<LabelReport> taken = List.copyOf(fresh);
    fresh.clear();
    return taken;
  }

  private List<LabelReport> reports(Function<TaskVips, List<LabelReport>> kind) {
    return withReports.values().stream().flatMap(task -> kind.apply(task).stream()).toList();
  }

  private void recompute(Collection<TaskKey> tasks, long nowNanos, Set<Place> changed) {
    outlived.clear();
    for (TaskKey key : tasks) {
      TaskVips before = byTask.getOrDefault(key, TaskVips.NONE);
      TaskVips after = read(key, nowNanos);
      if (before.equals(after)) {
        continue;
      }
      if (after.equals(TaskVips.NONE)) {
        byTask.remove(key);
      } else {
        byTask.put(key, after);
      }
      if (after.refused().isEmpty() && after.remarks().isEmpty()) {
        withReports.remove(key);
      } else {
        withReports.put(key, after);
      }
      move(key, before, after, changed);
      addFresh(before.refused(), after.refused());
      addFresh(before.remarks(), after.remarks());
    }
    outlived.removeAll(byPlace.keySet());
  }

  private void addFresh(List<LabelReport> before, List<LabelReport> after) {
    for (LabelReport report : after) {
      if (!before.contains(report)) {
        fresh.add(report);
      }
    }
  }

  private TaskVips read(TaskKey key, long nowNanos) {
    Task task = state.task(key).orElse(null);
    if (task == null || task.state() != TaskState.UNREACHABLE) {
      unreachableUntil.remove(key);
    }
    Agent agent = task == null ? null : state.agent(task.agentId()).orElse(null);
    if (task == null || !selection.counts(task, agent)) {
      return TaskVips.NONE;
    }
    if (task.state() == TaskState.UNREACHABLE) {
      long until = unreachableUntil.computeIfAbsent(key, k -> nowNanos + graceNanos);
      if (until - nowNanos <= 0) {
        return TaskVips.NONE;
      }
    }
    return TaskVips.of(
        task,
        agent,
        state.framework(task.frameworkId()).orElse(null),
        rules,
        nodeAddresses::containsKey);
  }

  private void move(TaskKey key, TaskVips before, TaskVips after, Set<Place> changed) {
    for (VipBackend gone : before.backends()) {
      SortedMap<TaskKey, VipBackend> tasks = byPlace.get(gone.place());
      if (tasks != null) {
        tasks.remove(key);
      }
      changed.add(gone.place());
    }
    for (VipBackend now : after.backends()) {
      byPlace.computeIfAbsent(now.place(), place -> new TreeMap<>()).put(key, now);
      changed.add(now.place());
    }
    boolean runs = state.task(key).filter(task -> !task.state().isTerminal()).isPresent();
    for (VipBackend gone : before.backends()) {
      byPlace.computeIfPresent(gone.place(), (place, tasks) -> tasks.isEmpty() ? null : tasks);
      if (runs) {
        outlived.add(gone.place());
      }
    }
    for (IpAddress address : before.addresses()) {
      byVipAddress.computeIfPresent(
          address,
          (a, tasks) -> {
            tasks.remove(key);
            return tasks.isEmpty() ? null : tasks;
          });
    }
    for (IpAddress address : after.addresses()) {
      byVipAddress.computeIfAbsent(address, a -> new HashSet<>()).add(key);
    }
  }

  private void countNode(Agent agent, int by) {
    for (IpAddress address : agent.addresses()) {
      nodeAddresses.merge(address, by, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  /** An address that becomes one of a node can be no VIP any more, and the other way round. */
  private void countNode(@Nullable Agent agent, int by, Set<TaskKey> dirty) {
    if (agent != null) {
      countNode(agent, by);
      for (IpAddress address : agent.addresses()) {
        dirty.addAll(byVipAddress.getOrDefault(address, Set.of()));
      }
    }
  }

  private static String name(@Nullable Framework framework) {
    return framework == null ? "" : framework.name();
  }
}

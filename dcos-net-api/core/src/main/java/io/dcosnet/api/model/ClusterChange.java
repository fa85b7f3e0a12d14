// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two states: each thing at most once, before and after. <b>Immutable.</b>
 *
 * @param masters null when they are the same
 */
public record ClusterChange(
    List<Change<Task>> tasks,
    List<Change<Agent>> agents,
    List<Change<Framework>> frameworks,
    List<Change<App>> apps,
    List<Change<Pod>> pods,
    @Nullable Change<Masters> masters) {

  /** No difference. */
  public static final ClusterChange NONE = new ClusterChange(List.of(), List.of(), List.of(), null);

  public ClusterChange {
    tasks = List.copyOf(tasks);
    agents = List.copyOf(agents);
    frameworks = List.copyOf(frameworks);
    apps = List.copyOf(apps);
    pods = List.copyOf(pods);
  }

  /** A change that leaves apps and pods alone. */
  public ClusterChange(
      List<Change<Task>> tasks,
      List<Change<Agent>> agents,
      List<Change<Framework>> frameworks,
      @Nullable Change<Masters> masters) {
    this(tasks, agents, frameworks, List.of(), List.of(), masters);
  }

  public static ClusterChange ofTask(Change<Task> change) {
    return new ClusterChange(List.of(change), List.of(), List.of(), null);
  }

  public static ClusterChange ofAgent(Change<Agent> change) {
    return new ClusterChange(List.of(), List.of(change), List.of(), null);
  }

  public static ClusterChange ofFramework(Change<Framework> change) {
    return new ClusterChange(List.of(), List.of(), List.of(change), null);
  }

  public static ClusterChange ofApp(Change<App> change) {
    return new ClusterChange(List.of(), List.of(), List.of(), List.of(change), List.of(), null);
  }

  public static ClusterChange ofPod(Change<Pod> change) {
    return new ClusterChange(List.of(), List.of(), List.of(), List.of(), List.of(change), null);
  }

  public static ClusterChange ofMasters(Change<Masters> change) {
    return new ClusterChange(List.of(), List.of(), List.of(), requireNonNull(change, "change"));
  }

  /** The difference of two snapshots; cost follows their sizes. */
  @SuppressWarnings("ReferenceEquality") // the same object is the cheap common case
  public static ClusterChange between(ClusterState before, ClusterState after) {
    if (before == after) {
      return NONE;
    }
    boolean sameMasters = before.masters().equals(after.masters());
    return new ClusterChange(
        difference(before.tasks(), after.tasks(), Task::key),
        difference(before.agents(), after.agents(), Agent::id),
        difference(before.frameworks(), after.frameworks(), Framework::id),
        difference(before.apps(), after.apps(), App::id),
        difference(before.pods(), after.pods(), Pod::id),
        sameMasters ? null : new Change<>(before.masters(), after.masters()));
  }

  /** True when nothing differs. */
  public boolean isEmpty() {
    return tasks.isEmpty()
        && agents.isEmpty()
        && frameworks.isEmpty()
        && apps.isEmpty()
        && pods.isEmpty()
        && masters == null;
  }

  /** How many things differ. */
  public int size() {
    int mastersChanged = masters == null ? 0 : 1;
    return tasks.size()
        + agents.size()
        + frameworks.size()
        + apps.size()
        + pods.size()
        + mastersChanged;
  }

  /**
   * This change and then {@code next} as one; what was undone is left out.
   *
   * @param next starts where this one ended
   */
  public ClusterChange then(ClusterChange next) {
    if (isEmpty() || next.isEmpty()) {
      return isEmpty() ? next : this;
    }
    return new Merger().add(this).add(next).merged();
  }

  /**
   * What this change does to {@code state}: the {@code after} sides are kept, the {@code before}
   * sides become what the state holds, and what changes nothing is left out.
   */
  public ClusterChange appliedTo(ClusterState state) {
    Change<Masters> newMasters =
        masters == null ? null : real(state.masters(), masters.latest()).orElse(null);
    return new ClusterChange(
        appliedTo(tasks, task -> state.task(task.key())),
        appliedTo(agents, agent -> state.agent(agent.id())),
        appliedTo(frameworks, framework -> state.framework(framework.id())),
        appliedTo(apps, app -> state.app(app.id())),
        appliedTo(pods, pod -> state.pod(pod.id())),
        newMasters);
  }

  private static <T> List<Change<T>> appliedTo(
      List<Change<T>> changes, Function<T, Optional<T>> present) {
    List<Change<T>> real = new ArrayList<>(changes.size());
    for (Change<T> change : changes) {
      real(present.apply(change.latest()).orElse(null), change.after()).ifPresent(real::add);
    }
    return real;
  }

  private static <T> Optional<Change<T>> real(@Nullable T before, @Nullable T after) {
    return Objects.equals(before, after)
        ? Optional.empty()
        : Optional.of(new Change<>(before, after));
  }

  /** Walks both sides at once; both are in the order of their keys. */
  private static <T, K extends Comparable<K>> List<Change<T>> difference(
      Collection<T> before, Collection<T> after, Function<T, K> key) {
    List<Change<T>> changes = new ArrayList<>();
    Iterator<T> olds = before.iterator();
    Iterator<T> news = after.iterator();
    T old = next(olds);
    T now = next(news);
    while (old != null || now != null) {
      int order = old == null ? 1 : now == null ? -1 : key.apply(old).compareTo(key.apply(now));
      T was = order <= 0 ? old : null;
      T is = order >= 0 ? now : null;
      if (!Objects.equals(was, is)) {
        changes.add(new Change<>(was, is));
      }
      old = was == null ? old : next(olds);
      now = is == null ? now : next(news);
    }
    return changes;
  }

  private static <T> @Nullable T next(Iterator<T> iterator) {
    return iterator.hasNext() ? iterator.next() : null;
  }

  /**
   * Merges changes that follow each other; its size is bounded by the things that they touch.
   * <b>Confined to</b> one thread at a time.
   */
  public static final class Merger {
    private final Map<TaskKey, Change<Task>> tasks = new LinkedHashMap<>();
    private final Map<String, Change<Agent>> agents = new LinkedHashMap<>();
    private final Map<String, Change<Framework>> frameworks = new LinkedHashMap<>();
    private final Map<String, Change<App>> apps = new LinkedHashMap<>();
    private final Map<String, Change<Pod>> pods = new LinkedHashMap<>();
    private @Nullable Change<Masters> masters;

    /** A merger that has got nothing yet. */
    public Merger() {}

    /**
     * Adds a change; cost follows its own size.
     *
     * @param next starts where the last one ended
     */
    public Merger add(ClusterChange next) {
      next.tasks.forEach(change -> merge(tasks, change.latest().key(), change));
      next.agents.forEach(change -> merge(agents, change.latest().id(), change));
      next.frameworks.forEach(change -> merge(frameworks, change.latest().id(), change));
      next.apps.forEach(change -> merge(apps, change.latest().id(), change));
      next.pods.forEach(change -> merge(pods, change.latest().id(), change));
      Change<Masters> first = masters;
      Change<Masters> second = next.masters;
      if (first != null && second != null) {
        masters = real(first.before(), second.after()).orElse(null);
      } else {
        masters = first == null ? second : first;
      }
      return this;
    }

    /** All that was added as one change; what was undone is left out. */
    public ClusterChange merged() {
      return new ClusterChange(
          List.copyOf(tasks.values()),
          List.copyOf(agents.values()),
          List.copyOf(frameworks.values()),
          List.copyOf(apps.values()),
          List.copyOf(pods.values()),
          masters);
    }

    private static <K, T> void merge(Map<K, Change<T>> map, K key, Change<T> change) {
      Change<T> first = map.get(key);
      Optional<Change<T>> both =
          first == null ? Optional.of(change) : real(first.before(), change.after());
      both.ifPresentOrElse(merged -> map.put(key, merged), () -> map.remove(key));
    }
  }
}

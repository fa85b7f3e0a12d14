// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    @Nullable Change<Masters> masters) {

  /** No difference. */
  public static final ClusterChange NONE = new ClusterChange(List.of(), List.of(), List.of(), null);

  public ClusterChange {
    tasks = List.copyOf(tasks);
    agents = List.copyOf(agents);
    frameworks = List.copyOf(frameworks);
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
        sameMasters ? null : new Change<>(before.masters(), after.masters()));
  }

  /** True when nothing differs. */
  public boolean isEmpty() {
    return tasks.isEmpty() && agents.isEmpty() && frameworks.isEmpty() && masters == null;
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
    return new ClusterChange(
        merge(tasks, next.tasks, Task::key),
        merge(agents, next.agents, Agent::id),
        merge(frameworks, next.frameworks, Framework::id),
        mergeOne(masters, next.masters));
  }

  private static <T, K> List<Change<T>> difference(
      Iterable<T> before, Iterable<T> after, Function<T, K> key) {
    Map<K, T> old = new HashMap<>();
    before.forEach(thing -> old.put(key.apply(thing), thing));
    List<Change<T>> changes = new ArrayList<>();
    for (T now : after) {
      T was = old.remove(key.apply(now));
      if (was != now && !now.equals(was)) {
        changes.add(new Change<>(was, now));
      }
    }
    for (T gone : before) {
      if (old.containsKey(key.apply(gone))) {
        changes.add(Change.removed(gone));
      }
    }
    return changes;
  }

  private static <T, K> List<Change<T>> merge(
      List<Change<T>> first, List<Change<T>> second, Function<T, K> key) {
    if (first.isEmpty() || second.isEmpty()) {
      return first.isEmpty() ? second : first;
    }
    Map<K, Change<T>> merged = new LinkedHashMap<>();
    first.forEach(change -> merged.put(key.apply(change.latest()), change));
    for (Change<T> change : second) {
      K id = key.apply(change.latest());
      Change<T> combined = mergeOne(merged.get(id), change);
      if (combined == null) {
        merged.remove(id);
      } else {
        merged.put(id, combined);
      }
    }
    return List.copyOf(merged.values());
  }

  private static <T> @Nullable Change<T> mergeOne(
      @Nullable Change<T> first, @Nullable Change<T> second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    T before = first.before();
    T after = second.after();
    return Objects.equals(before, after) ? null : new Change<>(before, after);
  }
}

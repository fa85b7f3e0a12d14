// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A cluster in which an old state speaks for the agents that a source still waits for: their tasks
 * run on, though a newly elected master has not heard of them. As soon as an agent is awaited no
 * more, what the source says of it holds, and what it does not say is gone.
 *
 * <p>An update costs what it changes; one that changes the awaited agents costs what runs on those.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class KeptAgents {

  private ClusterState old;
  private ClusterState merged = ClusterState.EMPTY;
  private Set<String> awaited = Set.of();
  private Set<String> kept = Set.of();
  private boolean first = true;

  /**
   * Nothing yet.
   *
   * @param old what was known before the source told anything
   */
  public KeptAgents(ClusterState old) {
    this.old = requireNonNull(old, "old");
  }

  /** The source's newest state, and what is kept. */
  public ClusterState merged() {
    return merged;
  }

  /**
   * Follows the source.
   *
   * @param update the first starts at the empty state, each later one where the last one ended
   * @return how {@link #merged} changed
   */
  public ClusterChange follow(ClusterUpdate update) {
    ClusterState now = update.after();
    Set<String> awaitedBefore = awaited;
    awaited = now.masters().awaited();
    if (!first && awaitedBefore.isEmpty() && !awaited.isEmpty()) {
      old = merged; // the next election: what was known up to now is the old state
    }
    first = false;
    Set<String> keptBefore = kept;
    if (!awaited.equals(awaitedBefore)) {
      kept = known(awaited);
    }
    ClusterChange told = update.change().appliedTo(merged);
    merged = merged.apply(told);
    ClusterChange rest = keep(now, keptBefore).appliedTo(merged);
    merged = merged.apply(rest);
    if (awaited.isEmpty()) {
      old = ClusterState.EMPTY; // not needed any more, and it may be large
    }
    return told.then(rest);
  }

  private Set<String> known(Set<String> agents) {
    Set<String> known = new HashSet<>();
    for (String id : agents) {
      if (old.agent(id).isPresent() || !old.tasksOn(id).isEmpty()) {
        known.add(id);
      }
    }
    return known;
  }

  private ClusterChange keep(ClusterState now, Set<String> keptBefore) {
    List<Change<Task>> tasks = new ArrayList<>();
    List<Change<Agent>> agents = new ArrayList<>();
    List<Change<Framework>> frameworks = new ArrayList<>();
    for (String id : keptBefore) {
      if (!kept.contains(id)) {
        merged
            .agent(id)
            .filter(gone -> now.agent(id).isEmpty())
            .map(Change::removed)
            .ifPresent(agents::add);
        for (Task task : merged.tasksOn(id)) {
          if (now.task(task.key()).isEmpty()) {
            tasks.add(Change.removed(task));
          }
        }
      }
    }
    for (String id : kept) {
      if (!keptBefore.contains(id)) {
        old.agent(id)
            .filter(agent -> now.agent(id).isEmpty())
            .map(Change::added)
            .ifPresent(agents::add);
        for (Task task : old.tasksOn(id)) {
          if (now.task(task.key()).isEmpty()) {
            tasks.add(Change.added(task));
            addFramework(now, task.frameworkId(), frameworks);
          }
        }
      }
    }
    if (kept.isEmpty() && !keptBefore.isEmpty()) {
      for (Framework framework : merged.frameworks()) {
        if (now.framework(framework.id()).isEmpty()) {
          frameworks.add(Change.removed(framework));
        }
      }
    }
    Set<String> unknown = new HashSet<>(awaited);
    unknown.removeAll(kept);
    Masters masters = now.masters().awaiting(unknown);
    return new ClusterChange(tasks, agents, frameworks, Change.added(masters));
  }

  private void addFramework(ClusterState now, String id, List<Change<Framework>> frameworks) {
    Framework framework = old.framework(id).orElse(null);
    if (framework == null || now.framework(id).isPresent()) {
      return;
    }
    if (frameworks.stream().noneMatch(one -> one.latest().id().equals(id))) {
      frameworks.add(Change.added(framework));
    }
  }
}

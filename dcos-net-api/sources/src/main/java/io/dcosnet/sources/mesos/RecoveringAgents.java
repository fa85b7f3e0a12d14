// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Task;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps what ran on agents that a newly elected master knows of but that have not come back to it
 * yet: their tasks still run, though its state lacks them. An agent that has come back counts as
 * the master says; one that stays away is dropped after the grace time. <b>Confined to</b> one
 * thread at a time.
 */
final class RecoveringAgents {

  private final long graceNanos;
  private final Map<String, Long> missingSince = new HashMap<>();

  /**
   * @param grace for which an agent may be missing; Mesos itself gives agents 10 minutes
   */
  RecoveringAgents(Duration grace) {
    this.graceNanos = grace.toNanos();
  }

  /**
   * Takes note of the next state.
   *
   * @param recovered ids of agents that the master waits for
   * @return the ids of those that still count, for {@link #keep}
   */
  Set<String> waitingFor(Set<String> recovered, long nowNanos) {
    missingSince.keySet().retainAll(recovered);
    Set<String> waiting = new HashSet<>();
    for (String agent : recovered) {
      long since = missingSince.computeIfAbsent(agent, id -> nowNanos);
      if (nowNanos - since < graceNanos) {
        waiting.add(agent);
      }
    }
    return waiting;
  }

  /** The new state with what the old one knew of these agents, where the new one says nothing. */
  static ClusterState keep(ClusterState before, ClusterState after, Set<String> agents) {
    ClusterState kept = after;
    for (String id : agents) {
      Agent agent = before.agent(id).orElse(null);
      if (agent == null || after.agent(id).isPresent()) {
        continue;
      }
      kept = kept.with(agent);
      for (Task task : before.tasksOn(id)) {
        if (after.task(task.key()).isEmpty()) {
          kept = kept.with(task);
          kept = withFramework(before, kept, task.frameworkId());
        }
      }
    }
    return kept;
  }

  /** Those of the agents that the state, kept parts included, says nothing of. */
  static Set<String> unknown(ClusterState kept, Set<String> agents) {
    return agents.stream()
        .filter(id -> kept.agent(id).isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static ClusterState withFramework(ClusterState before, ClusterState kept, String id) {
    return kept.framework(id).isPresent()
        ? kept
        : before.framework(id).map(kept::with).orElse(kept);
  }
}

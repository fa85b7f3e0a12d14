// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Agents that a newly elected master has not heard from yet, and what is believed of them
 * meanwhile. What was known of one stays, unconfirmed, until it is back and has had time to tell of
 * its tasks, or is removed, or the grace time ends. Where nothing at all was known, its absence is
 * known instead, so that nobody takes the silence for an answer. <b>Confined to</b> one thread at a
 * time.
 */
final class AwaitedAgents {

  private static final class Wait {
    final boolean unknown;
    final Set<TaskKey> unconfirmed = new HashSet<>();
    long deadline;
    boolean back;

    Wait(boolean unknown, long deadline) {
      this.unknown = unknown;
      this.deadline = deadline;
    }
  }

  /** What became of an agent whose time is over. */
  record Expired(String agentId, boolean back, Set<TaskKey> unconfirmed) {}

  private final long graceNanos;
  private final long settleNanos;
  private final Map<String, Wait> waits = new LinkedHashMap<>();
  private Map<String, Long> deadlines = new HashMap<>(); // also of those that are given up
  private final Set<String> keptFrameworks = new TreeSet<>();

  AwaitedAgents(Duration grace, Duration settle) {
    graceNanos = grace.toNanos();
    settleNanos = settle.toNanos();
  }

  /** Another master leads: agents get the whole time once more. */
  void masterChanged() {
    deadlines.clear();
  }

  /** All waits last longer by this. */
  void paused(long nanos) {
    deadlines.replaceAll((id, deadline) -> deadline + nanos);
    waits.values().forEach(wait -> wait.deadline += nanos);
  }

  /**
   * Takes note of the agents that a snapshot lacks.
   *
   * @return the snapshot's state and what is kept beside it
   */
  ClusterState keep(ClusterState before, ClusterState after, Set<String> recovered, long nanos) {
    Map<String, Long> known = deadlines;
    deadlines = new HashMap<>();
    waits.clear();
    keptFrameworks.clear();
    ClusterState kept = after;
    for (String id : recovered) {
      long deadline = known.getOrDefault(id, nanos + graceNanos);
      deadlines.put(id, deadline);
      if (deadline - nanos <= 0 || after.agent(id).isPresent()) {
        continue;
      }
      Agent agent = before.agent(id).orElse(null);
      Wait wait = new Wait(agent == null && before.tasksOn(id).isEmpty(), deadline);
      waits.put(id, wait);
      kept = agent == null ? kept : kept.with(agent);
      for (Task task : before.tasksOn(id)) {
        if (after.task(task.key()).isEmpty()) {
          wait.unconfirmed.add(task.key());
          kept = withFramework(before, kept.with(task), task.frameworkId());
        }
      }
    }
    return kept;
  }

  private ClusterState withFramework(ClusterState before, ClusterState kept, String id) {
    if (kept.framework(id).isPresent() || before.framework(id).isEmpty()) {
      return kept;
    }
    keptFrameworks.add(id);
    return kept.with(before.framework(id).get());
  }

  /** An agent has come back; its tasks are told around the same time. */
  void back(String agentId, long nanos) {
    Wait wait = waits.get(agentId);
    if (wait != null && !wait.back) {
      wait.back = true;
      wait.deadline = nanos + settleNanos;
    }
    deadlines.remove(agentId);
  }

  void removed(String agentId) {
    waits.remove(agentId);
    deadlines.remove(agentId);
  }

  /** The master has told of a task that was known. */
  void confirmed(Task known) {
    Wait wait = waits.get(known.agentId());
    if (wait != null) {
      wait.unconfirmed.remove(known.key());
    }
  }

  void confirmedFramework(String id) {
    keptFrameworks.remove(id);
  }

  /** Those whose time is over; they are not waited for any more. */
  Set<Expired> expire(long nanos) {
    Set<Expired> expired = new HashSet<>();
    for (Iterator<Map.Entry<String, Wait>> all = waits.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Wait> entry = all.next();
      Wait wait = entry.getValue();
      if (wait.deadline - nanos <= 0) {
        expired.add(new Expired(entry.getKey(), wait.back, wait.unconfirmed));
        all.remove();
      }
    }
    return expired;
  }

  /** When {@link #expire} has something to do next. */
  OptionalLong nextDeadline(long nanos) {
    OptionalLong left = waits.values().stream().mapToLong(wait -> wait.deadline - nanos).min();
    return left.isEmpty() ? left : OptionalLong.of(nanos + left.getAsLong());
  }

  /** Agents of which nothing was known before the wait for them began. */
  Set<String> unknown() {
    Set<String> ids = new TreeSet<>();
    waits.forEach(
        (id, wait) -> {
          if (wait.unknown) {
            ids.add(id);
          }
        });
    return ids;
  }

  int size() {
    return waits.size();
  }

  /** Frameworks that are there only for tasks that were kept. */
  Set<String> keptFrameworks() {
    return keptFrameworks;
  }
}

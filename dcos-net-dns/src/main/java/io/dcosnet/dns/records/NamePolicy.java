// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * When a task has names. With the predecessors' policy it is as long as it runs: a task that is
 * being killed leaves before its process ends, health does not count. <b>Immutable.</b>
 *
 * @param states in which a task has names; with {@code KILLING} it keeps them while it drains
 * @param ttlSeconds of the names, 0 or more; empty for that of the zone
 */
public record NamePolicy(HealthPolicy health, Set<TaskState> states, OptionalInt ttlSeconds) {

  /** That of the predecessors. */
  public static final NamePolicy DEFAULT =
      new NamePolicy(HealthPolicy.IGNORE, Set.of(TaskState.RUNNING), OptionalInt.empty());

  /** Where a task stands. */
  public enum Standing {
    /** It has names. */
    NAMED,

    /** It shares a name only while every other instance is no better. */
    NAMED_IF_ALL_ARE,

    /** It has none. */
    NAMELESS
  }

  /**
   * @throws IllegalArgumentException that lists all problems, one a line
   */
  public NamePolicy {
    requireNonNull(health, "health");
    states = Set.copyOf(states);
    requireNonNull(ttlSeconds, "ttlSeconds");
    String noState = states.isEmpty() ? "states: none (expected: one at least)" : "";
    boolean badTtl = ttlSeconds.isPresent() && ttlSeconds.getAsInt() < 0;
    String ttl = badTtl ? "ttl: " + ttlSeconds.getAsInt() + " (expected: 0 or more)" : "";
    String problems = (noState + "\n" + ttl).strip();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems);
    }
  }

  /** This policy with another say of health. */
  public NamePolicy withHealth(HealthPolicy other) {
    return new NamePolicy(other, states, ttlSeconds);
  }

  /** This policy for other states. */
  public NamePolicy withStates(Set<TaskState> others) {
    return new NamePolicy(health, others, ttlSeconds);
  }

  /** This policy with a TTL of its own. */
  public NamePolicy withTtl(int seconds) {
    return new NamePolicy(health, states, OptionalInt.of(seconds));
  }

  /** What this policy makes of a task. */
  public Standing of(Task task) {
    if (!states.contains(task.state())) {
      return Standing.NAMELESS;
    }
    if (health == HealthPolicy.IGNORE || !isUnhealthy(task)) {
      return Standing.NAMED;
    }
    return health == HealthPolicy.EXCLUDE_UNHEALTHY ? Standing.NAMELESS : Standing.NAMED_IF_ALL_ARE;
  }

  private static boolean isUnhealthy(Task task) {
    Optional<TaskStatus> newest = task.newestStatus();
    Boolean healthy = newest.isEmpty() ? null : newest.get().healthy();
    return healthy == null ? task.healthChecked() : !healthy;
  }
}

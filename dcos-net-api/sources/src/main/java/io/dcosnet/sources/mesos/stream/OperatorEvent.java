// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One record of the stream, as far as it concerns us. <b>Immutable.</b> */
public sealed interface OperatorEvent {

  /**
   * The whole cluster, which later events change.
   *
   * @param heartbeat time between two signs of life of the master
   */
  record Subscribed(Snapshot snapshot, Duration heartbeat) implements OperatorEvent {

    /** What a master promises unless it says otherwise. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);
  }

  /** A sign of life. */
  record Heartbeat() implements OperatorEvent {}

  /** A task is new, or its agent has told of it again. */
  record TaskAdded(Task task) implements OperatorEvent {}

  /**
   * A task got into another state, or its health changed.
   *
   * @param agentId where it runs, empty when the event does not say
   * @param state as the master knows it now, which may be ahead of the status; null when not told
   * @param status what the agent reported; null when not told
   * @param statusHasState false when the status came without a state
   */
  record TaskUpdated(
      String frameworkId,
      String taskId,
      String agentId,
      @Nullable TaskState state,
      @Nullable TaskStatus status,
      boolean statusHasState)
      implements OperatorEvent {
    public TaskUpdated {
      requireNonNull(frameworkId, "frameworkId");
      requireNonNull(taskId, "taskId");
      requireNonNull(agentId, "agentId");
    }
  }

  /**
   * An agent registered, for the first time or again.
   *
   * @param host name that its address hides behind, null when none does
   */
  record AgentAdded(Agent agent, @Nullable String host) implements OperatorEvent {}

  /** An agent is gone or cannot be reached, and with it all that ran there. */
  record AgentRemoved(String id) implements OperatorEvent {}

  /**
   * A framework registered, or changed.
   *
   * @param host name that its address hides behind, null when none does
   */
  record FrameworkPut(Framework framework, @Nullable String host) implements OperatorEvent {}

  /** A framework is gone, and with it all its tasks. */
  record FrameworkRemoved(String id) implements OperatorEvent {}

  /** An event that is newer than this list, or whose content was refused. */
  record Ignored() implements OperatorEvent {}
}

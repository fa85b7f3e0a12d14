// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskUpdated;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings what an event says of a task together with what is known of it: what the event leaves out
 * stays ({@code dns.md} §5.2).
 */
final class TaskMerge {

  private TaskMerge() {}

  /** The task as it was told again. */
  static Task added(@Nullable Task known, Task told) {
    if (known == null) {
      return told;
    }
    Discovery discovery = told.discovery();
    Task.Builder merged = known.toBuilder();
    merged.runningOn(told.agentId());
    if (!told.name().isEmpty()) {
      merged.name(told.name());
    }
    // A state that is not told is that of the newest status; never that from before, so that
    // what a task is does not depend on how it was told of.
    boolean byStatus = told.state() == TaskState.UNKNOWN && told.newestStatus().isPresent();
    merged.state(byStatus ? told.newestStatus().orElseThrow().state() : told.state());
    if (!told.statuses().isEmpty()) {
      merged.statuses(carriedOn(known, told.statuses()));
    }
    if (!told.labels().entries().isEmpty()) {
      merged.labels(told.labels());
    }
    if (discovery != null) {
      merged.discovery(discovery);
    }
    if (told.container() != null) {
      merged.container(told.container());
    }
    if (!told.resourcePorts().isEmpty()) {
      merged.ports(told.resourcePorts());
    }
    return merged.healthChecked(known.healthChecked() || told.healthChecked()).build();
  }

  /** Where the newest status that was told leaves something out, the one before it has it. */
  private static List<TaskStatus> carriedOn(Task known, List<TaskStatus> told) {
    TaskStatus before = known.newestStatus().orElse(null);
    int newest = 0;
    for (int i = 1; i < told.size(); i++) {
      boolean newer = told.get(i).timestampSeconds() >= told.get(newest).timestampSeconds();
      newest = newer ? i : newest;
    }
    List<TaskStatus> statuses = new ArrayList<>(told);
    statuses.set(newest, filledUp(told.get(newest), before));
    return statuses;
  }

  /** The task after an update. */
  static Task updated(Task known, TaskUpdated update) {
    TaskStatus newest = known.newestStatus().orElse(null);
    TaskStatus told = update.status();
    boolean late =
        told != null
            && newest != null
            && told.timestampSeconds() != 0
            && told.timestampSeconds() < newest.timestampSeconds();
    Task.Builder merged = known.toBuilder().state(state(known, update, late));
    if (!update.agentId().isEmpty()) {
      merged.runningOn(update.agentId());
    }
    if (told != null) {
      merged.statuses(late ? withLate(known, told) : withNewest(known, update, told, newest));
    }
    return merged.build();
  }

  /**
   * The master's own word counts: it may be ahead of the status, and it is right even when an
   * agent's clock has jumped. A status alone counts unless it is late; but an end is an end.
   */
  private static TaskState state(Task known, TaskUpdated update, boolean late) {
    TaskState outer = update.state();
    if (outer != null) {
      return outer;
    }
    TaskStatus status = update.status();
    boolean counts =
        status != null && update.statusHasState() && (!late || status.state().isTerminal());
    return status != null && counts ? status.state() : known.state();
  }

  /** Of each state the newest status is kept, so that a task that flaps does not grow. */
  private static List<TaskStatus> withNewest(
      Task known, TaskUpdated update, TaskStatus told, @Nullable TaskStatus newest) {
    TaskState state = update.statusHasState() || newest == null ? told.state() : newest.state();
    double time =
        told.timestampSeconds() == 0 && newest != null
            ? newest.timestampSeconds()
            : told.timestampSeconds();
    TaskStatus status = new TaskStatus(state, time, told.healthy(), told.networks(), told.labels());
    List<TaskStatus> statuses = new ArrayList<>(known.statuses());
    statuses.removeIf(other -> other.state() == state);
    statuses.add(filledUp(status, newest));
    return statuses;
  }

  /** A status that comes late is filed where nothing newer is known of its state. */
  private static List<TaskStatus> withLate(Task known, TaskStatus told) {
    List<TaskStatus> statuses = new ArrayList<>(known.statuses());
    if (known.newestStatus(told.state()).isEmpty()) {
      statuses.add(0, told);
    }
    return statuses;
  }

  private static TaskStatus filledUp(TaskStatus status, @Nullable TaskStatus before) {
    if (before == null) {
      return status;
    }
    Boolean healthy = status.healthy() != null ? status.healthy() : before.healthy();
    List<NetworkInfo> networks =
        tellsAddresses(status.networks()) || !tellsAddresses(before.networks())
            ? status.networks()
            : before.networks();
    Labels labels = status.labels().entries().isEmpty() ? before.labels() : status.labels();
    return new TaskStatus(status.state(), status.timestampSeconds(), healthy, networks, labels);
  }

  private static boolean tellsAddresses(List<NetworkInfo> networks) {
    return networks.stream().anyMatch(network -> !network.addresses().isEmpty());
  }
}

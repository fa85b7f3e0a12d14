// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Leaves out the statuses of a task that decide nothing. Of each state there stay the first and the
 * last with the greatest timestamp: whoever asks for the newest status, among all or among those of
 * some states, and takes the first or the last of several, gets the same as before. A pure
 * function.
 */
public final class DecisiveStatuses {

  private DecisiveStatuses() {}

  /** The task with its decisive statuses, in their order; itself when all are. */
  public static Task of(Task task) {
    List<TaskStatus> all = task.statuses();
    if (all.size() < 2) {
      return task;
    }
    Map<TaskState, TaskStatus> firsts = new EnumMap<>(TaskState.class);
    Map<TaskState, TaskStatus> lasts = new EnumMap<>(TaskState.class);
    for (TaskStatus status : all) {
      if (Double.isNaN(status.timestampSeconds())) {
        return task; // it has no order
      }
      TaskStatus last = lasts.get(status.state());
      if (last == null || status.timestampSeconds() > last.timestampSeconds()) {
        firsts.put(status.state(), status);
      }
      if (last == null || status.timestampSeconds() >= last.timestampSeconds()) {
        lasts.put(status.state(), status);
      }
    }
    List<TaskStatus> kept = new ArrayList<>(all.size());
    for (TaskStatus status : all) {
      if (isSame(status, firsts) || isSame(status, lasts)) {
        kept.add(status);
      }
    }
    return kept.size() == all.size() ? task : task.toBuilder().statuses(kept).build();
  }

  @SuppressWarnings("ReferenceEquality") // of equal ones each has its place
  private static boolean isSame(TaskStatus status, Map<TaskState, TaskStatus> chosen) {
    return chosen.get(status.state()) == status;
  }
}

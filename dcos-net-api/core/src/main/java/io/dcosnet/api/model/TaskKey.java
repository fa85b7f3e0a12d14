// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

/**
 * What tells tasks apart: their ids are unique only inside their framework. <b>Immutable.</b>
 *
 * @param copy 0 but for further tasks that go by the same id, as in a state written by hand: each
 *     has names of its own, so none may hide another
 */
public record TaskKey(String frameworkId, String taskId, int copy) implements Comparable<TaskKey> {

  public TaskKey {
    requireNonNull(frameworkId, "frameworkId");
    requireNonNull(taskId, "taskId");
    if (copy < 0) {
      throw new IllegalArgumentException("copy: " + copy + " (expected: 0 or more)");
    }
  }

  /** The key of the first or only task with that id. */
  public TaskKey(String frameworkId, String taskId) {
    this(frameworkId, taskId, 0);
  }

  @Override
  public int compareTo(TaskKey other) {
    // Written out, since a look-up in a large cluster compares some sixteen times.
    int byFramework = frameworkId.compareTo(other.frameworkId);
    if (byFramework != 0) {
      return byFramework;
    }
    int byTask = taskId.compareTo(other.taskId);
    return byTask != 0 ? byTask : Integer.compare(copy, other.copy);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

/** Task ids are unique only inside their framework. <b>Immutable.</b> */
public record TaskKey(String frameworkId, String taskId) implements Comparable<TaskKey> {
  public TaskKey {
    requireNonNull(frameworkId, "frameworkId");
    requireNonNull(taskId, "taskId");
  }

  @Override
  public int compareTo(TaskKey other) {
    int byFramework = frameworkId.compareTo(other.frameworkId);
    return byFramework != 0 ? byFramework : taskId.compareTo(other.taskId);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * What tells tasks apart: their ids are unique only inside their framework. <b>Immutable.</b>
 *
 * @param copy 0 but for further tasks that go by the same id, as in a state written by hand: each
 *     has names of its own, so none may hide another
 */
public record TaskKey(String frameworkId, String taskId, int copy) implements Comparable<TaskKey> {

  private static final Comparator<TaskKey> ORDER =
      Comparator.comparing(TaskKey::frameworkId)
          .thenComparing(TaskKey::taskId)
          .thenComparingInt(TaskKey::copy);

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
    return ORDER.compare(this, other);
  }
}

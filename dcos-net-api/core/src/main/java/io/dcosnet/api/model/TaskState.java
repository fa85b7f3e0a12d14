// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

/**
 * Where a task is in its life, with the numbers of Mesos ({@code apache/mesos
 * include/mesos/v1/mesos.proto}, TaskState).
 */
public enum TaskState {
  STARTING(0),
  RUNNING(1),
  FINISHED(2),
  FAILED(3),
  KILLED(4),
  LOST(5),
  STAGING(6),
  ERROR(7),
  KILLING(8),
  DROPPED(9),
  UNREACHABLE(10),
  GONE(11),
  GONE_BY_OPERATOR(12),
  /** Mesos does not know, or it uses a state that is newer than this list. */
  UNKNOWN(13);

  private final int number;

  TaskState(int number) {
    this.number = number;
  }

  /** Reads {@code TASK_RUNNING}; anything not on the list is {@link #UNKNOWN}. */
  public static TaskState of(String wireName) {
    if (wireName.startsWith("TASK_")) {
      String name = wireName.substring("TASK_".length());
      for (TaskState state : values()) {
        if (state.name().equals(name)) {
          return state;
        }
      }
    }
    return UNKNOWN;
  }

  /** Number of the state in Mesos' protocol. */
  public int number() {
    return number;
  }

  /** The name on the wire, such as {@code TASK_RUNNING}. */
  public String wireName() {
    return "TASK_" + name();
  }

  /** True when the task has ended and will not run again. */
  public boolean isTerminal() {
    return switch (this) {
      case FINISHED, FAILED, KILLED, LOST, ERROR, DROPPED, GONE, GONE_BY_OPERATOR -> true;
      case STARTING, RUNNING, STAGING, KILLING, UNREACHABLE, UNKNOWN -> false;
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One task as its scheduler knows it. <b>Immutable.</b>
 *
 * @param key framework id and task id
 * @param name given by the scheduler, not unique
 * @param agentId where it runs
 * @param statuses one for each state it went through, in arrival order
 * @param discovery null when the task says nothing about how to find it
 * @param container null when it runs without one
 * @param resourcePorts host ports it was given, in the order of the offer
 * @param healthChecked true when its health is being checked, so that missing health means "not
 *     known yet"
 */
public record Task(
    TaskKey key,
    String name,
    String agentId,
    TaskState state,
    List<TaskStatus> statuses,
    Labels labels,
    @Nullable Discovery discovery,
    @Nullable Container container,
    List<PortRange> resourcePorts,
    boolean healthChecked) {

  public Task {
    requireNonNull(key, "key");
    requireNonNull(name, "name");
    requireNonNull(agentId, "agentId");
    requireNonNull(state, "state");
    statuses = List.copyOf(statuses);
    requireNonNull(labels, "labels");
    resourcePorts = List.copyOf(resourcePorts);
  }

  /** A running task of this name with everything else at its default; its id is the name. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** A builder that starts with the values of this task. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  public String id() {
    return key.taskId();
  }

  public String frameworkId() {
    return key.frameworkId();
  }

  /** The status with the greatest timestamp; of equal ones the later in the list. */
  public Optional<TaskStatus> newestStatus() {
    return newestStatus(status -> true);
  }

  /** As {@link #newestStatus()}, among those in the given state. */
  public Optional<TaskStatus> newestStatus(TaskState wanted) {
    return newestStatus(status -> status.state() == wanted);
  }

  private Optional<TaskStatus> newestStatus(Predicate<TaskStatus> counts) {
    TaskStatus newest = null;
    for (TaskStatus status : statuses) {
      boolean newer = newest == null || status.timestampSeconds() >= newest.timestampSeconds();
      if (newer && counts.test(status)) {
        newest = status;
      }
    }
    return Optional.ofNullable(newest);
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private String frameworkId = "";
    private String id;
    private int copy;
    private String name;
    private String agentId = "";
    private TaskState state = TaskState.RUNNING;
    private final List<TaskStatus> statuses = new ArrayList<>();
    private Labels labels = Labels.NONE;
    private @Nullable Discovery discovery;
    private @Nullable Container container;
    private final List<PortRange> resourcePorts = new ArrayList<>();
    private boolean healthChecked;

    private Builder(String name) {
      this.name = requireNonNull(name, "name");
      this.id = name;
    }

    private Builder(Task task) {
      frameworkId = task.frameworkId();
      copy = task.key.copy();
      id = task.id();
      name = task.name;
      agentId = task.agentId;
      state = task.state;
      statuses.addAll(task.statuses);
      labels = task.labels;
      discovery = task.discovery;
      container = task.container;
      resourcePorts.addAll(task.resourcePorts);
      healthChecked = task.healthChecked;
    }

    public Builder id(String value) {
      id = value;
      return this;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Tells tasks of one id apart, see {@link TaskKey#copy}. */
    public Builder copy(int value) {
      copy = value;
      return this;
    }

    public Builder framework(String frameworkIdValue) {
      frameworkId = frameworkIdValue;
      return this;
    }

    public Builder runningOn(String agentIdValue) {
      agentId = agentIdValue;
      return this;
    }

    public Builder runningOn(Agent agent) {
      return runningOn(agent.id());
    }

    public Builder state(TaskState value) {
      state = value;
      return this;
    }

    /** Adds a status behind those that are there. */
    public Builder status(TaskStatus value) {
      statuses.add(value);
      return this;
    }

    /** Replaces all statuses. */
    public Builder statuses(List<TaskStatus> values) {
      statuses.clear();
      statuses.addAll(values);
      return this;
    }

    /** Adds a label behind those that are there. */
    public Builder label(String key, String value) {
      labels = labels.with(key, value);
      return this;
    }

    /** Replaces all labels. */
    public Builder labels(Labels values) {
      labels = values;
      return this;
    }

    public Builder discovery(@Nullable Discovery value) {
      discovery = value;
      return this;
    }

    public Builder container(@Nullable Container value) {
      container = value;
      return this;
    }

    /** Adds host ports behind those that are there, both ends included. */
    public Builder ports(int first, int last) {
      resourcePorts.add(new PortRange(first, last));
      return this;
    }

    /** Replaces all host ports. */
    public Builder ports(List<PortRange> ranges) {
      resourcePorts.clear();
      resourcePorts.addAll(ranges);
      return this;
    }

    public Builder healthChecked(boolean value) {
      healthChecked = value;
      return this;
    }

    public Task build() {
      return new Task(
          new TaskKey(frameworkId, id, copy),
          name,
          agentId,
          state,
          statuses,
          labels,
          discovery,
          container,
          resourcePorts,
          healthChecked);
    }
  }
}

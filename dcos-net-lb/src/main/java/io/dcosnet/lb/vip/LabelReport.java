// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.lb.internal.Shown;

/**
 * What there is to say about one label of a task: that it was refused, or understood but odd.
 * <b>Immutable.</b>
 *
 * @param label its key, such as {@code VIP_0}
 * @param code stable word for metrics and tests
 * @param detail for a person: what was found and what was expected
 */
public record LabelReport(TaskKey task, String label, String code, String detail) {

  public LabelReport {
    requireNonNull(task, "task");
    requireNonNull(label, "label");
    requireNonNull(code, "code");
    requireNonNull(detail, "detail");
    label = Shown.plain(label);
  }

  /** In the form that all parts share. */
  public Rejection toRejection() {
    return new Rejection("label", task.taskId() + " " + label, code, detail);
  }
}

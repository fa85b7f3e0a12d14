// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.lb.internal.Shown;

/**
 * One thing that the edge does otherwise than an app asked for. Never stops another app.
 * <b>Immutable.</b>
 *
 * @param app its id
 * @param label its key, empty where no label is the cause
 * @param detail for a person: what was found and what was expected
 */
public record EdgeDiagnostic(String app, String label, EdgeCode code, String detail) {
  public EdgeDiagnostic {
    app = Shown.plain(app);
    label = Shown.plain(label);
    requireNonNull(code, "code");
    requireNonNull(detail, "detail");
  }

  /** In the form that all parts share. */
  public Rejection toRejection() {
    String subject = label.isEmpty() ? app : app + " " + label;
    return new Rejection(label.isEmpty() ? "app" : "label", subject, code.name(), detail);
  }
}

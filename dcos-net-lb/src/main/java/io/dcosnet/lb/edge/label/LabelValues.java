// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.label;

import io.dcosnet.lb.internal.Shown;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one app, each value looked at before anybody uses it. <b>Confined to</b> one
 * thread.
 */
final class LabelValues {

  /** Longest value, in characters. */
  static final int MAX_LENGTH = 4 * 1024;

  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y");

  private final String app;
  private final Map<String, String> labels;
  private final Consumer<EdgeDiagnostic> diagnostics;

  LabelValues(String app, Map<String, String> labels, Consumer<EdgeDiagnostic> diagnostics) {
    this.app = app;
    this.labels = labels;
    this.diagnostics = diagnostics;
  }

  boolean has(String label) {
    return labels.containsKey(label);
  }

  Set<String> names() {
    return labels.keySet();
  }

  /** The value, null when there is none that can be used; blanks around it do not count. */
  @Nullable String text(String label) {
    String value = labels.get(label);
    if (value == null) {
      return null;
    }
    if (value.length() > MAX_LENGTH) {
      report(
          label,
          EdgeCode.EDGE_LABEL_TOO_LONG,
          value.length() + " (expected: up to " + MAX_LENGTH + ")");
      return null;
    }
    if (value.codePoints().anyMatch(LabelValues::endsLines)) {
      report(label, EdgeCode.EDGE_LABEL_CONTROL_CHARACTER, Shown.quoted(value));
      return null;
    }
    return value.strip();
  }

  /** As {@link #text}, null for an empty value as well. */
  @Nullable String filled(String label) {
    String value = text(label);
    return value == null || value.isEmpty() ? null : value;
  }

  boolean flag(String label, boolean otherwise) {
    String value = text(label);
    return value == null ? otherwise : TRUE.contains(value.toLowerCase(Locale.ROOT));
  }

  /** The whole number there, null when there is none. */
  @Nullable Integer number(String label) {
    String value = text(label);
    if (value == null) {
      return null;
    }
    if (!value.matches("[+-]?[0-9]{1,9}")) {
      invalid(label, value, "a whole number");
      return null;
    }
    return Integer.valueOf(value);
  }

  void invalid(String label, String value, String expected) {
    report(label, EdgeCode.EDGE_LABEL_INVALID, found(value, expected));
  }

  void report(String label, EdgeCode code, String detail) {
    diagnostics.accept(new EdgeDiagnostic(app, label, code, detail));
  }

  static String found(String value, String expected) {
    return Shown.quoted(value) + " (expected: " + expected + ")";
  }

  /** What ends a line for some reader of text, or is half of a character. */
  private static boolean endsLines(int c) {
    return c < 0x20
        || c == 0x7f
        || c == 0x85
        || c == 0x2028
        || c == 0x2029
        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Labels in the order in which the scheduler gave them; Mesos allows a key several times.
 * <b>Immutable.</b>
 */
public record Labels(List<Label> entries) {

  /** No label. */
  public static final Labels NONE = new Labels(List.of());

  /** One key with its value; both may be empty. */
  public record Label(String key, String value) {}

  public Labels {
    entries = List.copyOf(entries);
  }

  public static Labels of(Map<String, String> labels) {
    List<Label> entries = new ArrayList<>(labels.size());
    labels.forEach((key, value) -> entries.add(new Label(key, value)));
    return entries.isEmpty() ? NONE : new Labels(entries);
  }

  /** The value of the first label with exactly this key. */
  public Optional<String> first(String key) {
    for (Label label : entries) {
      if (label.key().equals(key)) {
        return Optional.of(label.value());
      }
    }
    return Optional.empty();
  }

  /** All values of labels with exactly this key, in order. */
  public List<String> all(String key) {
    List<String> values = new ArrayList<>(1);
    for (Label label : entries) {
      if (label.key().equals(key)) {
        values.add(label.value());
      }
    }
    return values;
  }

  /** These labels and one more behind them. */
  public Labels with(String key, String value) {
    List<Label> more = new ArrayList<>(entries);
    more.add(new Label(key, value));
    return new Labels(more);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.cleanup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Removes one kind of things after the other; what goes wrong with one keeps no other from being
 * removed.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Sweep {

  private final List<String> removed = new ArrayList<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  /**
   * Removes one kind.
   *
   * @param work gives what it removed, one object a line
   */
  Sweep of(String kind, Supplier<List<String>> work) {
    try {
      work.get().forEach(object -> removed.add(kind + ": " + object));
    } catch (RuntimeException e) { // the other kinds are removed all the same
      failures.put(kind, String.valueOf(e.getMessage()));
    }
    return this;
  }

  /** What was removed, with its kind. */
  List<String> removed() {
    return List.copyOf(removed);
  }

  /** Why kinds could not be removed. */
  Map<String, String> failures() {
    return failures;
  }
}

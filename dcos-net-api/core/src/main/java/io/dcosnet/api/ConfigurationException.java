// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api;

import java.io.Serial;
import java.util.List;

/** A configuration that cannot be used; carries every problem found, not only the first. */
public final class ConfigurationException extends DcosNetException {

  @Serial private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // List.copyOf is serializable, as are its strings
  private final List<String> problems;

  /**
   * All problems of one configuration.
   *
   * @param problems one line each, in the form {@code option: value (expected: …)}; at least one
   */
  public ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("problems: none (expected: at least one)");
    }
    this.problems = List.copyOf(problems);
  }

  /** All problems in the order in which they were found, one line each. */
  public List<String> problems() {
    return problems;
  }
}

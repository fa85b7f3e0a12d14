// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import static java.util.Objects.requireNonNull;

/**
 * One thing in a configuration that is wrong, or that an operator should look at. <b>Immutable.</b>
 *
 * @param code stable upper-case word for tests and programs, such as {@code SUBNETS_OVERLAP}
 * @param option path of the option, such as {@code overlays[0].prefix}
 * @param value what stands there, shortened and with unprintable characters escaped
 * @param expected what would be right
 */
public record ConfigProblem(String code, String option, String value, String expected) {

  public ConfigProblem {
    requireNonNull(code, "code");
    requireNonNull(option, "option");
    requireNonNull(value, "value");
    requireNonNull(expected, "expected");
  }

  /** As {@code option: value (expected: …)}. */
  @Override
  public String toString() {
    return option + ": " + value + " (expected: " + expected + ")";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

/** Ports from {@code first} to {@code last}, both included, in 0-65535. <b>Immutable.</b> */
public record PortRange(int first, int last) {
  public PortRange {
    if (first < 0 || last > 65535 || first > last) {
      throw new IllegalArgumentException(
          "port range: " + first + "-" + last + " (expected: within 0-65535, in order)");
    }
  }
}

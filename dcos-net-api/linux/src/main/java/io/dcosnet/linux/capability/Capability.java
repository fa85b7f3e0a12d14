// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.capability;

import static java.util.Objects.requireNonNull;

/**
 * Whether something can be used, and how that is known. <b>Immutable.</b>
 *
 * @param tried what was asked of the kernel
 * @param answer what it said
 */
public record Capability(Feature feature, boolean isThere, String tried, String answer) {

  public Capability {
    requireNonNull(feature, "feature");
    requireNonNull(tried, "tried");
    requireNonNull(answer, "answer");
  }

  /** Such as {@code IPVS: no (find netlink family IPVS: there is none)}. */
  @Override
  public String toString() {
    return feature + ": " + (isThere ? "yes" : "no") + " (" + tried + ": " + answer + ")";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Why a configuration cannot replace another one: it would take something from agents that have it.
 * <b>Immutable.</b>
 *
 * @param code {@code VTEP_IN_USE}, {@code VTEP6_IN_USE}, {@code OUI_IN_USE}, {@code
 *     OVERLAY_IN_USE}, {@code SUBNET_IN_USE} or {@code POOLS_IN_USE}
 * @param option which is at fault
 * @param expected what would do
 * @param allocations those in the way, all of them, one text each: agent, its address, what it has
 */
public record Blocker(String code, String option, String expected, List<String> allocations) {

  private static final int SHOWN = 3;

  public Blocker {
    requireNonNull(code, "code");
    requireNonNull(option, "option");
    requireNonNull(expected, "expected");
    allocations = List.copyOf(allocations);
  }

  /** As {@code option: 17 allocations in the way, such as … (expected: …)}. */
  @Override
  public String toString() {
    String some = String.join("; ", allocations.subList(0, Math.min(SHOWN, allocations.size())));
    return option
        + ": "
        + allocations.size()
        + " allocations in the way, such as "
        + some
        + " (expected: "
        + expected
        + ")";
  }
}

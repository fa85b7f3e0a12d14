// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import java.util.Locale;
import java.util.Optional;

/**
 * In which order the servers of a route are asked, and how many of them at the same time. Under
 * every policy another server is asked when one fails or is late, and the first usable answer wins.
 */
public enum Policy {
  /** The five best at once; for servers that all know the same, as the masters of a cluster. */
  ALL(5, false),

  /** Those two at once that failed least of late, then the fastest; what DC/OS did. */
  DUAL(2, false),

  /** As {@link #DUAL}, but the second one only when the first takes long. */
  DUAL_HEDGED(1, true),

  /** The fastest, and the next one when it takes long. */
  FASTEST(1, true),

  /** Each in turn. */
  ROUND_ROBIN(1, false),

  /** Any. */
  RANDOM(1, false),

  /** The first of the list, the others only when it fails. */
  SEQUENTIAL(1, false);

  /** Safe against one server that dies, at little more than the traffic of one. */
  public static final Policy DEFAULT = DUAL_HEDGED;

  private final int width;
  private final boolean hedged;

  Policy(int width, boolean hedged) {
    this.width = width;
    this.hedged = hedged;
  }

  /** How many servers are asked at once to begin with. */
  int width() {
    return width;
  }

  /** Whether one more is asked before the first counts as late. */
  boolean isHedged() {
    return hedged;
  }

  /** Reads {@code dual-hedged} and the like, in any case, with dashes or underscores. */
  public static Optional<Policy> tryParse(String text) {
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (Policy policy : values()) {
      if (policy.name().equals(name)) {
        return Optional.of(policy);
      }
    }
    return Optional.empty();
  }

  /** As in a configuration: {@code dual-hedged}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

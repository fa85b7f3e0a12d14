// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How {@link NetlinkHostNetwork} works. <b>Immutable.</b>
 *
 * @param protocol number by which routes, rules, next hops, neighbours and addresses of ours are
 *     known, 5-255. There is one such network in each network namespace, whatever its number:
 *     devices are known by their alias, and filters by the name of their table
 * @param table of routes to the addresses of other hosts, 1-2³¹-1 but not 253-255
 * @param rulePriority of the rules that lead to that table, 1-32765
 * @param comparison time after which all is compared without being told, at least 1 s; moved by a
 *     tenth either way, so that hosts do not do it together
 * @param nextHops whether next hops are told once for all routes through them, where the kernel
 *     can; else each route has its own, and ten thousand of them take seconds
 */
public record NetlinkConfig(
    int protocol, int table, int rulePriority, Duration comparison, boolean nextHops) {

  public static final NetlinkConfig DEFAULT =
      new NetlinkConfig(201, 42, 32_042, Duration.ofMinutes(5), true);

  public NetlinkConfig {
    check("protocol", protocol, 5, 255);
    check("table", table, 1, Integer.MAX_VALUE);
    if (table >= 253 && table <= 255) {
      throw new IllegalArgumentException("table: " + table + " (expected: not one of the kernel)");
    }
    check("rule priority", rulePriority, 1, 32_765);
    requireNonNull(comparison, "comparison");
    if (comparison.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("comparison: " + comparison + " (expected: 1 s or more)");
    }
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + ": " + value + " (expected: " + least + "-" + most + ")");
    }
  }

  /** The same, compared more or less often. */
  public NetlinkConfig withComparison(Duration interval) {
    return new NetlinkConfig(protocol, table, rulePriority, interval, nextHops);
  }

  /** The same with a gateway in each route. */
  public NetlinkConfig withoutNextHops() {
    return new NetlinkConfig(protocol, table, rulePriority, comparison, false);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long and how many queries may wait for other servers. <b>Immutable.</b>
 *
 * @param budget time for one query, above 0; with more, clients give up before they hear why; with
 *     less, slow servers get no chance
 * @param maxOutstanding queries that wait at the same time, 1 or more; more take more memory when
 *     servers are slow, with fewer a burst is dropped earlier
 */
public record ForwardLimits(Duration budget, int maxOutstanding) {

  /** 4.5 s, and 1024 queries as in dcos-net. */
  public static final ForwardLimits DEFAULTS =
      new ForwardLimits(Forwarder.DEFAULT_BUDGET, Forwarder.DEFAULT_MAX_OUTSTANDING);

  public ForwardLimits {
    requireNonNull(budget, "budget");
    List<String> problems = new ArrayList<>();
    if (budget.isNegative() || budget.isZero()) {
      problems.add("budget: " + budget + " (expected: more than nothing)");
    }
    if (maxOutstanding < 1) {
      problems.add("maxOutstanding: " + maxOutstanding + " (expected: 1 or more)");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }
}

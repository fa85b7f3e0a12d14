// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.lb.health.Condition;
import io.dcosnet.lb.health.Condition.Status;
import java.util.Locale;
import java.util.StringJoiner;

/** What a node makes of the failures of a back end, in words. A pure function. */
final class ExplainHealth {

  private static final long MILLI = 1_000_000L;

  private ExplainHealth() {}

  /** Empty while nothing is wrong. */
  static String of(Condition condition, long nowNanos) {
    StringJoiner said = new StringJoiner(", ");
    if (condition.status() != Status.HEALTHY) {
      said.add(word(condition.status()) + until(condition, nowNanos));
    }
    if (condition.overruled()) {
      said.add("not heeded, as too much of the VIP is ejected");
    }
    if (condition.timesInRow() > 1) {
      said.add(condition.timesInRow() + " times in a row");
    }
    if (condition.failuresInRow() > 0 && condition.lastFailure() != null) {
      said.add(
          condition.failuresInRow()
              + (condition.failuresInRow() == 1 ? " failure, " : " failures in a row, the last ")
              + word(condition.lastFailure()));
    }
    return said.toString();
  }

  private static String until(Condition condition, long nowNanos) {
    return condition.untilNanos() == Condition.NEVER
        ? ""
        : " for " + Math.max(0, (condition.untilNanos() - nowNanos) / MILLI) + " ms more";
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

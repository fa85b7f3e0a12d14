// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import io.dcosnet.lb.health.BackendHealth.Cause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Finds those whose connections failed more than those of others in the last interval. Pure: the
 * order in which things happened within the interval makes no difference.
 */
final class Outliers {

  /** Equal rates differ by less from their mean. */
  private static final double ROUNDING = 1e-9;

  private static final Comparator<Outlier> WORST_FIRST =
      Comparator.<Outlier>comparingDouble(one -> one.tally.interval().successRate())
          .thenComparing(one -> one.tally.place);

  /** One that stands out, and by which rule. */
  record Outlier(Tally tally, Cause cause) {}

  private Outliers() {}

  /** Those that stand out among these, the worst first. */
  static List<Outlier> among(Collection<Tally> all, HealthRules rules) {
    List<Outlier> found = new ArrayList<>();
    double bound = successRateBound(all, rules);
    for (Tally tally : all) {
      if (bySuccessRate(tally, rules) && tally.interval().successRate() < bound) {
        found.add(new Outlier(tally, Cause.SUCCESS_RATE));
      } else if (byFailures(tally, rules)) {
        found.add(new Outlier(tally, Cause.FAILURE_PERCENTAGE));
      }
    }
    found.sort(WORST_FIRST);
    return found;
  }

  private static boolean bySuccessRate(Tally tally, HealthRules rules) {
    return tally.usable()
        && !tally.distrusted()
        && tally.interval().tries() >= rules.successRateConnections();
  }

  /** Lower rates are too low; nobody's is where there is too little to compare. */
  private static double successRateBound(Collection<Tally> all, HealthRules rules) {
    if (rules.successRateDeviations() == 0) {
      return 0;
    }
    List<Double> rates = new ArrayList<>();
    for (Tally tally : all) {
      if (bySuccessRate(tally, rules)) {
        rates.add(tally.interval().successRate());
      }
    }
    if (rates.size() < rules.successRateBackends()) {
      return 0;
    }
    rates.sort(null); // else the order of a map would show in the last digit
    double mean = rates.stream().mapToDouble(rate -> rate).average().orElse(1);
    double squares = rates.stream().mapToDouble(r -> (r - mean) * (r - mean)).average().orElse(0);
    return mean - rules.successRateDeviations() * Math.sqrt(squares) - ROUNDING;
  }

  private static boolean byFailures(Tally tally, HealthRules rules) {
    Tally.Interval interval = tally.interval();
    return rules.failurePercent() > 0
        && tally.usable()
        && !tally.distrusted()
        && interval.tries() >= rules.failurePercentConnections()
        && interval.failures() * 100 >= interval.tries() * rules.failurePercent();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.lb.health.HealthRules;
import java.time.Duration;
import java.util.regex.Pattern;

/** Section {@code lb.health}: when this node trusts a back end no more, by its own connections. */
final class LbHealthSection {

  private static final Kind<Integer> COUNT = Kind.number(1, Integer.MAX_VALUE);
  private static final Kind<Integer> FROM_ZERO = Kind.number(0, Integer.MAX_VALUE);
  private static final Kind<Integer> PERCENT = Kind.number(0, 100);
  private static final Kind<Double> DECIMAL = Kind.decimal();
  private static final Pattern ISO_DURATION = Pattern.compile("PT[0-9HMS.]+");

  private LbHealthSection() {}

  static HealthRules read(Section health) {
    HealthRules usual = HealthRules.defaults();
    HealthRules.Builder builder =
        HealthRules.builder()
            .consecutiveFailures(
                health.value(
                    "consecutiveFailures",
                    FROM_ZERO,
                    usual.consecutiveFailures(),
                    "Failures in a row that eject a back end; 0 for never."))
            .sweepInterval(
                health.value(
                    "sweepInterval",
                    Kind.DURATION,
                    usual.sweepInterval(),
                    "Between two looks at rates."))
            .ejectionTime(
                health.value(
                    "ejectionTime",
                    Kind.DURATION,
                    usual.ejectionTime(),
                    "How long an ejection takes, times how many there were in a row."))
            .maxEjectionTime(
                health.value(
                    "maxEjectionTime",
                    Kind.DURATION,
                    usual.maxEjectionTime(),
                    "No ejection takes longer."))
            .jitterPercent(
                health.value(
                    "jitterPercent",
                    PERCENT,
                    usual.jitterPercent(),
                    "How much longer or shorter an ejection may be by chance."))
            .maxEjectionPercent(
                health.value(
                    "maxEjectionPercent",
                    PERCENT,
                    usual.maxEjectionPercent(),
                    "How many back ends of a VIP may be ejected at a time, in hundredths; one may"
                        + " of two or more, unless it is 0."))
            .panicPercent(
                health.value(
                    "panicPercent",
                    PERCENT,
                    usual.panicPercent(),
                    "With less of the weight of a VIP trusted, all are used again; with less of it"
                        + " passing checks, checks are not heeded."));
    addRates(health, builder, usual);
    addSlowStart(health, builder, usual);
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage())
          .lines()
          .map(LbHealthSection::withDurationsAsWritten)
          .forEach(health::problemLine);
      return usual;
    }
  }

  /** {@code PT5M} as people write it in the document, {@code 5m}. */
  private static String withDurationsAsWritten(String problem) {
    return ISO_DURATION
        .matcher(problem)
        .replaceAll(found -> DurationText.of(Duration.parse(found.group())));
  }

  private static void addRates(Section health, HealthRules.Builder builder, HealthRules usual) {
    builder
        .successRateDeviations(
            health.value(
                "successRateDeviations",
                DECIMAL,
                usual.successRateDeviations(),
                "Ejects back ends whose success rate is so many standard deviations below the mean"
                    + " of the VIP; 0 for never."))
        .successRateBackends(
            health.value(
                "successRateBackends",
                Kind.number(2, Integer.MAX_VALUE),
                usual.successRateBackends(),
                "Back ends with enough connections that this takes."))
        .successRateConnections(
            health.value(
                "successRateConnections",
                COUNT,
                usual.successRateConnections(),
                "Connections between two looks that are enough for that."))
        .failurePercent(
            health.value(
                "failurePercent",
                PERCENT,
                usual.failurePercent(),
                "Ejects back ends of whose connections so many of a hundred fail; 0 for never."))
        .failurePercentConnections(
            health.value(
                "failurePercentConnections",
                COUNT,
                usual.failurePercentConnections(),
                "Connections between two looks that are enough for that."));
  }

  private static void addSlowStart(Section health, HealthRules.Builder builder, HealthRules usual) {
    builder
        .slowStart(
            health.value(
                "slowStart",
                Kind.DURATION,
                usual.slowStart(),
                "How long a back end that came up, or back, gets less than its share; 0s for not."))
        .slowStartMinPercent(
            health.value(
                "slowStartMinPercent",
                Kind.number(1, 100),
                usual.slowStartMinPercent(),
                "What it gets at least, in hundredths of its share."))
        .slowStartAggression(
            health.value(
                "slowStartAggression",
                Kind.positive(),
                usual.slowStartAggression(),
                "1 grows evenly, more grows faster at first."));
  }
}

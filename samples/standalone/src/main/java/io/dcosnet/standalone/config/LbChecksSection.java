// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.lb.check.CheckRules;
import java.time.Duration;

/** Section {@code lb.checks}: how back ends are tried whose VIP asks for it. */
final class LbChecksSection {

  private static final Kind<Integer> COUNT = Kind.number(1, Integer.MAX_VALUE);
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(10);

  private LbChecksSection() {}

  static CheckRules read(Section checks) {
    CheckRules usual = CheckRules.DEFAULTS;
    int nodes =
        checks.value(
            "nodes",
            Kind.number(1, 100),
            usual.checkers(),
            "Nodes that try each back end; more than half of them must find that it does not"
                + " work.");
    Duration interval =
        checks.value("interval", Kind.DURATION, usual.interval(), "Between two tries of one node.");
    Duration timeout =
        checks.value(
            "timeout",
            Kind.DURATION,
            usual.timeout(),
            "For a try, from its connect to its answer; up to the interval.");
    int rise =
        checks.value(
            "rise", COUNT, usual.rise(), "Good tries in a row after which it works again.");
    int fall =
        checks.value(
            "fall", COUNT, usual.fall(), "Bad tries in a row after which it does not work.");
    if (interval.compareTo(LEAST_INTERVAL) < 0) {
      checks.problem("interval", DurationText.of(interval), "10ms or more");
      return usual;
    }
    if (timeout.toMillis() < 1 || timeout.compareTo(interval) > 0) {
      checks.problem(
          "timeout",
          DurationText.of(timeout),
          "1ms or more, up to interval " + DurationText.of(interval));
      return usual;
    }
    return new CheckRules(nodes, interval, timeout, rise, fall);
  }
}

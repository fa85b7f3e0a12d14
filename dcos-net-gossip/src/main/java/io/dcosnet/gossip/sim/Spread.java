// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.util.Arrays;
import java.util.Locale;

/**
 * How long something took, over all nodes, in seconds. <b>Immutable.</b>
 *
 * @param max the last node's; infinite when it never came to that
 */
public record Spread(double p50, double p90, double p99, double max) {

  /** Of these times in seconds, in any order; all zero when there are none. */
  public static Spread of(double... seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    return new Spread(
        quantile(sorted, 0.50),
        quantile(sorted, 0.90),
        quantile(sorted, 0.99),
        quantile(sorted, 1));
  }

  // The time by which at least this part of the nodes was through.
  private static double quantile(double[] sorted, double part) {
    if (sorted.length == 0) {
      return 0;
    }
    return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
  }

  /** As a JSON object; {@code null} stands for never. */
  String toJson() {
    return "{\"p50\":%s,\"p90\":%s,\"p99\":%s,\"max\":%s}"
        .formatted(number(p50), number(p90), number(p99), number(max));
  }

  /** Three digits behind the point. */
  static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null";
  }
}

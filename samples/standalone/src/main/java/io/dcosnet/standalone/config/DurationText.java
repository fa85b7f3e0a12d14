// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them in a configuration: {@code 250ms}, {@code 30s}, {@code 10m}. */
public final class DurationText {

  /** What a good one looks like. */
  public static final String FORM = "a duration such as 250ms, 30s, 10m, 2h or 1d";

  private static final Pattern TEXT = Pattern.compile("(0|[1-9][0-9]{0,8})(ms|s|m|h|d)");

  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private DurationText() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Duration parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(text);
    }
    return unit(parts.group(2)).multipliedBy(Long.parseLong(parts.group(1)));
  }

  /** In the largest unit that leaves a whole number. */
  public static String of(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      long length = unit(unit).toMillis();
      if (duration.toMillis() % length == 0) {
        return duration.toMillis() / length + unit;
      }
    }
    return duration.toMillis() + "ms";
  }

  private static Duration unit(String name) {
    Duration unit = UNITS.get(name);
    if (unit == null) {
      throw new AssertionError("the pattern allows known units only: " + name);
    }
    return unit;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as text: {@code 90s}, {@code 10m}, and with the units of Mesos {@code 5mins}. */
final class DurationText {

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,12}) ?([a-z]+)");

  private static final Map<String, Long> MILLIS =
      Map.ofEntries(
          Map.entry("ms", 1L),
          Map.entry("s", 1_000L),
          Map.entry("secs", 1_000L),
          Map.entry("m", 60_000L),
          Map.entry("mins", 60_000L),
          Map.entry("h", 3_600_000L),
          Map.entry("hrs", 3_600_000L),
          Map.entry("d", 86_400_000L),
          Map.entry("days", 86_400_000L));

  private DurationText() {}

  /** Empty for a text that is none, and for more than 31 years. */
  static Optional<Duration> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Long unit = MILLIS.get(matcher.group(2));
    long count = Long.parseLong(matcher.group(1));
    return unit == null || count > 1_000_000_000_000L / unit
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(count * unit));
  }

  /** In the largest unit that gives a whole number; parts of milliseconds are lost. */
  static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 60_000 == 0 && millis != 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }
}

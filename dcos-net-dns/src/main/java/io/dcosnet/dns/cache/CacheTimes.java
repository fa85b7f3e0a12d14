// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import java.time.Duration;

/**
 * How long answers are kept. Parts of a second count as none. <b>Immutable.</b>
 *
 * @param minTtl answers with less are kept for so long, 0 up to 60 s; above 0 it breaks names that
 *     move quickly
 * @param maxTtl answers with more are asked for again after so long, 1 s up to 7 days
 * @param maxNegativeTtl the same for denials, up to 3 h (RFC 2308 §5)
 * @param withoutSoa how long a denial that does not say it itself is kept, 0 up to 5 s
 * @param failure how long a failure is remembered when it is the first one, 1 s up to 5 min (RFC
 *     9520 §3.2); each further one doubles it
 * @param maxFailure where doubling ends, up to 5 min
 */
public record CacheTimes(
    Duration minTtl,
    Duration maxTtl,
    Duration maxNegativeTtl,
    Duration withoutSoa,
    Duration failure,
    Duration maxFailure) {

  /** No floor, an hour, half an hour for denials, 5 s for failures, doubling up to 5 min. */
  public static final CacheTimes DEFAULTS =
      new CacheTimes(
          Duration.ZERO,
          Duration.ofHours(1),
          Duration.ofMinutes(30),
          Duration.ZERO,
          Duration.ofSeconds(5),
          Duration.ofMinutes(5));

  public CacheTimes {
    check("minTtl", minTtl, 0, 60);
    check("maxTtl", maxTtl, 1, 7 * 86_400);
    check("maxNegativeTtl", maxNegativeTtl, 0, 3 * 3600);
    check("withoutSoa", withoutSoa, 0, 5);
    check("failure", failure, 1, 300);
    check("maxFailure", maxFailure, failure.toSeconds(), 300);
    if (minTtl.compareTo(maxTtl) > 0) {
      throw new IllegalArgumentException(
          "cache minTtl: " + minTtl + " (expected: at most maxTtl, " + maxTtl + ")");
    }
  }

  /** The same with other limits for answers. */
  public CacheTimes withTtl(Duration min, Duration max) {
    return new CacheTimes(min, max, maxNegativeTtl, withoutSoa, failure, maxFailure);
  }

  static void check(String what, Duration value, long least, long most) {
    if (value.compareTo(Duration.ofSeconds(least)) < 0
        || value.compareTo(Duration.ofSeconds(most)) > 0) {
      throw new IllegalArgumentException(
          "cache " + what + ": " + value + " (expected: " + least + "-" + most + " s)");
    }
  }
}

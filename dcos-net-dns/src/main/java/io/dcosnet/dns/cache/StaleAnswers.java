// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import java.time.Duration;

/**
 * What is done with answers whose time is over while nobody gives newer ones (RFC 8767).
 * <b>Immutable.</b>
 *
 * @param maxStale how long after its TTL an answer may still be given, up to 3 days; 0 never
 * @param clientWait how long a client waits for a newer answer before it gets the old one, up to 5
 *     s; 0 gives the old one at once and asks behind it
 * @param ttl what an old answer says of how long it holds, 1-300 s
 * @param recheck how long after a failure nobody is asked again while there is an old answer, 1-300
 *     s
 */
public record StaleAnswers(Duration maxStale, Duration clientWait, Duration ttl, Duration recheck) {

  /** A day, 1.8 s, TTL 30 s, again after 30 s: the advice of RFC 8767 §5. */
  public static final StaleAnswers DEFAULTS =
      new StaleAnswers(
          Duration.ofDays(1),
          Duration.ofMillis(1800),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30));

  /** Nothing is given once its time is over. */
  public static final StaleAnswers NEVER =
      new StaleAnswers(Duration.ZERO, DEFAULTS.clientWait(), DEFAULTS.ttl(), DEFAULTS.recheck());

  public StaleAnswers {
    CacheTimes.check("maxStale", maxStale, 0, 3 * 86_400);
    CacheTimes.check("clientWait", clientWait, 0, 5);
    CacheTimes.check("stale ttl", ttl, 1, 300);
    CacheTimes.check("recheck", recheck, 1, 300);
  }

  /** The same with another wait of the client. */
  public StaleAnswers withClientWait(Duration wait) {
    return new StaleAnswers(maxStale, wait, ttl, recheck);
  }
}

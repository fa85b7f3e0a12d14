// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.util.Objects.requireNonNull;

/**
 * Everything about a cache that can be chosen. <b>Immutable.</b>
 *
 * @param prefetch answers that are asked for often are renewed shortly before their time is over
 * @param maxFlights questions that others are asked at the same time, 1 or more; further ones are
 *     dropped (UDP) or fail at once (TCP)
 * @param maxWaiters clients that wait for the same answer, 1 or more; further ones as above
 */
public record CacheConfig(
    CacheSize size,
    CacheTimes times,
    StaleAnswers stale,
    boolean prefetch,
    int maxFlights,
    int maxWaiters) {

  /** The defaults of each part, prefetch, 1024 questions under way, 4096 clients for each. */
  public static final CacheConfig DEFAULTS =
      new CacheConfig(
          CacheSize.DEFAULTS, CacheTimes.DEFAULTS, StaleAnswers.DEFAULTS, true, 1024, 4096);

  public CacheConfig {
    requireNonNull(size, "size");
    requireNonNull(times, "times");
    requireNonNull(stale, "stale");
    if (maxFlights < 1 || maxWaiters < 1) {
      throw new IllegalArgumentException(
          "cache questions under way: "
              + maxFlights
              + ", clients for each: "
              + maxWaiters
              + " (expected: 1 or more)");
    }
  }

  /** The same of another size. */
  public CacheConfig withSize(CacheSize other) {
    return new CacheConfig(other, times, stale, prefetch, maxFlights, maxWaiters);
  }

  /** The same with other times. */
  public CacheConfig withTimes(CacheTimes other) {
    return new CacheConfig(size, other, stale, prefetch, maxFlights, maxWaiters);
  }

  /** The same with another rule for old answers. */
  public CacheConfig withStale(StaleAnswers other) {
    return new CacheConfig(size, times, other, prefetch, maxFlights, maxWaiters);
  }

  /** The same with or without renewing answers before their time is over. */
  public CacheConfig withPrefetch(boolean on) {
    return new CacheConfig(size, times, stale, on, maxFlights, maxWaiters);
  }

  /** The same with other limits of what is under way. */
  public CacheConfig withLimits(int flights, int waiters) {
    return new CacheConfig(size, times, stale, prefetch, flights, waiters);
  }
}

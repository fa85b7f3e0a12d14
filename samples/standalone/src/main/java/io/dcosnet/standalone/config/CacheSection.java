// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.dns.cache.CacheConfig;
import io.dcosnet.dns.cache.CacheSize;
import io.dcosnet.dns.cache.CacheTimes;
import io.dcosnet.dns.cache.StaleAnswers;
import org.jspecify.annotations.Nullable;

/** Section {@code dns.cache}: what is kept of the answers of other servers. */
final class CacheSection {

  private CacheSection() {}

  /** What the section says; null for no cache. */
  static @Nullable CacheConfig read(Section cache, int maxFlights) {
    boolean enabled =
        cache.value("enabled", Kind.FLAG, true, "Whether answers of other servers are kept.");
    CacheConfig config =
        CacheConfig.DEFAULTS.withLimits(maxFlights, CacheConfig.DEFAULTS.maxWaiters());
    try {
      config = config.withSize(size(cache));
    } catch (IllegalArgumentException e) {
      note(cache, e);
    }
    try {
      config = config.withTimes(times(cache));
    } catch (IllegalArgumentException e) {
      note(cache, e);
    }
    try {
      config = config.withStale(stale(cache));
    } catch (IllegalArgumentException e) {
      note(cache, e);
    }
    boolean prefetch =
        cache.value(
            "prefetch",
            Kind.FLAG,
            CacheConfig.DEFAULTS.prefetch(),
            "Whether answers in use are asked for again shortly before their time is over.");
    return enabled ? config.withPrefetch(prefetch) : null;
  }

  private static CacheSize size(Section cache) {
    CacheSize defaults = CacheSize.DEFAULTS;
    return new CacheSize(
        cache.value(
            "maxBytes",
            Kind.number(1 << 20, Integer.MAX_VALUE),
            (int) defaults.maxBytes(),
            "Memory that all answers may take, in bytes."),
        cache.value(
            "maxEntries", Kind.number(16, Integer.MAX_VALUE), defaults.maxEntries(), "Answers."),
        cache.value(
            "negativePercent",
            Kind.number(1, 50),
            defaults.negativePercent(),
            "The part of both that denials and failures may take."),
        defaults.maxAnswerBytes());
  }

  private static CacheTimes times(Section cache) {
    CacheTimes defaults = CacheTimes.DEFAULTS;
    return new CacheTimes(
        cache.value(
            "minTtl",
            Kind.DURATION,
            defaults.minTtl(),
            "Shorter times are made as long, up to 60s."),
        cache.value(
            "maxTtl",
            Kind.DURATION,
            defaults.maxTtl(),
            "Longer times are made as short, up to 7d."),
        cache.value(
            "maxNegativeTtl",
            Kind.DURATION,
            defaults.maxNegativeTtl(),
            "The same for denials, up to 3h."),
        cache.value(
            "withoutSoa",
            Kind.DURATION,
            defaults.withoutSoa(),
            "How long a denial is kept that does not say it itself, up to 5s."),
        cache.value(
            "failure",
            Kind.DURATION,
            defaults.failure(),
            "How long a first failure is remembered, 1s to 5m; each further one doubles it."),
        cache.value(
            "maxFailure", Kind.DURATION, defaults.maxFailure(), "Where doubling ends, up to 5m."));
  }

  private static StaleAnswers stale(Section cache) {
    StaleAnswers defaults = StaleAnswers.DEFAULTS;
    return new StaleAnswers(
        cache.value(
            "maxStale",
            Kind.DURATION,
            defaults.maxStale(),
            "How long answers still help after their time when others fail, up to 3d; 0s never."),
        cache.value(
            "staleWait",
            Kind.DURATION,
            defaults.clientWait(),
            "How long a client waits for a newer answer before it gets the old one, up to 5s."),
        cache.value(
            "staleTtl",
            Kind.DURATION,
            defaults.ttl(),
            "What an old answer says of its time, 1s to 5m."),
        cache.value(
            "staleRecheck",
            Kind.DURATION,
            defaults.recheck(),
            "How long after a failure nobody is asked again, 1s to 5m."));
  }

  private static void note(Section cache, IllegalArgumentException problem) {
    cache.problemLine(String.valueOf(problem.getMessage()).replaceFirst("^cache ", ""));
  }
}

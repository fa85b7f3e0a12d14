// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.dns.metrics.DnsMetrics;

/** The counters of a cache, asked for once. <b>Thread-safe.</b> */
final class CacheCounts {

  final Counter positiveHits;
  final Counter negativeHits;
  final Counter failureHits;
  final Counter misses;
  final Counter stale;
  final Counter prefetches;
  final Counter coalesced;
  final Counter positiveEvictions;
  final Counter negativeEvictions;
  final Counter tooManyQuestions;
  final Counter tooManyWaiters;
  final Counter tooLarge;

  CacheCounts(DnsMetrics metrics) {
    positiveHits = metrics.cacheHits("positive");
    negativeHits = metrics.cacheHits("negative");
    failureHits = metrics.cacheHits("failure");
    misses = metrics.cacheMisses();
    stale = metrics.cacheStale();
    prefetches = metrics.cachePrefetches();
    coalesced = metrics.cacheCoalesced();
    positiveEvictions = metrics.cacheEvictions("positive");
    negativeEvictions = metrics.cacheEvictions("negative");
    tooManyQuestions = metrics.cacheDrops("questions");
    tooManyWaiters = metrics.cacheDrops("waiters");
    tooLarge = metrics.cacheDrops("size");
  }

  /** An answer within its time was given. */
  void hit(CachedAnswer.Kind kind) {
    switch (kind) {
      case POSITIVE -> positiveHits.increment();
      case NEGATIVE -> negativeHits.increment();
      case FAILURE -> failureHits.increment();
    }
  }
}

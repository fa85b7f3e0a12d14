// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.dcosnet.api.spi.MetricsSink.Counter;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers of one kind within their part of the memory. What is asked for often stays, whatever else
 * comes by (W-TinyLFU).
 *
 * <p><b>Thread-safe.</b> Answers that leave are retired before the call that made them leave
 * returns, so that no worker gives them any more.
 */
final class CacheStore {

  private final Cache<CacheKey, CachedAnswer> cache;
  private final ConcurrentMap<CacheKey, CachedAnswer> answers;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong entries = new AtomicLong();
  private volatile int leastWeight;

  /**
   * An empty store.
   *
   * @param evictions counts what was pushed out
   */
  CacheStore(long maxBytes, int maxEntries, Counter evictions) {
    leastWeight = leastWeight(maxBytes, maxEntries);
    cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((CacheKey key, CachedAnswer answer) -> Math.max(leastWeight, answer.bytes()))
            .evictionListener(
                (key, answer, cause) -> {
                  if (answer != null) {
                    evictions.increment();
                    retire(answer);
                  }
                })
            .executor(Runnable::run) // a few microseconds now and then, and no threads of others
            .build();
    answers = cache.asMap();
  }

  /** Whoever weighs at least this much leaves room for so many entries only. */
  private static int leastWeight(long maxBytes, int maxEntries) {
    return (int) Math.min(Integer.MAX_VALUE, maxBytes / maxEntries);
  }

  /** Changes the limits; what is too much is pushed out. */
  void resize(long maxBytes, int maxEntries) {
    leastWeight = leastWeight(maxBytes, maxEntries);
    cache.policy().eviction().ifPresent(limit -> limit.setMaximum(maxBytes));
    cache.cleanUp();
  }

  /** The answer under this key, which counts as asked for once more. */
  @Nullable CachedAnswer find(CacheKey key) {
    return cache.getIfPresent(key);
  }

  /** The answer under this key, unnoticed. */
  @Nullable CachedAnswer peek(CacheKey key) {
    return cache.policy().getIfPresentQuietly(key);
  }

  boolean isEmpty() {
    return answers.isEmpty();
  }

  void put(CachedAnswer answer) {
    bytes.addAndGet(answer.bytes());
    entries.incrementAndGet();
    CachedAnswer before = answers.put(answer.key, answer);
    if (before != null) {
      retire(before);
    }
  }

  void remove(CacheKey key) {
    CachedAnswer before = answers.remove(key);
    if (before != null) {
      retire(before);
    }
  }

  /** Removes those that are meant and tells how many they were. */
  int removeIf(Predicate<CachedAnswer> meant) {
    int removed = 0;
    for (CachedAnswer answer : answers.values()) {
      if (meant.test(answer) && answers.remove(answer.key, answer)) {
        retire(answer);
        removed++;
      }
    }
    return removed;
  }

  private void retire(CachedAnswer answer) {
    if (answer.retire()) {
      bytes.addAndGet(-answer.bytes());
      entries.decrementAndGet();
    }
  }

  /** What the store has, in no order, as it changes. */
  Iterable<CachedAnswer> all() {
    return answers.values();
  }

  long bytes() {
    return bytes.get();
  }

  long entries() {
    return entries.get();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.cache.CachedAnswer.Kind;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Answers of others, kept for as long as they allow and a little longer for times when nobody
 * answers. Denials and failures have a part of the memory to themselves.
 *
 * <p>What is kept answers one name, type and setting of DO and CD; that a name does not exist holds
 * for all types.
 *
 * <p><b>Thread-safe.</b> No thread of its own: what is too old leaves when it is met or pushed out.
 */
public final class AnswerCache {

  private static final long NANOS = 1_000_000_000L;

  /** After so long without a failure, the next one counts as the first. */
  private static final long FORGIVEN_NANOS = Duration.ofMinutes(10).toNanos();

  private static final int PREFETCH_PART = 10;

  private final TimeSource time;
  private final Predicate<DomainName> ours;
  private final long seed;
  private final CacheCounts counts;
  private final CacheStore positive;
  private final CacheStore negative;
  private final AtomicLong generation = new AtomicLong();
  private volatile CacheConfig config;

  /**
   * An empty cache.
   *
   * @param ours true for names that zones of this server speak of; no other one is believed there
   * @param random makes it impossible to foresee which names share a place
   */
  public AnswerCache(
      CacheConfig config,
      TimeSource time,
      Predicate<DomainName> ours,
      RandomGenerator random,
      DnsMetrics metrics) {
    this.config = requireNonNull(config, "config");
    this.time = requireNonNull(time, "time");
    this.ours = requireNonNull(ours, "ours");
    this.seed = random.nextLong();
    this.counts = new CacheCounts(metrics);
    CacheSize size = config.size();
    this.positive =
        new CacheStore(
            size.maxBytes() - size.negativeBytes(),
            size.maxEntries() - size.negativeEntries(),
            counts.positiveEvictions);
    this.negative =
        new CacheStore(size.negativeBytes(), size.negativeEntries(), counts.negativeEvictions);
    metrics.cacheEntries("positive", positive::entries);
    metrics.cacheEntries("negative", negative::entries);
    metrics.cacheBytes("positive", positive::bytes);
    metrics.cacheBytes("negative", negative::bytes);
  }

  public CacheConfig config() {
    return config;
  }

  /** Takes effect at once: sizes for what is kept, times for what comes from now on. */
  public void update(CacheConfig newConfig) {
    config = requireNonNull(newConfig, "newConfig");
    CacheSize size = newConfig.size();
    positive.resize(
        size.maxBytes() - size.negativeBytes(), size.maxEntries() - size.negativeEntries());
    negative.resize(size.negativeBytes(), size.negativeEntries());
  }

  /** A look into it, to empty it and to see what it has. */
  public CacheContents contents() {
    return new CacheContents(positive, negative, time, generation);
  }

  CacheCounts counts() {
    return counts;
  }

  TimeSource time() {
    return time;
  }

  /** Grows with each flush: what was asked for before is not kept after. */
  long generation() {
    return generation.get();
  }

  /** What all records of an old answer say of how long they hold, in seconds. */
  int staleTtl() {
    return (int) config.stale().ttl().toSeconds();
  }

  /** True for one caller when the answer is to be asked for again. */
  boolean claimRefresh(CachedAnswer answer, long nowNanos) {
    return answer.claimRefresh(nowNanos, config.stale().recheck().toNanos());
  }

  /** A hash of the name for keys of this cache. */
  long hash(byte[] octets, int start, int length) {
    return NameOctets.hash(seed, octets, start, length);
  }

  /** The key of a question. */
  CacheKey key(DomainName name, int type, boolean dnssecOk, boolean checkingDisabled) {
    byte[] wire = name.toLowerCase().toWire();
    int flags = CacheKey.flags(dnssecOk, checkingDisabled);
    return new CacheKey(hash(wire, 0, wire.length), wire, wire.length, type, flags);
  }

  CacheKey key(Query query) {
    return key(query.name(), query.type(), query.dnssecOk(), query.checkingDisabled());
  }

  /**
   * The best answer there is: one within its time, else the newest old one that may still be given
   * in need, else that there was none a moment ago.
   *
   * @param key of the question; aims elsewhere afterwards
   */
  @Nullable CachedAnswer find(CacheKey key, long nowNanos) {
    int flags = key.flags();
    CachedAnswer exact = positive.find(key);
    if (exact != null && exact.isFresh(nowNanos)) {
      return exact;
    }
    if (negative.isEmpty()) {
      return usable(exact, nowNanos);
    }
    int type = key.type();
    exact = newer(exact, negative.find(key));
    if (exact != null && exact.isFresh(nowNanos)) {
      return exact;
    }
    key.aim(CacheKey.WHOLE_NAME, flags);
    CachedAnswer whole = negative.find(key);
    if (whole != null && whole.isFresh(nowNanos)) {
      return whole;
    }
    CachedAnswer old = usable(newer(exact, whole), nowNanos);
    if (old != null) {
      return old;
    }
    key.aim(type, flags | CacheKey.FAILURE);
    CachedAnswer failure = negative.find(key);
    return failure != null && failure.isFresh(nowNanos) ? failure : null;
  }

  private static @Nullable CachedAnswer newer(
      @Nullable CachedAnswer one, @Nullable CachedAnswer two) {
    if (one == null || two == null) {
      return one == null ? two : one;
    }
    return one.receivedNanos() - two.receivedNanos() >= 0 ? one : two;
  }

  /** An old answer must not be given for ever. */
  private @Nullable CachedAnswer usable(@Nullable CachedAnswer old, long nowNanos) {
    if (old == null) {
      return null;
    }
    long staleNanos = config.stale().maxStale().toNanos();
    return nowNanos - old.expiresNanos() < staleNanos ? old : null;
  }

  /** Notes that a worker gave the answer by itself, so that it stays. */
  void touch(CachedAnswer answer) {
    var unused = (answer.kind == Kind.POSITIVE ? positive : negative).find(answer.key);
  }

  /** Keeps an answer, as far as it may be kept; false when it may not. */
  public boolean keep(Query query, Answer answer) {
    return put(query, answer) != null;
  }

  /**
   * Keeps an answer, as far as it may be kept.
   *
   * @return what is given for the question from now on; null when nothing was kept
   */
  @Nullable CachedAnswer put(Query query, Answer answer) {
    CacheConfig current = config;
    Kept kept = Retention.of(query, answer, current.times(), ours);
    if (kept == null) {
      return null;
    }
    CacheKey key = key(query);
    long now = time.nanos();
    if (kept.kind() == Kind.FAILURE) {
      return fail(query, key, kept, now);
    }
    EncodedAnswer encoded = encode(query, kept.answer(), current.size().maxAnswerBytes());
    if (encoded == null) {
      counts.tooLarge.increment();
      return null;
    }
    long ahead = current.prefetch() ? aheadNanos(kept.ttlSeconds()) : 0;
    key.aim(kept.type(), key.flags());
    CachedAnswer entry =
        new CachedAnswer(key, kept.kind(), encoded, now, kept.ttlSeconds(), ahead, 0);
    if (kept.kind() == Kind.POSITIVE) {
      positive.put(entry);
    } else {
      negative.put(entry);
    }
    forgetOlder(query, kept);
    return entry;
  }

  private static long aheadNanos(long ttlSeconds) {
    return Math.max(NANOS, ttlSeconds * NANOS / PREFETCH_PART);
  }

  /** What may be left out is left out when it makes an answer too large. */
  private static @Nullable EncodedAnswer encode(Query query, Answer answer, int maxBytes) {
    EncodedAnswer encoded = AnswerEncoder.encode(query.name(), query.type(), answer);
    if (encoded.octets().length > maxBytes && encoded.wanted() > 0) {
      Answer bare =
          new Answer(
              answer.rcode(),
              answer.answer(),
              List.of(),
              List.of(),
              false,
              answer.authenticData(),
              answer.extendedError(),
              answer.extendedText());
      encoded = AnswerEncoder.encode(query.name(), query.type(), bare);
    }
    return encoded.octets().length > maxBytes ? null : encoded;
  }

  /** What says something else of the same question is not given any more. */
  private void forgetOlder(Query query, Kept kept) {
    CacheKey key = key(query);
    int flags = key.flags();
    if (kept.kind() == Kind.NEGATIVE) {
      positive.remove(key);
    }
    if (negative.isEmpty()) {
      return;
    }
    if (kept.kind() == Kind.POSITIVE || kept.type() == CacheKey.WHOLE_NAME) {
      negative.remove(key);
    }
    key.aim(query.type(), flags | CacheKey.FAILURE);
    negative.remove(key);
    if (kept.type() != CacheKey.WHOLE_NAME) {
      // The name exists, whatever was said to others before.
      for (int other = 0; other < CacheKey.CLIENT_FLAGS; other++) {
        key.aim(CacheKey.WHOLE_NAME, other);
        negative.remove(key);
      }
    }
  }

  /** Keeps that there was no answer, unless there is an older one that helps. */
  private @Nullable CachedAnswer fail(Query query, CacheKey key, Kept kept, long now) {
    CachedAnswer known = find(key, now);
    if (known != null && known.kind != Kind.FAILURE) {
      known.serveUntil(now + config.stale().recheck().toNanos());
      return null;
    }
    key.aim(
        query.type(),
        CacheKey.flags(query.dnssecOk(), query.checkingDisabled()) | CacheKey.FAILURE);
    CachedAnswer before = negative.peek(key);
    int failures =
        before == null || now - before.expiresNanos() > FORGIVEN_NANOS ? 1 : before.failures() + 1;
    CacheTimes times = config.times();
    long seconds =
        Math.min(
            times.failure().toSeconds() << Math.min(failures - 1, 16),
            times.maxFailure().toSeconds());
    EncodedAnswer encoded = AnswerEncoder.encode(query.name(), query.type(), kept.answer());
    CachedAnswer entry = new CachedAnswer(key, Kind.FAILURE, encoded, now, seconds, 0, failures);
    negative.put(entry);
    return entry;
  }
}

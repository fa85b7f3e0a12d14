// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.cache.CachedAnswer.Kind;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.ZoneRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a cache has, for operators: to look at, and to throw away. Each call walks through all
 * entries, some milliseconds for a hundred thousand.
 *
 * <p><b>Thread-safe.</b>
 */
public final class CacheContents {

  private static final long NANOS = 1_000_000_000L;

  private static final Comparator<CachedAnswer> BY_NAME =
      Comparator.<CachedAnswer, DomainName>comparing(answer -> answer.key.toName())
          .thenComparingInt(answer -> answer.key.type())
          .thenComparingInt(answer -> answer.key.flags());

  private final CacheStore positive;
  private final CacheStore negative;
  private final TimeSource time;
  private final AtomicLong generation;

  CacheContents(CacheStore positive, CacheStore negative, TimeSource time, AtomicLong generation) {
    this.positive = positive;
    this.negative = negative;
    this.time = time;
    this.generation = generation;
  }

  /** How many answers are kept, denials and failures not counted. */
  public long positiveEntries() {
    return positive.entries();
  }

  /** How many denials and failures are kept. */
  public long negativeEntries() {
    return negative.entries();
  }

  /** What all of them take in memory, about. */
  public long bytes() {
    return positive.bytes() + negative.bytes();
  }

  /** Throws everything away and tells how many entries that were. */
  public int flush() {
    return flush(null, false);
  }

  /** Throws away what is kept of this name, whatever the type, and tells how many entries. */
  public int flushName(DomainName name) {
    return flush(name, false);
  }

  /** Throws away what is kept of this name and all below it, and tells how many entries. */
  public int flushBelow(DomainName suffix) {
    return flush(suffix, true);
  }

  /**
   * Throws away that servers failed, which may hold for minutes, and tells how many entries. For
   * the moment when one of them is back.
   */
  public int flushFailures() {
    return negative.removeIf(answer -> answer.kind == Kind.FAILURE);
  }

  private int flush(@Nullable DomainName name, boolean below) {
    generation.incrementAndGet(); // answers under way are from before
    return positive.removeIf(answer -> isMeant(answer, name, below))
        + negative.removeIf(answer -> isMeant(answer, name, below));
  }

  private static boolean isMeant(CachedAnswer answer, @Nullable DomainName name, boolean below) {
    if (name == null) {
      return true;
    }
    return below
        ? name.isAtOrAbove(answer.octets, 0, answer.nameLength)
        : name.isWire(answer.octets, 0, answer.nameLength);
  }

  /**
   * What is kept of a name and all below it, in the order of names.
   *
   * @param limit how many entries at most, the first ones
   */
  public List<CacheEntry> list(DomainName suffix, int limit) {
    PriorityQueue<CachedAnswer> first = new PriorityQueue<>(BY_NAME.reversed());
    collect(positive, suffix, limit, first);
    collect(negative, suffix, limit, first);
    List<CachedAnswer> sorted = new ArrayList<>(first);
    sorted.sort(BY_NAME);
    long now = time.nanos();
    return sorted.stream().map(answer -> entry(answer, now)).toList();
  }

  private static void collect(
      CacheStore store, DomainName suffix, int limit, PriorityQueue<CachedAnswer> first) {
    for (CachedAnswer answer : store.all()) {
      if (isMeant(answer, suffix, true)) {
        first.add(answer);
        if (first.size() > limit) {
          first.remove();
        }
      }
    }
  }

  private static CacheEntry entry(CachedAnswer answer, long now) {
    EncodedAnswer encoded = answer.encoded;
    DomainName name = answer.key.toName();
    int flags = answer.key.flags();
    List<String> records =
        CachedRecords.decode(encoded, name, answer.ageSeconds(now), CachedWriter.COUNT_DOWN)
            .answer()
            .stream()
            .map(ZoneRecord::toString)
            .toList();
    return new CacheEntry(
        name,
        answer.key.type(),
        encoded.rcode(),
        (flags & CacheKey.DNSSEC_OK) != 0,
        (flags & CacheKey.CHECKING_DISABLED) != 0,
        Math.floorDiv(answer.expiresNanos() - now, NANOS),
        answer.bytes(),
        records);
  }
}

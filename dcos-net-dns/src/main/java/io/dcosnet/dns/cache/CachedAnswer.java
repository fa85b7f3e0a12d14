// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.query.Query;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An answer that is kept, as it lies in a message.
 *
 * <p>{@link #octets} has the name in lower case, and behind it the records as they stand in a
 * response right behind the question: names point to the question and to what precedes them. So a
 * response is one copy, with the TTLs made shorter by the age.
 *
 * <p><b>Thread-safe</b>: what was answered never changes; what is noted of it may.
 */
final class CachedAnswer {

  /** Between an index in {@link #octets} behind the name and the offset in a message. */
  static final int BODY_SHIFT = 12 + 4;

  /**
   * Numbers in {@link EncodedAnswer#marks} for each record: its start, its TTL's place, its TTL.
   */
  static final int MARKS = 3;

  /** What kind of answer it is. */
  enum Kind {
    POSITIVE,
    /** The name does not exist, or has none of the type. */
    NEGATIVE,
    FAILURE
  }

  /** Number of times that an answer must be given before it is worth being renewed. */
  private static final int WANTED = 2;

  private static final long NOT = Long.MIN_VALUE;
  private static final long NANOS = 1_000_000_000L;

  /** What an object, its key and its places in the maps take, measured. */
  private static final int OVERHEAD_BYTES = 340;

  private static final VarHandle REFRESH_AT;
  private static final VarHandle RETIRED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      REFRESH_AT = lookup.findVarHandle(CachedAnswer.class, "refreshAt", long.class);
      RETIRED = lookup.findVarHandle(CachedAnswer.class, "retired", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final CacheKey key;
  final Kind kind;
  final EncodedAnswer encoded;

  // What a plain hit needs stands in this object: each further one would be a line of memory to
  // wait for, which takes as long as all the rest.
  final byte[] octets;
  final int nameLength;

  /** Octets of each record, 0 unless the answer is nothing but records that look alike. */
  final int evenLength;

  /** TTL and number of those records. */
  final int evenTtl;

  final int evenCount;
  final boolean evenTurns;
  private final int type;
  private final int flags;

  private final long receivedNanos;
  private final long expiresNanos;
  private final int failures;

  private volatile boolean retired;
  private volatile long refreshAt;
  private volatile long staleUntil = NOT;
  private int given; // several workers may lose a count

  /**
   * An answer that came now.
   *
   * @param refreshAheadNanos how long before its end it may be renewed, 0 for not at all
   * @param failures how many times in a row it was a failure
   */
  CachedAnswer(
      CacheKey key,
      Kind kind,
      EncodedAnswer encoded,
      long nowNanos,
      long ttlSeconds,
      long refreshAheadNanos,
      int failures) {
    this.key = key;
    this.kind = kind;
    this.encoded = encoded;
    this.octets = encoded.octets();
    this.nameLength = key.nameLength();
    this.evenLength = encoded.isPlain() ? encoded.evenLength() : 0;
    this.evenTtl = evenLength == 0 ? 0 : encoded.ttl(0);
    this.evenCount = encoded.answers();
    this.evenTurns = encoded.turns();
    this.type = key.type();
    this.flags = key.flags();
    this.receivedNanos = nowNanos;
    this.expiresNanos = nowNanos + ttlSeconds * NANOS;
    this.refreshAt = expiresNanos - refreshAheadNanos;
    this.failures = failures;
  }

  /** True when it answers this question; the octets hold a whole name. */
  boolean answers(byte[] message, int start, int length, int asked, int clientFlags) {
    return nameLength == length
        && (type == asked || type == CacheKey.WHOLE_NAME)
        && (flags & ~CacheKey.FAILURE) == clientFlags
        && NameOctets.equal(message, start, octets, length);
  }

  boolean isFresh(long nowNanos) {
    return nowNanos - expiresNanos < 0;
  }

  long receivedNanos() {
    return receivedNanos;
  }

  long expiresNanos() {
    return expiresNanos;
  }

  /** Whole seconds since it came. */
  int ageSeconds(long nowNanos) {
    return (int) ((nowNanos - receivedNanos) / NANOS);
  }

  /** Seconds that are left, 0 when its time is over. */
  long secondsLeft(long nowNanos) {
    return Math.max(0, (expiresNanos - nowNanos + NANOS - 1) / NANOS);
  }

  int failures() {
    return failures;
  }

  /** Notes that it was given once more; true when it is worth being renewed. */
  boolean isWanted() {
    // A name that is asked for often is not written to any more, else workers would fight for it.
    if (given < WANTED) {
      given++;
    }
    return given >= WANTED;
  }

  /** True when it is time to renew the answer. */
  boolean isRefreshDue(long nowNanos) {
    return nowNanos - refreshAt >= 0;
  }

  /** True for one caller when it is time to renew the answer; for others after the pause. */
  boolean claimRefresh(long nowNanos, long pauseNanos) {
    long due = refreshAt;
    return nowNanos - due >= 0 && REFRESH_AT.compareAndSet(this, due, nowNanos + pauseNanos);
  }

  /** What is asked to renew it. */
  Query question(int askedType) {
    return new Query(
        key.toName(),
        askedType,
        true,
        (flags & CacheKey.CHECKING_DISABLED) != 0,
        (flags & CacheKey.DNSSEC_OK) != 0,
        true,
        null,
        Protocol.UDP,
        null);
  }

  /** Until then it is given although its time is over, and nobody is asked. */
  void serveUntil(long nanos) {
    staleUntil = nanos;
  }

  boolean isServedStale(long nowNanos) {
    long until = staleUntil;
    return until != NOT && nowNanos - until < 0;
  }

  /** Takes it out of use; true for the first caller. */
  boolean retire() {
    return RETIRED.compareAndSet(this, false, true);
  }

  /** True when it was replaced, flushed or pushed out, and must not be given any more. */
  boolean isRetired() {
    return retired;
  }

  /** What it takes in memory, about. */
  int bytes() {
    return OVERHEAD_BYTES
        + nameLength
        + octets.length
        + 4 * encoded.marks().length
        + encoded.errorText().length;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.dns.answer.Elsewhere;
import io.dcosnet.dns.cache.CachedAnswer.Kind;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.wire.Sender;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The cache as one worker sees it: a table of its own of what it gave lately, in front of what all
 * workers share. A hit there reads one entry, writes the response, and shares nothing with other
 * workers but that entry; it allocates nothing.
 *
 * <p>Clients that do not want others to be asked (RD=0) get what is kept and else nothing. It is
 * for clients that may have others asked; nobody else may learn what is kept.
 *
 * <p><b>Confined to</b> the thread of its responder.
 */
public final class CacheView implements Elsewhere {

  private static final int WAYS = 4;
  private static final int FIRST_SLOTS = 1 << 9;
  private static final int MOST_SLOTS = 1 << 17;

  /** One hit in so many is told to the store, which only has to know what is asked for often. */
  private static final int SAMPLE = 64;

  private final AnswerCache cache;
  private final CacheCounts counts;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Consumer<Query> refresh;
  private final CacheKey probe = new CacheKey();

  // Four entries may stand where one belongs; its tag tells whether looking at it pays.
  private @Nullable CachedAnswer[] slots = new @Nullable CachedAnswer[FIRST_SLOTS];
  private int[] tags = new int[FIRST_SLOTS];
  private int pushedOut;
  private int swept;
  private int hits;

  private @Nullable CachedWriter writer;
  private @Nullable ResponseWriter writersResponse;

  /**
   * A view for one worker.
   *
   * @param random chooses the order of records, on the thread of the worker
   * @param refresh is told what is worth being asked for again; must not block
   */
  public CacheView(AnswerCache cache, RandomGenerator random, Consumer<Query> refresh) {
    this.cache = requireNonNull(cache, "cache");
    this.counts = cache.counts();
    this.time = cache.time();
    this.random = requireNonNull(random, "random");
    this.refresh = requireNonNull(refresh, "refresh");
  }

  @Override
  public int answer(
      QueryReader query,
      Sender sender,
      byte[] octets,
      int start,
      int length,
      ResponseWriter response) {
    int type = query.type();
    int flags = CacheKey.flags(query.dnssecOk(), query.checkingDisabled());
    long nameHash = cache.hash(octets, start, length);
    long hash = CacheKey.slot(nameHash, type, flags);
    long now = time.nanos();
    CachedAnswer entry = recall(hash, octets, start, length, type, flags);
    if (entry == null || entry.isRetired() || !entry.isFresh(now)) {
      entry = search(nameHash, octets, start, length, type, flags, now);
      if (entry == null) {
        return query.recursionDesired() ? LATER : NOBODY;
      }
    } else if (++hits % SAMPLE == 0) {
      sample(entry);
    }
    return give(entry, now, query, octets, start, length, response);
  }

  private void sample(CachedAnswer entry) {
    cache.touch(entry);
    if ((hits & slots.length - 1) == 0) {
      pushedOut = 0; // seldom enough to be borne
    }
  }

  private @Nullable CachedAnswer recall(
      long hash, byte[] octets, int start, int length, int type, int flags) {
    int first = place(hash);
    int tag = (int) hash;
    for (int slot = first; slot < first + WAYS; slot++) {
      if (tags[slot] == tag) {
        CachedAnswer entry = slots[slot];
        if (entry != null && entry.answers(octets, start, length, type, flags)) {
          return entry;
        }
      }
    }
    return null;
  }

  private int place(long hash) {
    return (int) (hash >>> 32) & slots.length - WAYS;
  }

  /** What may be given at once, null when there is nothing. */
  private @Nullable CachedAnswer search(
      long nameHash, byte[] octets, int start, int length, int type, int flags, long now) {
    sweep(now);
    if (!Retention.isKept(type)) {
      return null;
    }
    probe.name(nameHash, octets, start, length);
    probe.aim(type, flags);
    CachedAnswer entry = cache.find(probe, now);
    if (entry == null || (!entry.isFresh(now) && !entry.isServedStale(now))) {
      return null;
    }
    if (entry.kind != Kind.FAILURE) {
      // A failure holds until something better is known, also by who asked for another type: that
      // the name does not exist retires no failure, it only comes before them in the search.
      remember(entry, CacheKey.slot(nameHash, type, flags), now);
    }
    return entry;
  }

  private void remember(CachedAnswer entry, long hash, long now) {
    if (pushedOut > slots.length / 8 && slots.length < MOST_SLOTS) {
      grow();
    }
    int first = place(hash);
    int tag = (int) hash;
    int slot = first + (int) (hash >>> 30 & WAYS - 1);
    boolean full = true;
    for (int other = first; other < first + WAYS && full; other++) {
      CachedAnswer old = slots[other];
      if (old == null || tags[other] == tag || isUseless(old, now)) {
        slot = other;
        full = false;
      }
    }
    if (full) {
      pushedOut++; // a larger table would be of use
    }
    slots[slot] = entry;
    tags[slot] = tag;
  }

  private void grow() {
    // Entries come back by themselves when they are asked for, at the price of one search each.
    int length = slots.length * 4;
    slots = new @Nullable CachedAnswer[length];
    tags = new int[length];
    pushedOut = 0;
  }

  private static boolean isUseless(CachedAnswer entry, long now) {
    return entry.isRetired() || !entry.isFresh(now);
  }

  /** Lets go of one entry that is of no use any more, so that its memory can be used again. */
  private void sweep(long now) {
    int at = ++swept & slots.length - 1;
    CachedAnswer entry = slots[at];
    if (entry != null && isUseless(entry, now)) {
      slots[at] = null;
    }
  }

  private int give(
      CachedAnswer entry,
      long now,
      QueryReader query,
      byte[] octets,
      int start,
      int length,
      ResponseWriter response) {
    CachedWriter out = writer(response);
    boolean behindQuestion = query.isNameOfQuestion(octets, start);
    boolean fresh = entry.isFresh(now);
    int age = entry.ageSeconds(now);
    boolean plain = fresh && behindQuestion && entry.evenLength > 0;
    int rcode = Rcode.NOERROR;
    if (!plain || !out.evenBehindQuestion(entry, age)) {
      EncodedAnswer encoded = entry.encoded;
      int ttl = fresh ? CachedWriter.COUNT_DOWN : cache.staleTtl();
      if (behindQuestion) {
        out.behindQuestion(encoded, length, age, ttl);
      } else {
        out.behindChain(encoded, octets, start, length, age, ttl);
      }
      boolean whole = behindQuestion && encoded.authenticData();
      if (whole && (query.dnssecOk() || query.authenticData())) {
        response.authenticData(); // nothing stands before it that was not checked
      }
      remark(encoded, fresh, response);
      rcode = encoded.rcode();
    }
    if (!fresh) {
      counts.stale.increment();
      return rcode;
    }
    counts.hit(entry.kind);
    if (query.recursionDesired() && entry.isWanted() && entry.isRefreshDue(now)) {
      prefetch(entry, query.type(), now);
    }
    return rcode;
  }

  private static void remark(EncodedAnswer encoded, boolean fresh, ResponseWriter response) {
    if (!fresh) {
      response.explain(staleError(encoded.rcode()), EncodedAnswer.NO_TEXT);
    } else if (encoded.extendedError() != ExtendedError.NONE) {
      response.explain(encoded.extendedError(), encoded.errorText());
    }
  }

  static int staleError(int rcode) {
    return rcode == Rcode.NXDOMAIN ? ExtendedError.STALE_NXDOMAIN : ExtendedError.STALE_ANSWER;
  }

  private void prefetch(CachedAnswer entry, int type, long now) {
    if (entry.kind != Kind.FAILURE && cache.claimRefresh(entry, now)) {
      refresh.accept(entry.question(type));
    }
  }

  private CachedWriter writer(ResponseWriter response) {
    CachedWriter known = writer;
    if (known == null || writersResponse != response) {
      known = new CachedWriter(response, random);
      writer = known;
      writersResponse = response;
    }
    return known;
  }
}

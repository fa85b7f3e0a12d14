// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.cache;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.Scheduler.Timer;
import io.dcosnet.dns.cache.Flight.Joined;
import io.dcosnet.dns.cache.Flight.Question;
import io.dcosnet.dns.cache.Flight.Waiter;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers from a cache, and has others asked for the rest: each question once, however many want to
 * know. While others fail, it gives what is known from before (RFC 8767).
 *
 * <p><b>Thread-safe</b>; does not block. Whoever brings an answer gives it to all who wait, on its
 * thread.
 */
public final class CachingResolver implements Resolver {

  private static final Logger LOGGER = LoggerFactory.getLogger(CachingResolver.class);

  /** Who asks others has this long; then the question may be asked anew. */
  private static final Duration LONGEST_FLIGHT = Duration.ofSeconds(10);

  /** What is left of a client's patience when it gets an old answer at last. */
  private static final Duration RESERVE = Duration.ofMillis(100);

  private static final long COMPLAINTS_NANOS = Duration.ofMinutes(1).toNanos();

  private final AnswerCache cache;
  private final Resolver next;
  private final Scheduler scheduler;
  private final CacheCounts counts;
  private final ConcurrentHashMap<Question, Flight> flights = new ConcurrentHashMap<>();
  private final AtomicLong complainAt;

  /**
   * A cache in front of somebody.
   *
   * @param next is asked for what the cache has not
   * @param scheduler ends waits, and begins to renew answers
   */
  public CachingResolver(
      AnswerCache cache, Resolver next, Scheduler scheduler, DnsMetrics metrics) {
    this.cache = requireNonNull(cache, "cache");
    this.next = requireNonNull(next, "next");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.counts = cache.counts();
    this.complainAt = new AtomicLong(scheduler.time().nanos());
    metrics.cacheFlights(flights::mappingCount);
  }

  @Override
  public CompletionStage<Answer> resolve(Query query) {
    if (!Retention.isKept(query.type())) {
      return query.recursionDesired() ? next.resolve(query) : notAsked();
    }
    long now = scheduler.time().nanos();
    CachedAnswer known = cache.find(cache.key(query), now);
    if (known != null && known.isFresh(now)) {
      counts.hit(known.kind);
      return CompletableFuture.completedFuture(fresh(known, query, now));
    }
    if (known != null && known.isServedStale(now)) {
      return CompletableFuture.completedFuture(old(known, query));
    }
    if (!query.recursionDesired()) {
      return notAsked();
    }
    counts.misses.increment();
    return ask(query, known);
  }

  @Override
  public List<String> describe(DomainName name, int type) {
    List<String> lines = new ArrayList<>();
    if (Retention.isKept(type)) {
      lines.add(name + ": " + KeptAnswers.describe(cache, name, type, scheduler.time().nanos()));
    }
    lines.addAll(next.describe(name, type));
    return lines;
  }

  /** Asks for the answer to a question again, for nobody in particular. Returns at once. */
  public void refresh(Query query) {
    scheduler.execute(
        () -> {
          Flight flight = new Flight(Question.of(query), cache.generation());
          if (hasRoom() && flights.putIfAbsent(flight.question, flight) == null) {
            counts.prefetches.increment();
            begin(flight, query);
          }
        });
  }

  private static CompletionStage<Answer> notAsked() {
    return CompletableFuture.completedFuture(
        Answer.failure(Rcode.REFUSED, ExtendedError.NOT_AUTHORITATIVE, ""));
  }

  private Answer fresh(CachedAnswer known, Query query, long now) {
    boolean again =
        query.recursionDesired()
            && known.kind != CachedAnswer.Kind.FAILURE
            && known.isWanted()
            && known.isRefreshDue(now);
    if (again && cache.claimRefresh(known, now)) {
      refresh(known.question(query.type()));
    }
    return CachedRecords.decode(
        known.encoded, query.name(), known.ageSeconds(now), CachedWriter.COUNT_DOWN);
  }

  private Answer old(CachedAnswer known, Query query) {
    counts.stale.increment();
    return CachedRecords.decode(known.encoded, query.name(), 0, cache.staleTtl())
        .with(CacheView.staleError(known.encoded.rcode()), "");
  }

  private boolean hasRoom() {
    return flights.mappingCount() < cache.config().maxFlights();
  }

  private CompletionStage<Answer> ask(Query query, @Nullable CachedAnswer known) {
    Waiter waiter = new Waiter(query, known);
    Question question = Question.of(query);
    while (true) {
      Flight flight = flights.get(question);
      boolean first = flight == null;
      if (flight == null) {
        if (!hasRoom()) {
          counts.tooManyQuestions.increment();
          return CompletableFuture.completedFuture(instead(waiter, overloaded(query)));
        }
        flight = new Flight(question, cache.generation());
        Flight other = flights.putIfAbsent(question, flight);
        first = other == null;
        flight = other == null ? flight : other;
      }
      Joined joined = flight.join(waiter, cache.config().maxWaiters());
      if (joined == Joined.FULL) {
        counts.tooManyWaiters.increment();
        return CompletableFuture.completedFuture(instead(waiter, overloaded(query)));
      }
      if (joined == Joined.WAITING) {
        if (first) {
          beginUnlessKnown(flight, query);
        } else {
          counts.coalesced.increment();
        }
        limit(waiter, first);
        return waiter.answer;
      }
      // It ended a moment ago: what it brought is in the cache, unless it must not be kept.
      long now = scheduler.time().nanos();
      CachedAnswer brought = cache.find(cache.key(query), now);
      if (brought != null && brought.isFresh(now)) {
        counts.coalesced.increment();
        return CompletableFuture.completedFuture(fresh(brought, query, now));
      }
      flights.remove(question, flight);
    }
  }

  /** An answer of ours over UDP would only feed a flood; a client over TCP is a real one. */
  private static Answer overloaded(Query query) {
    return query.protocol() == Protocol.UDP ? Answer.DROP : Answer.OVERLOADED;
  }

  /** An old answer where there is one, else the failure. */
  private Answer instead(Waiter waiter, Answer failure) {
    CachedAnswer old = waiter.old;
    return old == null || old.isRetired() ? failure : old(old, waiter.query);
  }

  /** Nobody may wait for longer than it wants. */
  private void limit(Waiter waiter, boolean first) {
    if (waiter.answer.isDone()) {
      return;
    }
    Duration left = waiter.query.timeLeft();
    Duration wait = null;
    if (waiter.old != null) {
      wait = cache.config().stale().clientWait();
      if (left != null && left.minus(RESERVE).compareTo(wait) < 0) {
        wait = left.minus(RESERVE);
      }
      if (wait.isZero() || wait.isNegative()) {
        giveUp(waiter);
        return;
      }
    } else if (left != null && !first) {
      wait = left; // the question is asked with the time that the first one has
    }
    if (wait != null) {
      waiter.limit(scheduler.schedule(wait, () -> giveUp(waiter)));
    }
  }

  private void giveUp(Waiter waiter) {
    if (!waiter.answer.isDone()) {
      waiter.end(instead(waiter, noAnswer("no answer in time")));
    }
  }

  private static Answer noAnswer(String why) {
    return Answer.failure(Rcode.SERVFAIL, ExtendedError.NO_REACHABLE_AUTHORITY, why);
  }

  /** Somebody may have brought the answer between the look into the cache and the asking. */
  private void beginUnlessKnown(Flight flight, Query query) {
    long now = scheduler.time().nanos();
    CachedAnswer known = cache.find(cache.key(query), now);
    if (known != null && known.isFresh(now)) {
      end(flight, known, null);
    } else {
      begin(flight, query);
    }
  }

  private void begin(Flight flight, Query query) {
    Timer longest =
        scheduler.schedule(LONGEST_FLIGHT, () -> land(flight, query, noAnswer("nobody answered")));
    CompletionStage<Answer> asked;
    try {
      asked = next.resolve(forAll(query));
    } catch (RuntimeException | Error e) {
      asked = CompletableFuture.failedFuture(e);
    }
    asked.whenComplete(
        (answer, failure) -> {
          longest.cancel();
          if (failure != null) {
            complain(query, failure);
          }
          land(flight, query, failure == null ? answer : noAnswer("fault of the server"));
        });
  }

  /** A resolver that fails is a fault of the program, which may show with each question. */
  private void complain(Query query, Throwable failure) {
    long now = scheduler.time().nanos();
    long due = complainAt.get();
    if (now - due >= 0 && complainAt.compareAndSet(due, now + COMPLAINTS_NANOS)) {
      LOGGER.warn("asking others for {} type {} failed", query.name(), query.type(), failure);
    }
  }

  /** What the answer says of itself is for all who wait, so all of it is asked. */
  private static Query forAll(Query query) {
    return new Query(
        query.name(),
        query.type(),
        true,
        query.checkingDisabled(),
        query.dnssecOk(),
        true,
        query.client(),
        query.protocol(),
        query.timeLeft());
  }

  /** Keeps what came, then gives it to all who wait. */
  private void land(Flight flight, Query query, Answer answer) {
    CachedAnswer kept = null;
    boolean says = !answer.equals(Answer.DROP) && !answer.equals(Answer.OVERLOADED);
    if (says && flight.generation == cache.generation()) {
      kept = cache.put(query, answer);
    }
    end(flight, kept, answer);
  }

  private void end(Flight flight, @Nullable CachedAnswer kept, @Nullable Answer answer) {
    List<Waiter> waiters = flight.end();
    flights.remove(flight.question, flight);
    if (waiters == null) {
      return;
    }
    long now = scheduler.time().nanos();
    for (Waiter waiter : waiters) {
      waiter.end(result(waiter, kept, answer, now));
    }
  }

  private Answer result(
      Waiter waiter, @Nullable CachedAnswer kept, @Nullable Answer answer, long now) {
    if (answer != null && answer.equals(Answer.DROP)) {
      return instead(waiter, overloaded(waiter.query)); // whoever asked first, over whatever
    }
    if (answer != null && isFailure(answer)) {
      return instead(waiter, answer);
    }
    return kept == null
        ? requireNonNull(answer, "answer")
        : CachedRecords.decode(
            kept.encoded, waiter.query.name(), kept.ageSeconds(now), CachedWriter.COUNT_DOWN);
  }

  private static boolean isFailure(Answer answer) {
    return answer.rcode() != Rcode.NOERROR && answer.rcode() != Rcode.NXDOMAIN;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.HandlerChain;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.query.Resolver;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.ZoneTable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all responders of a server ask when the zones do not answer at once: the handlers, then
 * whoever knows names outside the zones. It bounds how many queries wait.
 *
 * <p><b>Thread-safe.</b>
 */
public final class LaterAnswers {

  /** Nobody is asked. */
  public static final LaterAnswers NONE =
      new LaterAnswers(HandlerChain.EMPTY, null, null, new DnsMetrics(MetricsSink.none()));

  /** Most queries that wait at once. */
  public static final int MOST_WAITING = 1024;

  /** When nobody answers for so long, the client gets SERVFAIL; it waits for 5 s itself. */
  public static final Duration LONGEST = Duration.ofMillis(4_900);

  private static final Logger LOGGER = LoggerFactory.getLogger(LaterAnswers.class);

  private final @Nullable Resolver outside;
  private final @Nullable Scheduler scheduler;
  private final Counter failures;
  private final Counter timeouts;
  private final AtomicInteger waiting = new AtomicInteger();

  /** Answers what handlers for a name pass on; null when there never is such a handler. */
  private @Nullable ZoneResolver zones;

  private volatile HandlerChain handlers;
  private volatile boolean closed;

  private LaterAnswers(
      HandlerChain handlers,
      @Nullable Resolver outside,
      @Nullable Scheduler scheduler,
      DnsMetrics metrics) {
    this.handlers = handlers;
    this.outside = outside;
    this.scheduler = scheduler;
    this.failures = metrics.handlerErrors();
    this.timeouts = metrics.timeouts();
  }

  /**
   * The answers of these.
   *
   * @param zones of the server, to which handlers that were added for a name may pass on
   * @param outside is asked for names that neither a zone nor a handler answers, when the client
   *     may have others asked; null when nobody is
   * @param random thread-safe
   */
  public static LaterAnswers of(
      ZoneTable zones,
      Aliases aliases,
      HandlerChain handlers,
      @Nullable Resolver outside,
      Scheduler scheduler,
      RandomGenerator random,
      DnsMetrics metrics) {
    requireNonNull(scheduler, "scheduler");
    LaterAnswers behind = new LaterAnswers(handlers.withoutNamed(), outside, scheduler, metrics);
    LaterAnswers all = new LaterAnswers(handlers, outside, scheduler, metrics);
    all.zones = new ZoneResolver(zones, aliases, behind, random);
    metrics.waiting(all.waiting::get);
    return all;
  }

  /** Takes other handlers from the next query on; those that wait keep theirs. */
  public void update(HandlerChain wanted) {
    handlers = requireNonNull(wanted, "wanted");
    if (zones != null) {
      zones.update(wanted.withoutNamed());
    }
  }

  /** The handlers at the moment. */
  public HandlerChain handlers() {
    return handlers;
  }

  /** How many queries wait at the moment. */
  public int waiting() {
    return waiting.get();
  }

  /** True when the name in these octets is for a handler, whatever the zones have. */
  boolean covers(byte[] octets, int offset, int length) {
    return handlers.covers(octets, offset, length);
  }

  /** True when there are handlers for names that no zone has. */
  boolean seesMisses() {
    return handlers.seesMisses();
  }

  /** True when others are asked for clients that may have them asked. */
  boolean recurses() {
    return outside != null;
  }

  /** For responders that know nothing by themselves. */
  public Elsewhere elsewhere() {
    return outside == null ? Elsewhere.NOWHERE : Elsewhere.OTHERS;
  }

  /** The code of {@link ExtendedError} for a client that gets no answer about the outside. */
  int refusal(boolean mayRecurse) {
    return outside == null || mayRecurse
        ? ExtendedError.NOT_AUTHORITATIVE
        : ExtendedError.PROHIBITED;
  }

  /** Asks the handlers, and whoever stands behind them. */
  CompletionStage<Answer> resolve(Query query) {
    HandlerChain chain = handlers;
    Resolver passedOn = zones == null ? this::askOutside : zones;
    return chain.resolve(query, passedOn, this::askOutside, failure -> failed(query, failure));
  }

  private CompletionStage<Answer> askOutside(Query query) {
    if (outside != null && query.recursionDesired()) {
      return outside.resolve(query).thenApply(LaterAnswers::ofOthers);
    }
    boolean refused = outside != null || handlers.seesMisses() || !query.recursionDesired();
    return CompletableFuture.completedFuture(
        refused
            ? Answer.failure(Rcode.REFUSED, ExtendedError.NOT_AUTHORITATIVE, "")
            : Answer.failure(Rcode.SERVFAIL, ExtendedError.NO_REACHABLE_AUTHORITY, ""));
  }

  /**
   * Whatever they say of themselves, they do not own what we answer for: with that bit, records of
   * our zones would be taken from them.
   */
  private static Answer ofOthers(Answer told) {
    return told.authoritative()
        ? new Answer(
            told.rcode(),
            told.answer(),
            told.authority(),
            told.additional(),
            false,
            told.authenticData(),
            told.extendedError(),
            told.extendedText())
        : told;
  }

  /** Counts what went wrong with a query, and logs it for who can mend it. */
  void failed(Query query, Throwable failure) {
    failures.increment();
    LOGGER.debug("{} type {}: {}", query.name(), query.type(), failure.toString(), failure);
  }

  /** Lets no more queries wait, so that those that do can end. */
  public void close() {
    closed = true;
  }

  /** False when no more may wait; after true {@link #leave} must follow. */
  boolean enter() {
    if (closed) {
      return false;
    }
    if (waiting.incrementAndGet() <= MOST_WAITING) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  void leave() {
    waiting.decrementAndGet();
  }

  /** Calls {@code expired} when the time of a query that begins to wait now is over. */
  Scheduler.Timer limit(Runnable expired) {
    if (scheduler == null) {
      throw new IllegalStateException("nobody was asked, so nothing can wait");
    }
    return scheduler.schedule(
        LONGEST,
        () -> {
          timeouts.increment();
          expired.run();
        });
  }

  /** Nanoseconds for intervals; stands still where nothing can wait. */
  long nanos() {
    return scheduler == null ? 0 : scheduler.time().nanos();
  }
}

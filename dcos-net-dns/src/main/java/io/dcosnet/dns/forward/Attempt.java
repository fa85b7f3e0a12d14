// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.forward.ForwardedQuery.Surroundings;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.Rcode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One question of a query to one server, and what its end means for both.
 *
 * <p><b>Confined to</b> the turns of its query.
 */
final class Attempt {

  /** How a question ended: one of the two is there. */
  record Outcome(@Nullable Reply reply, @Nullable Throwable failure) {}

  /** What to do about it. */
  enum Verdict {
    /** The answer is good. */
    USABLE,
    /** The server has an answer, but not for datagrams. */
    OVER_TCP,
    /** The server may have an answer for those who do not use EDNS. */
    WITHOUT_EDNS,
    /** Somebody else must be asked. */
    USELESS
  }

  private final Surroundings around;
  private final Target target;
  private final Query query;
  private final Duration left;
  private final Carrier carrier;
  private final boolean edns;
  private final long askedAt;
  private boolean fresh = true;
  private Verdict verdict = Verdict.USELESS;
  private Scheduler.@Nullable Timer lateness;
  private Exchange.@Nullable Call call;

  Attempt(Surroundings around, Target target, Query query, Duration left) {
    this.around = around;
    this.target = target;
    this.query = query;
    this.left = left;
    this.carrier = target.carrier();
    this.edns = target.edns();
    this.askedAt = around.now();
  }

  Target target() {
    return target;
  }

  /**
   * Sends the question.
   *
   * @param late called when the answer takes longer than that of this server should
   * @param ended called when there is an answer, or never will be one; from any thread
   */
  void start(Runnable late, Consumer<Outcome> ended) {
    long timeout = target.health().timeout(target.tries());
    target.asked();
    target.health().outstanding().incrementAndGet();
    lateness = around.scheduler().schedule(Duration.ofNanos(timeout), late);
    try {
      Exchange.Call made =
          around.exchange().ask(target.health().upstream(), query, carrier, edns, left);
      call = made;
      var unused =
          made.reply().whenComplete((reply, failure) -> ended.accept(new Outcome(reply, failure)));
    } catch (RuntimeException | Error e) {
      ended.accept(new Outcome(null, e));
    }
  }

  /**
   * The answer is late: the server may be slow, or dead; or this process was at a standstill, which
   * looks the same. That the server does not answer is taken for true when another one did
   * meanwhile, or after the longest timeout there is.
   *
   * @param again called when that is over
   * @return true the first time
   */
  boolean late(Runnable again) {
    if (!fresh) {
      silent();
      return false;
    }
    stale();
    around.watch().late(target.health(), carrier);
    long waited = around.now() - askedAt;
    long rest = Math.max(0, UpstreamHealth.LONGEST_TIMEOUT - waited);
    lateness = around.scheduler().schedule(Duration.ofNanos(rest), again);
    return true;
  }

  private void silent() {
    if (target.isFirstLoss()) {
      around.watch().silent(target.health(), askedAt);
    }
  }

  private void stale() {
    if (fresh) {
      fresh = false;
      target.noLongerFresh();
    }
  }

  /**
   * Nobody waits for the answer any more.
   *
   * @param answered another server has answered
   */
  void cancel(boolean answered) {
    if (answered && !fresh) {
      silent();
    }
    close();
    target.health().tookMoreThan(around.now(), around.now() - askedAt);
    if (call != null) {
      call.cancel();
    }
  }

  private void close() {
    stale();
    target.health().outstanding().decrementAndGet();
    if (lateness != null) {
      lateness.cancel();
    }
  }

  Verdict verdict() {
    return verdict;
  }

  /** Works the end in; gives the answer, if there is one, and sets the verdict. */
  @Nullable Answer settle(Outcome outcome) {
    close();
    Reply reply = outcome.reply();
    if (reply == null) {
      failed(outcome.failure());
      return null;
    }
    around.watch().answered(target.health(), carrier, reply.nanos());
    if (reply.truncated()) {
      truncated();
      return null;
    }
    int rcode = reply.answer().rcode();
    boolean usable = rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN || rcode == Rcode.YXDOMAIN;
    if (usable) {
      verdict = Verdict.USABLE;
      return reply.answer();
    }
    String name = Rcode.name(rcode).toLowerCase(Locale.ROOT);
    around.watch().useless(target.health(), carrier, reason(rcode, name));
    boolean ednsUnknown = rcode == Rcode.FORMERR || rcode == Rcode.NOTIMP || rcode == Rcode.BADVERS;
    if (!edns || !ednsUnknown) {
      target.useless(name);
    } else if (target.edns()) { // or else it is asked without already
      target.withoutEdns();
      verdict = Verdict.WITHOUT_EDNS;
    }
    return reply.answer();
  }

  /** Names of codes that a server makes up must not become tags. */
  private static String reason(int rcode, String name) {
    return rcode <= Rcode.REFUSED ? name : "other-rcode";
  }

  private void truncated() {
    if (carrier == Carrier.UDP) {
      overTcp();
    } else {
      around.watch().useless(target.health(), carrier, "truncated");
      target.useless("truncated");
    }
  }

  /** Once, however many of its datagrams lead there. */
  private void overTcp() {
    if (target.carrier() == Carrier.UDP) {
      target.overTcp();
      verdict = Verdict.OVER_TCP;
    }
  }

  private void failed(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof ExchangeFailedException known)) {
      around.watch().faulty(target.health(), carrier, cause);
      target.ended("error");
      target.spend();
      return;
    }
    String reason = known.kind().name().toLowerCase(Locale.ROOT);
    target.ended(reason);
    switch (known.kind()) {
      case TIMEOUT -> lost(reason);
      case CLOSED -> {
        lost(reason);
        target.broke();
      }
      case UNREACHABLE, TLS -> {
        lost(reason);
        target.spend();
      }
      case SPOOFED -> spoofed(reason);
      case MALFORMED -> {
        around.watch().useless(target.health(), carrier, reason);
        target.useless(reason);
      }
      case CANCELLED, OVERLOADED -> {
        around.watch().useless(target.health(), carrier, reason);
        target.spend();
      }
    }
  }

  /** Whoever guesses cannot do so on a connection. */
  private void spoofed(String reason) {
    around.watch().useless(target.health(), carrier, reason);
    if (carrier == Carrier.UDP) {
      overTcp();
    } else {
      target.spend();
    }
  }

  private void lost(String reason) {
    if (target.isFirstLoss()) {
      around.watch().lost(target.health(), carrier, reason, askedAt);
    }
  }
}

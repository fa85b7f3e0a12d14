// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.forward.Attempt.Outcome;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One query on its way through the servers of a route, until the first usable answer or the end of
 * its time.
 *
 * <p>A server that is late is not given up: another one is asked beside it, and then the first ones
 * again, but all questions stay open until the end, so that no answer is lost that comes in time.
 *
 * <p><b>Thread-safe.</b> Whatever happens to it is worked in one thing after the other, on the
 * thread that brings it; no lock is held meanwhile.
 */
final class ForwardedQuery {

  /** How often one query is sent, follow-ups over TCP and without EDNS not counted. */
  static final int MAX_ATTEMPTS = 10;

  private static final long SHORTEST_HEDGE = MILLISECONDS.toNanos(20);

  /** What a query needs from around it. */
  record Surroundings(Exchange exchange, Scheduler scheduler, UpstreamWatch watch) {
    long now() {
      return scheduler.time().nanos();
    }
  }

  private final Surroundings around;
  private final Upstreams upstreams;
  private final Query query;
  private final long startedAt;
  private final Duration budget;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final OneAtATime turns = new OneAtATime();

  // Touched in turns only.
  private final List<Target> targets = new ArrayList<>();
  private final List<Attempt> open = new ArrayList<>();
  private int reached;
  private int attempts;
  private boolean done;
  private @Nullable Answer excuse;
  private Scheduler.@Nullable Timer end;
  private Scheduler.@Nullable Timer hedge;

  /**
   * A query that asks nobody yet.
   *
   * @param order whom to ask, best first; at least one
   * @param budget time until it has an answer, whatever that is
   */
  ForwardedQuery(
      Surroundings around,
      Upstreams upstreams,
      List<UpstreamHealth> order,
      Query query,
      Duration budget) {
    this.around = requireNonNull(around, "around");
    this.upstreams = requireNonNull(upstreams, "upstreams");
    this.query = requireNonNull(query, "query");
    this.budget = requireNonNull(budget, "budget");
    this.startedAt = around.now();
    order.forEach(health -> targets.add(new Target(health)));
  }

  /** Begins; the stage fails only by a fault of the program. */
  CompletionStage<Answer> start() {
    turn(
        () -> {
          end = around.scheduler().schedule(budget, () -> turn(this::giveUp));
          int width = Math.min(upstreams.route().policy().width(), targets.size());
          for (int i = 0; i < width && !done; i++) {
            askNext(false);
          }
          if (upstreams.route().policy().isHedged() && targets.size() > 1 && !done) {
            hedge = around.scheduler().schedule(hedgeDelay(), () -> turn(this::hedge));
          }
        });
    return answer;
  }

  /** As {@link #start} gives it. */
  CompletionStage<Answer> answer() {
    return answer;
  }

  /** Ends it with what is known by now. */
  void abort() {
    turn(this::giveUp);
  }

  private void turn(Runnable work) {
    turns.execute(
        () -> {
          try {
            if (!done) {
              work.run();
            }
          } catch (RuntimeException | Error e) {
            fail(e);
          }
        });
  }

  private Duration hedgeDelay() {
    UpstreamHealth first = targets.get(0).health();
    long srtt = first.srtt();
    long wanted = srtt < 0 ? first.timeout(0) / 2 : 2 * srtt;
    return Duration.ofNanos(Math.min(Math.max(wanted, SHORTEST_HEDGE), first.timeout(0)));
  }

  private void hedge() {
    if (reached == 1 && reached < targets.size()) {
      upstreams.hedged();
      askNext(false);
    }
  }

  /**
   * Asks a server that was not asked yet, or else one that is late, or else nobody.
   *
   * @param retry it takes the place of one that failed or is late
   */
  private void askNext(boolean retry) {
    boolean may = attempts < MAX_ATTEMPTS && !left().isNegative() && !left().isZero();
    Target next = !may ? null : reached < targets.size() ? targets.get(reached++) : late();
    if (next != null) {
      if (retry) {
        upstreams.retried(next.tries() > 0 ? "again" : "next");
      }
      attempts++;
      ask(next);
      return;
    }
    if (open.isEmpty()) {
      giveUp();
    }
  }

  private @Nullable Target late() {
    Target latest = null;
    for (Target target : targets) {
      if (target.mayBeAskedAgain() && (latest == null || target.tries() < latest.tries())) {
        latest = target;
      }
    }
    return latest;
  }

  private void ask(Target target) {
    Attempt attempt = new Attempt(around, target, query, left());
    open.add(attempt);
    attempt.start(() -> turn(() -> late(attempt)), outcome -> turn(() -> ended(attempt, outcome)));
  }

  private Duration left() {
    return budget.minusNanos(around.now() - startedAt);
  }

  private void late(Attempt attempt) {
    if (open.contains(attempt) && attempt.late(() -> turn(() -> late(attempt)))) {
      askNext(true);
    }
  }

  private void ended(Attempt attempt, Outcome outcome) {
    if (!open.remove(attempt)) {
      return;
    }
    Answer given = attempt.settle(outcome);
    switch (attempt.verdict()) {
      case USABLE -> finish(requireNonNull(given, "an answer is usable"));
      case OVER_TCP -> again(attempt.target(), "tcp");
      case WITHOUT_EDNS -> again(attempt.target(), "plain");
      case USELESS -> {
        excuse = given != null && tellsOfTheName(given.extendedError()) ? given : excuse;
        askNext(true);
      }
    }
  }

  /** That a server does not want us would be read as if we did not want the client. */
  private static boolean tellsOfTheName(int error) {
    return switch (error) {
      case ExtendedError.NONE,
          ExtendedError.NOT_READY,
          ExtendedError.PROHIBITED,
          ExtendedError.NOT_AUTHORITATIVE,
          ExtendedError.NOT_SUPPORTED ->
          false;
      default -> true;
    };
  }

  private void again(Target target, String reason) {
    upstreams.retried(reason);
    ask(target);
  }

  private void finish(Answer usable) {
    // Only now it is known that the name was not the reason why others had no answer.
    for (Target target : targets) {
      target.blameIfUseless(around.now());
    }
    upstreams.count(
        switch (usable.rcode()) {
          case Rcode.NOERROR -> "noerror";
          case Rcode.NXDOMAIN -> "nxdomain";
          default -> "other";
        });
    close(true);
    answer.complete(usable);
  }

  private void giveUp() {
    upstreams.count("failed");
    close(false);
    answer.complete(failure());
  }

  private void fail(Throwable fault) {
    if (!done) {
      upstreams.count("fault");
      close(false);
    }
    answer.completeExceptionally(fault);
  }

  private Answer failure() {
    Map<String, Integer> ends = new TreeMap<>();
    boolean answered = false;
    for (Target target : targets.subList(0, reached)) {
      ends.merge(target.lastEnd(), 1, Integer::sum);
      answered |= target.isUseless();
    }
    List<String> parts = new ArrayList<>();
    ends.forEach((how, often) -> parts.add(often + " " + how));
    if (ends.keySet().equals(Set.of("overloaded"))) {
      return Answer.OVERLOADED;
    }
    String text = "servers for " + upstreams.route().suffix() + ": " + String.join(", ", parts);
    Answer said = excuse;
    if (said != null) { // such as that signatures are wrong, which is better to know
      return Answer.failure(Rcode.SERVFAIL, said.extendedError(), said.extendedText());
    }
    int why = answered ? ExtendedError.NO_REACHABLE_AUTHORITY : ExtendedError.NETWORK_ERROR;
    return Answer.failure(Rcode.SERVFAIL, why, text);
  }

  /** Nothing is waited for any more. */
  private void close(boolean answered) {
    done = true;
    cancel(end);
    cancel(hedge);
    List<Attempt> losers = List.copyOf(open);
    open.clear();
    losers.forEach(loser -> loser.cancel(answered));
    upstreams.took(around.now() - startedAt);
  }

  private static void cancel(Scheduler.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.Scheduler.Timer;
import io.dcosnet.dns.answer.Composer.Composed;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.Sender;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One query for which others are asked, with a copy of its message. When they told something the
 * query is answered again; that may need one more name, as behind a CNAME record, and so on.
 *
 * <p><b>Thread-safe.</b> Steps follow each other on whatever thread an answer comes from; the end
 * of the time comes beside them.
 */
final class PutOff {

  /** Names asked for one query; a chain of more is a mistake or an attack. */
  static final int MOST_NAMES = 8;

  private static final byte[] SILENCE = {};

  private final byte[] message;
  private final Sender sender;
  private final Composer composer;
  private final LaterAnswers later;
  private final ResponseCounts counts;
  private final CompletableFuture<byte[]> response = new CompletableFuture<>();

  /** Set by who completes the response. */
  private final AtomicBoolean ended = new AtomicBoolean();

  private volatile Step step;

  /** What is asked now, and what was told before. */
  private record Step(Query query, GivenAnswers given, int number) {
    GivenAnswers told(Answer answer) {
      return given.with(query.name(), answer);
    }
  }

  /**
   * A query that waits.
   *
   * @param message and {@code sender} are kept, so they must be copies
   * @param query what to ask first
   */
  PutOff(
      byte[] message,
      Sender sender,
      Query query,
      Composer composer,
      LaterAnswers later,
      ResponseCounts counts) {
    this.message = message;
    this.sender = sender;
    this.composer = composer;
    this.later = later;
    this.counts = counts;
    this.step = new Step(query, GivenAnswers.NONE, 1);
  }

  /** Asks, and gives what {@link Responder#later} promises. */
  CompletionStage<byte[]> run() {
    if (!later.enter()) {
      return CompletableFuture.completedFuture(turnedAway());
    }
    long start = later.nanos();
    ask();
    if (!response.isDone()) {
      Timer timer = later.limit(this::expire);
      var unused = response.thenRun(timer::cancel);
    }
    return response.thenApply(
        octets -> {
          counts.waited(later.nanos() - start);
          return octets;
        });
  }

  /** Datagrams may get lost; on a connection each query has an answer. */
  private byte[] turnedAway() {
    counts.overload();
    if (step.query().protocol() == Protocol.UDP) {
      return SILENCE;
    }
    return failure(ExtendedError.NETWORK_ERROR, "too many queries wait");
  }

  private void ask() {
    Step now = step;
    CompletionStage<Answer> asked;
    try {
      asked = later.resolve(now.query());
    } catch (RuntimeException | Error e) {
      told(now, null, e);
      return;
    }
    var unused = asked.whenComplete((answer, failure) -> told(now, answer, failure));
  }

  @SuppressWarnings("ReferenceEquality") // an answer of the same content is none that drops
  private void told(Step now, @Nullable Answer answer, @Nullable Throwable failure) {
    if (ended.get()) {
      return; // too late
    }
    if (answer == Answer.DROP) {
      end(SILENCE);
      return;
    }
    Composed composed;
    try {
      composed = compose(now, answer, failure);
    } catch (RuntimeException | Error e) {
      later.failed(now.query(), e); // no such answer can be sent, as with octets that are no name
      end(failure(ExtendedError.INVALID_DATA, ""));
      return;
    }
    DomainName open = composed.open();
    if (open == null) {
      end(composed.octets());
      return;
    }
    GivenAnswers given = now.told(answer == null ? fault() : answer);
    step = new Step(now.query().withName(open), given, now.number() + 1);
    if (now.number() == MOST_NAMES) {
      end(failure(ExtendedError.OTHER, "the name leads on too often"));
    } else {
      ask();
    }
  }

  private Composed compose(Step now, @Nullable Answer answer, @Nullable Throwable failure) {
    if (answer == null) {
      later.failed(now.query(), failure == null ? new NullPointerException("answer") : failure);
      return composer.compose(message, sender, now.told(fault()));
    }
    return composer.compose(message, sender, now.told(answer));
  }

  private static Answer fault() {
    return Answer.failure(Rcode.SERVFAIL, ExtendedError.OTHER, "the server failed");
  }

  private void expire() {
    end(failure(ExtendedError.NO_REACHABLE_AUTHORITY, "nobody answered in time"));
  }

  /** The response that the name asked now cannot be found, after what was told before. */
  private byte[] failure(int extendedError, String text) {
    Step now = step;
    Answer answer = Answer.failure(Rcode.SERVFAIL, extendedError, text);
    try {
      return composer.compose(message, sender, now.told(answer)).octets();
    } catch (RuntimeException | Error e) {
      later.failed(now.query(), e);
      return SILENCE;
    }
  }

  private void end(byte[] octets) {
    if (ended.compareAndSet(false, true)) {
      later.leave();
      response.complete(octets);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Servers that do on virtual time what a test tells them; without a script they are silent. */
final class ScriptedUpstreams implements Exchange {

  /** What one question comes to. */
  record Step(
      Duration delay, @Nullable Kind failure, int rcode, boolean truncated, int extendedError) {

    Step(Duration delay, @Nullable Kind failure, int rcode, boolean truncated) {
      this(delay, failure, rcode, truncated, ExtendedError.NONE);
    }

    /** The same, with a reason. */
    Step because(int error) {
      return new Step(delay, failure, rcode, truncated, error);
    }
  }

  /** One question as it was asked. */
  record Asked(
      Duration at, Upstream upstream, Query query, Carrier carrier, boolean edns, Duration limit) {}

  private final VirtualTime time;
  private final Map<Upstream, Function<Asked, @Nullable Step>> scripts = new HashMap<>();
  private final List<Asked> asked = new ArrayList<>();
  private int cancelled;
  private int open;

  ScriptedUpstreams(VirtualTime time) {
    this.time = time;
  }

  /** Server {@code n} of the documentation addresses. */
  static Upstream server(int n) {
    return Upstream.of(new HostPort(IpAddress.parse("192.0.2." + n), 53));
  }

  static Step rcode(int millis, int rcode) {
    return new Step(Duration.ofMillis(millis), null, rcode, false);
  }

  static Step answer(int millis) {
    return rcode(millis, Rcode.NOERROR);
  }

  static Step truncated(int millis) {
    return new Step(Duration.ofMillis(millis), null, Rcode.NOERROR, true);
  }

  static Step failure(int millis, Kind kind) {
    return new Step(Duration.ofMillis(millis), kind, 0, false);
  }

  /** The server does the same each time; null for silence. */
  ScriptedUpstreams always(Upstream upstream, @Nullable Step step) {
    return script(upstream, question -> step);
  }

  /** The server does these things one after the other, then is silent. */
  ScriptedUpstreams steps(Upstream upstream, Step... steps) {
    List<Step> left = new ArrayList<>(List.of(steps));
    return script(upstream, question -> left.isEmpty() ? null : left.remove(0));
  }

  ScriptedUpstreams script(Upstream upstream, Function<Asked, @Nullable Step> script) {
    scripts.put(upstream, script);
    return this;
  }

  /** All questions so far, oldest first. */
  List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** The servers asked so far. */
  List<Upstream> order() {
    return asked.stream().map(Asked::upstream).toList();
  }

  int asked(Upstream upstream) {
    return (int) asked.stream().filter(each -> each.upstream().equals(upstream)).count();
  }

  void forget() {
    asked.clear();
  }

  int cancelled() {
    return cancelled;
  }

  /** Questions that neither ended nor were cancelled. */
  int open() {
    return open;
  }

  /** The answer of server {@code n} tells by its address who gave it. */
  static int giver(Answer answer) {
    return answer.answer().get(0).data()[3];
  }

  @Override
  public Call ask(Upstream upstream, Query query, Carrier carrier, boolean edns, Duration timeout) {
    Asked question =
        new Asked(Duration.ofNanos(time.nanos()), upstream, query, carrier, edns, timeout);
    asked.add(question);
    open++;
    Step step = scripts.getOrDefault(upstream, any -> null).apply(question);
    boolean inTime = step != null && step.delay().compareTo(timeout) <= 0;
    Step then = inTime && step != null ? step : new Step(timeout, Kind.TIMEOUT, 0, false);
    return new ScriptedCall(upstream, query, then);
  }

  private final class ScriptedCall implements Call {
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();
    private final Scheduler.@Nullable Timer timer;

    ScriptedCall(Upstream upstream, Query query, Step step) {
      Runnable end = () -> end(upstream, query, step);
      if (step.delay().isZero()) {
        timer = null;
        end.run();
      } else {
        timer = time.schedule(step.delay(), end);
      }
    }

    private void end(Upstream upstream, Query query, Step step) {
      open--;
      if (step.failure() != null) {
        reply.completeExceptionally(
            new ExchangeFailedException(step.failure(), upstream + ": " + step.failure()));
      } else {
        reply.complete(
            new Reply(answerOf(upstream, query, step), step.truncated(), step.delay().toNanos()));
      }
    }

    private Answer answerOf(Upstream upstream, Query query, Step step) {
      if (step.rcode() != Rcode.NOERROR || step.truncated()) {
        return Answer.failure(step.rcode(), step.extendedError(), "");
      }
      byte[] address = upstream.address().address().toBytes();
      return Answer.of(ZoneRecord.of(query.name(), RecordType.A, 60, address));
    }

    @Override
    public CompletionStage<Reply> reply() {
      return reply;
    }

    @Override
    public void cancel() {
      if (!reply.isDone()) {
        cancelled++;
        open--;
        if (timer != null) {
          timer.cancel();
        }
        reply.completeExceptionally(new ExchangeFailedException(Kind.CANCELLED, "cancelled"));
      }
    }
  }
}

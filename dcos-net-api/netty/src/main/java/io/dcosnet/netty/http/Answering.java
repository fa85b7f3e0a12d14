// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.http.HttpResponse.Event;
import io.dcosnet.netty.http.Reply.Asked;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one complete request: from the call of its handler until the last byte is handed to
 * the channel.
 *
 * <p><b>Confined to</b> the event loop of its connection.
 */
final class Answering implements EventStream.Client {

  private final ServerState server;
  private final HttpConnection connection;
  private final ConnectionLoop loop;
  private final Output output;
  private final Exchange exchange;

  private @Nullable EventStream stream;
  private boolean begun;
  private boolean closes;
  private boolean over;
  private boolean flushScheduled;

  Answering(
      ServerState server,
      HttpConnection connection,
      ConnectionLoop loop,
      Output output,
      Exchange exchange) {
    this.server = server;
    this.connection = connection;
    this.loop = loop;
    this.output = output;
    this.exchange = exchange;
  }

  /** Calls the handler; what it gives is written now or when it comes. */
  void begin(String remote) {
    Routes.Mount mount = exchange.mount();
    if (mount == null) {
      server.metrics.refused(Refusal.NOT_FOUND);
      respond(Refusal.NOT_FOUND.response());
      return;
    }
    CompletionStage<HttpResponse> answer;
    try {
      answer = requireNonNull(mount.handler().handle(exchange.toRequest(remote)), "stage");
    } catch (Throwable failure) {
      failed(failure);
      return;
    }
    var unused =
        answer.whenComplete((response, failure) -> loop.run(() -> answered(response, failure)));
  }

  private void answered(@Nullable HttpResponse response, @Nullable Throwable failure) {
    if (over || begun) {
      return; // the client has gone meanwhile
    }
    if (failure != null || response == null) {
      failed(failure == null ? new NullPointerException("response") : failure);
    } else {
      respond(response);
    }
  }

  private void failed(Throwable failure) {
    server.metrics.handlerFailures.increment();
    Routes.Mount mount = exchange.mount();
    server.failures.warn(mount == null ? "" : mount.name(), "a handler failed", failure);
    respond(HttpResponse.text(500, "internal error\n"));
  }

  private void respond(HttpResponse response) {
    boolean keepsAlive = exchange.keepsAlive() && !connection.endsHere();
    Asked asked = new Asked(exchange.isHead(), exchange.knowsChunks(), keepsAlive);
    Reply reply;
    try {
      reply = Reply.of(response, asked, server.date.now());
    } catch (IllegalArgumentException e) {
      failed(e);
      return;
    }
    begun = true;
    closes = reply.closes();
    server.metrics.answered(reply.status());
    server.metrics.handlingMicros.accept((server.time.nanos() - exchange.beganNanos()) / 1000);
    if (reply.streams()) {
      output.head(reply);
      stream(requireNonNull(response.events()));
    } else if (reply.body().size() <= Output.PIECE) {
      output.whole(reply);
      finish();
    } else {
      output.head(reply);
      connection.lookIn(server.limits.writeNanos() / 4);
      pump();
    }
  }

  private void pump() {
    if (output.pump()) {
      finish();
    }
  }

  private void stream(Flow.Publisher<Event> events) {
    EventStream running = new EventStream(loop, this);
    stream = running;
    server.metrics.streams.incrementAndGet();
    output.flush();
    connection.lookIn(server.limits.heartbeatNanos());
    try {
      events.subscribe(running);
    } catch (Throwable failure) {
      ended(failure);
    }
  }

  @Override
  public boolean keepsUp() {
    return output.isWritable();
  }

  @Override
  public void write(Event event) {
    String text;
    try {
      text = EventText.of(event);
    } catch (IllegalArgumentException e) {
      server.failures.warn("stream", "an event was left out", e);
      return;
    }
    server.metrics.events.increment();
    output.chunk(text);
    connection.lookIn(server.limits.heartbeatNanos());
    if (!flushScheduled) { // behind the events that are queued already, so they leave together
      flushScheduled = true;
      loop.later(
          () -> {
            flushScheduled = false;
            output.flush();
          });
    }
  }

  @Override
  public void ended(@Nullable Throwable failure) {
    if (stream == null) {
      return;
    }
    dropStream();
    if (failure == null) {
      output.lastChunk();
      finish();
    } else { // without a last chunk the client sees that this was no proper end
      server.metrics.handlerFailures.increment();
      server.failures.warn("stream", "a publisher of events failed", failure);
      connection.close();
    }
  }

  private void dropStream() {
    EventStream running = stream;
    if (running != null) {
      stream = null;
      server.metrics.streams.decrementAndGet();
      running.cancel();
    }
  }

  private void finish() {
    over = true;
    connection.finished(closes);
  }

  /** Goes on with what the client was too slow for. */
  void becameWritable() {
    EventStream running = stream;
    if (running != null) {
      running.askForMore();
    } else if (begun && !over) {
      pump();
    }
  }

  /** Lets a quiet stream show that it lives; false when nothing of the kind is under way. */
  boolean heartbeat() {
    if (stream == null) {
      return false;
    }
    output.chunk(EventText.HEARTBEAT);
    output.flush();
    return true;
  }

  boolean isStream() {
    return stream != null;
  }

  /** Ends an endless answer in good order, because the server stops. */
  void drain() {
    if (stream != null) {
      closes = true;
      ended(null);
    }
  }

  /** The client has gone. */
  void abandon() {
    over = true;
    dropStream();
    exchange.release();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response: a status with either a whole body or an endless stream of server-sent events.
 * <b>Immutable.</b>
 *
 * @param headers besides length, date and connection, which the server adds
 * @param body empty when {@code events} is there
 * @param events null for an ordinary response; the server asks for items as fast as the client
 *     reads and cancels when it goes
 */
public record HttpResponse(
    int status, Map<String, String> headers, Bytes body, Flow.@Nullable Publisher<Event> events) {

  /**
   * One server-sent event (HTML standard, section 9.2).
   *
   * @param type empty for the default {@code message}
   * @param data may hold several lines
   */
  public record Event(String type, String data) {}

  /** There is nothing at the path that was asked for. */
  public static final HttpResponse NOT_FOUND = text(404, "not found\n");

  /** Nobody is free to make an answer; the client may try again. */
  public static final HttpResponse OVERLOADED =
      text(503, "too much to do\n").withHeader("retry-after", "5");

  public HttpResponse {
    headers = Map.copyOf(headers);
    requireNonNull(body, "body");
  }

  public static HttpResponse json(int status, String json) {
    return of(status, "application/json", json);
  }

  /** An answer with a document that is encoded already. */
  public static HttpResponse json(Bytes document) {
    return of(200, Map.of("content-type", "application/json"), document);
  }

  public static HttpResponse text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text);
  }

  public static HttpResponse of(int status, String contentType, String body) {
    return of(status, Map.of("content-type", contentType), Bytes.utf8(body));
  }

  public static HttpResponse of(int status, Map<String, String> headers, Bytes body) {
    return new HttpResponse(status, headers, body, null);
  }

  public static HttpResponse events(Flow.Publisher<Event> events) {
    Map<String, String> headers =
        Map.of("content-type", "text/event-stream", "cache-control", "no-store");
    return new HttpResponse(200, headers, Bytes.EMPTY, events);
  }

  /** An answer that is made on an executor; {@link #OVERLOADED} when that takes no more. */
  public static CompletionStage<HttpResponse> later(
      Executor executor, Supplier<HttpResponse> work) {
    try {
      return CompletableFuture.supplyAsync(work, executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(OVERLOADED);
    }
  }

  /** A copy with another status. */
  public HttpResponse withStatus(int other) {
    return new HttpResponse(other, headers, body, events);
  }

  /** A copy with one header more, or with another value of it. */
  public HttpResponse withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
    return new HttpResponse(status, more, body, events);
  }

  public Optional<Flow.Publisher<Event>> eventStream() {
    return Optional.ofNullable(events);
  }
}

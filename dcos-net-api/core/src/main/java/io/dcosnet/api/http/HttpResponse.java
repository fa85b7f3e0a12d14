// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
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

  public HttpResponse {
    headers = Map.copyOf(headers);
    requireNonNull(body, "body");
  }

  public static HttpResponse json(int status, String json) {
    return of(status, "application/json", json);
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

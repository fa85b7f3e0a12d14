// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.answer.Front;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.Sender;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * DNS messages in HTTP requests (RFC 8484): {@code GET /dns-query?dns=…} with the message in
 * base64url, and {@code POST /dns-query}. To be mounted at {@link #PATH}, with a limit of {@link
 * #MAX_QUERY_OCTETS} for bodies.
 *
 * <p><b>Thread-safe</b>; does not block.
 */
public final class DnsOverHttps implements HttpHandler {

  /** Where clients expect it. */
  public static final String PATH = "/dns-query";

  /**
   * Longest query; all that a client has to say fits, and what many connections send stays small.
   */
  public static final int MAX_QUERY_OCTETS = 4096;

  private static final String MEDIA_TYPE = "application/dns-message";
  private static final int HEADER_OCTETS = 12;

  private static final HttpResponse NOT_ALLOWED =
      HttpResponse.text(405, "only GET and POST\n").withHeader("allow", "GET, POST");
  private static final HttpResponse NO_MESSAGE =
      HttpResponse.text(400, "one parameter dns expected, a message in base64url\n");
  private static final HttpResponse NO_QUERY = HttpResponse.text(400, "no DNS query\n");
  private static final HttpResponse TOO_LARGE =
      HttpResponse.text(413, "more than " + MAX_QUERY_OCTETS + " octets\n");
  private static final HttpResponse WRONG_TYPE =
      HttpResponse.text(415, "only " + MEDIA_TYPE + "\n").withHeader("accept", MEDIA_TYPE);
  private static final HttpResponse SILENCE = HttpResponse.text(403, "no answer for you\n");

  private final Supplier<? extends Front> fronts;
  private final DnsMetrics metrics;

  /** Those that nobody uses right now; there are never more than threads that called at once. */
  private final Queue<Front> idle = new ConcurrentLinkedQueue<>();

  /**
   * Makes the handler.
   *
   * @param fronts makes what answers, for encrypted connections; each is used by one thread at a
   *     time
   */
  public DnsOverHttps(Supplier<? extends Front> fronts, DnsMetrics metrics) {
    this.fronts = requireNonNull(fronts, "fronts");
    this.metrics = requireNonNull(metrics, "metrics");
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    if (!request.path().equals(PATH)) {
      return refused(HttpResponse.NOT_FOUND, "path");
    }
    return switch (request.method()) {
      case "GET" -> get(request);
      case "POST" -> post(request);
      default -> refused(NOT_ALLOWED, "method");
    };
  }

  private CompletionStage<HttpResponse> get(HttpRequest request) {
    List<String> given = request.query().getOrDefault("dns", List.of());
    if (given.size() != 1) {
      return refused(NO_MESSAGE, "encoding");
    }
    byte[] message;
    try {
      message = Base64.getUrlDecoder().decode(given.get(0));
    } catch (IllegalArgumentException e) {
      return refused(NO_MESSAGE, "encoding");
    }
    return answer(message, request.remote());
  }

  private CompletionStage<HttpResponse> post(HttpRequest request) {
    List<String> types = request.headers().getOrDefault("content-type", List.of());
    if (types.size() != 1 || !isMessage(types.get(0))) {
      return refused(WRONG_TYPE, "type");
    }
    return answer(request.body().toArray(), request.remote());
  }

  /** Parameters are ignored: there are none for this type. */
  private static boolean isMessage(String type) {
    int end = type.indexOf(';');
    String bare = end < 0 ? type : type.substring(0, end);
    return bare.strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE);
  }

  private CompletionStage<HttpResponse> answer(byte[] message, String remote) {
    if (message.length > MAX_QUERY_OCTETS) {
      return refused(TOO_LARGE, "size");
    }
    boolean query = message.length >= HEADER_OCTETS && (message[2] & 0x80) == 0;
    if (!query) {
      return refused(NO_QUERY, "no-query");
    }
    Front pooled = idle.poll();
    Front front = pooled == null ? fronts.get() : pooled;
    CompletionStage<HttpResponse> response;
    int octets = front.answer(message, 0, message.length, sender(remote));
    if (octets == Responder.LATER) {
      response = front.later().thenApply(this::response);
    } else {
      byte[] answer = Arrays.copyOf(front.octets(), Math.max(octets, 0));
      response = CompletableFuture.completedFuture(response(answer));
    }
    idle.add(front); // not after a failure, which may have left it in any state
    return response;
  }

  private HttpResponse response(byte[] answer) {
    if (answer.length == 0) {
      metrics.httpsRequests("silence").increment();
      return SILENCE;
    }
    metrics.httpsRequests("answered").increment();
    Map<String, String> headers =
        Map.of("content-type", MEDIA_TYPE, "cache-control", "max-age=" + Freshness.seconds(answer));
    return HttpResponse.of(200, headers, Bytes.copyOf(answer));
  }

  private CompletionStage<HttpResponse> refused(HttpResponse response, String reason) {
    metrics.httpsRequests(reason).increment();
    return CompletableFuture.completedFuture(response);
  }

  /** Whoever has no address, as behind a unix socket, is nobody: {@code ::}. */
  private static Sender sender(String remote) {
    Sender sender = new Sender();
    try {
      HostPort address = HostPort.parse(remote);
      sender.set(address.address().toInetAddress(), address.port());
    } catch (DecodeException e) {
      sender.setIpv6(0, 0, 0);
    }
    return sender;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.overlay.json.JsonObject;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * Posts a document to one master, and on to where it says that the leader is. The secret goes to
 * those masters only that the operator has named.
 *
 * <p><b>Thread-safe.</b>
 */
final class MasterCall {

  /** How many redirects are followed. */
  static final int MOST_REDIRECTS = 3;

  private static final String LOCATION = "Location";

  /**
   * What came back.
   *
   * @param from who answered in the end
   */
  record Reply(URI from, int status, Optional<String> retryAfter, Bytes body) {

    /** Who it was and what it said, for a person. */
    String problem() {
      String text = body.toUtf8().replaceAll("\\p{Cntrl}", " ").strip();
      String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
      return from + " answered " + status + hint() + (shown.isEmpty() ? "" : ": " + shown);
    }

    private String hint() {
      return switch (status) {
        case 401, 403 -> " (is the token right, and the host listed among the masters?)";
        case 404 -> " (is there a master of overlays?)";
        default -> "";
      };
    }
  }

  private final HttpClient client;
  private final Duration timeout;
  private final Optional<String> token;
  private final Set<String> trusted;

  MasterCall(HttpClient client, Duration timeout, Optional<String> token, List<URI> masters) {
    this.client = client;
    this.timeout = timeout;
    this.token = token;
    this.trusted =
        masters.stream().map(MasterCall::endpoint).collect(Collectors.toUnmodifiableSet());
  }

  /** Fails with {@link DcosNetException} when nobody answered. */
  CompletableFuture<Reply> post(URI target, Bytes document) {
    return post(target, document, MOST_REDIRECTS);
  }

  private CompletableFuture<Reply> post(URI target, Bytes document, int redirects) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(timeout)
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(document.toArray()));
    if (token.isPresent() && trusted.contains(endpoint(target))) {
      request.header("Authorization", "Bearer " + token.get());
    }
    return client
        .sendAsync(request.build(), info -> new LimitedBody(JsonObject.MAX_BYTES))
        .handle(
            (response, fault) -> {
              if (fault != null) {
                throw new DcosNetException(target + ": " + reason(fault), fault);
              }
              return response;
            })
        .thenCompose(response -> follow(target, response, document, redirects));
  }

  private CompletableFuture<Reply> follow(
      URI asked, HttpResponse<Bytes> response, Bytes document, int redirects) {
    int status = response.statusCode();
    if (status != 307 && status != 308) {
      return CompletableFuture.completedFuture(
          new Reply(asked, status, response.headers().firstValue("Retry-After"), response.body()));
    }
    if (redirects == 0) {
      throw new DcosNetException(asked + " redirects, after " + MOST_REDIRECTS + " others did");
    }
    return post(
        leader(asked, response.headers().firstValue(LOCATION).orElse("")), document, redirects - 1);
  }

  private static URI leader(URI asked, String location) {
    try {
      URI leader = asked.resolve(location);
      boolean downgraded = asked.getScheme().equals("https") && !"https".equals(leader.getScheme());
      if (location.isEmpty() || leader.getHost() == null || downgraded) {
        throw new DcosNetException(asked + " redirects to where nobody can go: " + location);
      }
      return leader;
    } catch (IllegalArgumentException e) {
      throw new DcosNetException(asked + " redirects to no address: " + location, e);
    }
  }

  private static String endpoint(URI uri) {
    boolean tls = "https".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return uri.getScheme()
        + "://"
        + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT)
        + ":"
        + port;
  }

  private static String reason(Throwable fault) {
    Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
    if (cause instanceof ConnectException) {
      return "nobody listens there";
    }
    if (cause instanceof HttpTimeoutException) {
      return "no answer in time";
    }
    return String.valueOf(cause);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.sources.auth.Authorization;
import io.dcosnet.sources.auth.AuthorizedCall;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls of the operator API and goes where a redirect leads, with the same call.
 * <b>Thread-safe.</b>
 */
final class OperatorClient {

  /**
   * What came back of a call.
   *
   * @param from who answered in the end
   */
  record Answer(URI from, HttpResponse<List<ByteBuffer>> response) {

    /** True when the one that was asked does not know this API. */
    boolean isUnsupported() {
      return switch (response.statusCode()) {
        case 400, 404, 405, 501 -> true;
        default -> false;
      };
    }

    /** What went wrong, for a person. */
    String problem() {
      int status = response.statusCode();
      return from + " answered " + status + StateRequest.hint(status) + StateRequest.text(response);
    }
  }

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_ERROR_BODY = 16 * 1024;

  private final HttpClient client;
  private final Predicate<String> trusts;
  private final @Nullable Authorization authorization;
  private final UnaryOperator<URI> rewrite;

  /**
   * A client that has connected nowhere.
   *
   * @param trusts whether an endpoint, {@code host:port} in lower case, may see credentials
   */
  OperatorClient(
      Executor executor,
      @Nullable SSLContext tls,
      Predicate<String> trusts,
      @Nullable Authorization authorization,
      UnaryOperator<URI> rewrite) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(executor);
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.client = builder.build();
    this.trusts = trusts;
    this.authorization = authorization;
    this.rewrite = rewrite;
  }

  /**
   * Makes a call.
   *
   * @param type of the call, such as {@code SUBSCRIBE}
   * @param body takes the body of an answer of status 200 from the one that is named
   * @return completing it from outside ends what is under way
   */
  CompletableFuture<Answer> call(
      URI uri, String type, Function<URI, HttpResponse.BodySubscriber<List<ByteBuffer>>> body) {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    ask(uri, type, body, Redirects.MAX, result);
    return result;
  }

  /** As {@link #call}, for a document that is there to be read. */
  CompletableFuture<Answer> get(
      URI uri, Function<URI, HttpResponse.BodySubscriber<List<ByteBuffer>>> body) {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    ask(uri, null, body, Redirects.MAX, result);
    return result;
  }

  private void ask(
      URI uri,
      @Nullable String type,
      Function<URI, HttpResponse.BodySubscriber<List<ByteBuffer>>> body,
      int redirectsLeft,
      CompletableFuture<Answer> result) {
    CompletableFuture<HttpResponse<List<ByteBuffer>>> sent = send(uri, type, body);
    CompletableFuture<?> unused = result.whenComplete((answer, failure) -> sent.cancel(true));
    CompletableFuture<?> unused2 =
        sent.thenAccept(
                response -> {
                  URI target = target(uri, response, redirectsLeft);
                  if (target == null) {
                    result.complete(new Answer(uri, response));
                  } else if (!result.isDone()) {
                    ask(target, type, body, redirectsLeft - 1, result);
                  }
                })
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    result.completeExceptionally(failure);
                  }
                });
  }

  private @Nullable URI target(URI from, HttpResponse<?> response, int redirectsLeft) {
    String location = response.headers().firstValue("Location").orElse(null);
    int status = response.statusCode();
    if (location == null || status < 300 || status >= 400) {
      return null;
    }
    if (redirectsLeft == 0) {
      throw new DcosNetException(from + " redirects, after " + Redirects.MAX + " others did");
    }
    return Redirects.target(from, location, rewrite);
  }

  private CompletableFuture<HttpResponse<List<ByteBuffer>>> send(
      URI uri,
      @Nullable String type,
      Function<URI, HttpResponse.BodySubscriber<List<ByteBuffer>>> body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri)
              .header("Accept", "application/json")
              .header("User-Agent", "dcos-net");
      if (type != null) {
        request
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + type + "\"}"));
      }
      HttpResponse.BodyHandler<List<ByteBuffer>> handler =
          info -> info.statusCode() == 200 ? body.apply(uri) : new BoundedBody(MAX_ERROR_BODY);
      return authorization != null && trusts.test(StateRequest.endpoint(uri))
          ? AuthorizedCall.send(client, request.build(), handler, authorization)
          : client.sendAsync(request.build(), handler);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Why a call failed, with the address that it is about. */
  static String reason(URI asked, Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable real = failure instanceof CompletionException && cause != null ? cause : failure;
    String message = real.getMessage();
    String text = message != null ? message : real.getClass().getSimpleName();
    if (real instanceof DcosNetException) {
      return text; // it names one itself, which may be another one after a redirect
    }
    return asked + ": " + (real instanceof ConnectException ? "cannot connect: " + text : text);
  }
}

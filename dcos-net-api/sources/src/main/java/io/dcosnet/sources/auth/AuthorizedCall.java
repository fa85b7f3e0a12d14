// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.auth;

import io.dcosnet.api.DcosNetException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request with the header that an {@link Authorization} gives, sent a second time with a new
 * one when the first is rejected. <b>Thread-safe.</b>
 */
public final class AuthorizedCall {

  private static final int UNAUTHORIZED = 401;

  private AuthorizedCall() {}

  /**
   * Sends the request.
   *
   * @return completing or cancelling it from outside ends the exchange that is under way
   */
  public static <T> CompletableFuture<HttpResponse<T>> send(
      HttpClient client,
      HttpRequest request,
      HttpResponse.BodyHandler<T> body,
      Authorization authorization) {
    Attempts<T> attempts = new Attempts<>(client, request, body, authorization);
    attempts.start(true);
    return attempts.result;
  }

  private static final class Attempts<T> {
    private final HttpClient client;
    private final HttpRequest request;
    private final HttpResponse.BodyHandler<T> body;
    private final Authorization authorization;
    final CompletableFuture<HttpResponse<T>> result = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<HttpResponse<T>> exchange;

    Attempts(
        HttpClient client,
        HttpRequest request,
        HttpResponse.BodyHandler<T> body,
        Authorization authorization) {
      this.client = client;
      this.request = request;
      this.body = body;
      this.authorization = authorization;
      CompletableFuture<?> unused = result.whenComplete((done, failure) -> endExchange());
    }

    void start(boolean mayRepeat) {
      CompletableFuture<?> unused =
          authorization
              .header()
              .thenAccept(header -> send(header, mayRepeat))
              .toCompletableFuture()
              .whenComplete((sent, failure) -> failWith(failure));
    }

    private void send(String header, boolean mayRepeat) {
      CompletableFuture<HttpResponse<T>> sent = client.sendAsync(authorized(header), body);
      exchange = sent;
      if (result.isDone()) {
        endExchange(); // it was ended while this one began
      }
      CompletableFuture<?> unused =
          sent.thenAccept(response -> answered(response, header, mayRepeat))
              .whenComplete((done, failure) -> failWith(failure));
    }

    private HttpRequest authorized(String header) {
      try {
        return HttpRequest.newBuilder(request, (name, value) -> true)
            .setHeader("Authorization", header)
            .build();
      } catch (IllegalArgumentException e) {
        // Not its message nor itself: they repeat the value.
        throw new DcosNetException(
            request.uri() + ": the credentials cannot be sent (expected: one line of text)");
      }
    }

    private void answered(HttpResponse<T> response, String header, boolean mayRepeat) {
      boolean refused = response.statusCode() == UNAUTHORIZED;
      if (refused && authorization.rejected(header) && mayRepeat && !result.isDone()) {
        start(false);
      } else {
        result.complete(response);
      }
    }

    private void failWith(@Nullable Throwable failure) {
      if (failure != null) {
        result.completeExceptionally(failure);
      }
    }

    private void endExchange() {
      CompletableFuture<HttpResponse<T>> sent = exchange;
      if (sent != null) {
        sent.cancel(true); // nothing to it when it has ended
      }
    }
  }
}

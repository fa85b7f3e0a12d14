// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Responses that the APIs share. None of them repeats anything of the request. */
final class Replies {

  static final HttpResponse NOT_FOUND = HttpResponse.text(404, "not found\n");

  static final HttpResponse NOT_ALLOWED =
      HttpResponse.text(405, "only GET\n").withHeader("allow", "GET, HEAD");

  static final HttpResponse OVERLOADED =
      HttpResponse.text(503, "too much to do\n").withHeader("retry-after", "5");

  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  private Replies() {}

  static HttpResponse json(Bytes body) {
    return HttpResponse.of(200, JSON, body);
  }

  /** Something of the request cannot be; says what, and what could. */
  static HttpResponse bad(String option, String expected) {
    return HttpResponse.text(400, option + ": (expected: " + expected + ")\n");
  }

  /** HEAD is answered as GET; who serves the response leaves its body out. */
  static boolean isRead(HttpRequest request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }

  static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  static CompletionStage<HttpResponse> later(Executor executor, Supplier<HttpResponse> work) {
    try {
      return CompletableFuture.supplyAsync(work, executor);
    } catch (RejectedExecutionException e) {
      return now(OVERLOADED);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import io.dcosnet.api.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Responses that the APIs share. None of them repeats anything of the request. */
final class Replies {

  static final HttpResponse NOT_ALLOWED =
      HttpResponse.text(405, "only GET\n").withHeader("allow", "GET, HEAD");

  private Replies() {}

  /** Something of the request cannot be; says what, and what could. */
  static HttpResponse bad(String option, String expected) {
    return HttpResponse.text(400, option + ": (expected: " + expected + ")\n");
  }

  static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}

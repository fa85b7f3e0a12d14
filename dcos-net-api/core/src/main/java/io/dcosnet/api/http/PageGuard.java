// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets no web page change anything through another handler. A browser on this host reaches what
 * listens on the loopback, for any page that it shows; nobody else names the origin of a request.
 *
 * <p><b>Thread-safe.</b>
 */
public final class PageGuard implements HttpHandler {

  private final HttpHandler guarded;

  private PageGuard(HttpHandler guarded) {
    this.guarded = guarded;
  }

  /** Puts a guard before {@code guarded}; requests that only read pass. */
  public static PageGuard of(HttpHandler guarded) {
    return new PageGuard(requireNonNull(guarded, "guarded"));
  }

  @Override
  public CompletionStage<HttpResponse> handle(HttpRequest request) {
    return !request.isRead() && isOfPage(request)
        ? CompletableFuture.completedFuture(
            HttpResponse.text(403, "a web page asks (expected: a request without an Origin)\n"))
        : guarded.handle(request);
  }

  private static boolean isOfPage(HttpRequest request) {
    return request.header("origin").isPresent()
        || request.header("sec-fetch-site").filter("cross-site"::equalsIgnoreCase).isPresent();
  }
}

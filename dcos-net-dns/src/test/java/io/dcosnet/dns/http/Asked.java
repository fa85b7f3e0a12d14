// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** What a handler answers, for handlers that answer at once. */
final class Asked {

  private Asked() {}

  static HttpResponse get(HttpHandler handler, String path) {
    return of(handler, "GET", path, Map.of());
  }

  /** The body of a GET, whatever its status. */
  static String body(HttpHandler handler, String path) {
    return get(handler, path).body().toUtf8();
  }

  static HttpResponse of(
      HttpHandler handler, String method, String path, Map<String, List<String>> query) {
    HttpRequest request = new HttpRequest(method, path, query, Map.of(), Bytes.EMPTY, "test");
    return handler.handle(request).toCompletableFuture().join();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpRequest;
import io.dcosnet.api.http.HttpResponse;
import java.util.Map;

/** Responses that the APIs share. None of them repeats anything of the request. */
final class Replies {

  static final HttpResponse NOT_FOUND = HttpResponse.text(404, "not found\n");

  static final HttpResponse NOT_ALLOWED =
      HttpResponse.text(405, "only GET\n").withHeader("allow", "GET");

  /** The zone's source has not told enough to say that something does not exist. */
  static final HttpResponse NOT_READY =
      HttpResponse.text(503, "no records yet\n").withHeader("retry-after", "5");

  static final HttpResponse OVERLOADED =
      HttpResponse.text(503, "too much to do\n").withHeader("retry-after", "5");

  private static final Map<String, String> JSON = Map.of("content-type", "application/json");

  private Replies() {}

  static HttpResponse json(Bytes body) {
    return HttpResponse.of(200, JSON, body);
  }

  /** HEAD is answered as GET; who serves the response leaves its body out. */
  static boolean isRead(HttpRequest request) {
    return request.method().equals("GET") || request.method().equals("HEAD");
  }
}

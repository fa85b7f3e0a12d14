// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.http;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A request with its whole body. <b>Immutable.</b>
 *
 * @param method upper case, {@code GET}
 * @param path decoded, beginning with a slash, without the query
 * @param query parameters in order, decoded; a name may have several values
 * @param headers by name in lower case
 * @param remote who asks, for logs and access rules; {@code unix} for unix sockets
 */
public record HttpRequest(
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, List<String>> headers,
    Bytes body,
    String remote) {

  public HttpRequest {
    requireNonNull(method, "method");
    requireNonNull(path, "path");
    query = copy(query, name -> name); // not Map.copyOf, which forgets the order
    headers = copy(headers, name -> name.toLowerCase(Locale.ROOT));
    requireNonNull(body, "body");
    requireNonNull(remote, "remote");
  }

  private static Map<String, List<String>> copy(
      Map<String, List<String>> given, UnaryOperator<String> form) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    given.forEach((name, values) -> copy.put(form.apply(name), List.copyOf(values)));
    return Collections.unmodifiableMap(copy);
  }

  /** A bare GET, for tests and for asking a handler in the same process. */
  public static HttpRequest get(String path) {
    return new HttpRequest("GET", path, Map.of(), Map.of(), Bytes.EMPTY, "local");
  }

  /**
   * Whether it only reads. HEAD is answered as GET; who serves the response leaves its body out.
   */
  public boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** First value of a query parameter. */
  public Optional<String> parameter(String name) {
    return query.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** First value of a header, its name in any case. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }
}

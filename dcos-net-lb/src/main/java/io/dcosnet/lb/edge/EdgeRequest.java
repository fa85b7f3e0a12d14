// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.IpAddress;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to the edge, as far as it matters for its way. <b>Immutable.</b>
 *
 * @param entry where it comes in
 * @param port of a service, where it comes in there; else without meaning
 * @param sni name in the TLS handshake, null for none
 * @param host as in the Host header
 * @param path with the query
 * @param headers by name, without regard to case
 * @param source address of the client, null where it does not matter
 */
public record EdgeRequest(
    Entry entry,
    int port,
    @Nullable String sni,
    String host,
    String path,
    Map<String, String> headers,
    @Nullable IpAddress source) {

  /** Where requests come in. */
  public enum Entry {
    /** Virtual hosts without TLS. */
    HTTP,
    /** Virtual hosts with TLS. */
    HTTPS,
    /** By the id of an app in a header. */
    APP_ID,
    /** By the port of a service. */
    SERVICE
  }

  public EdgeRequest {
    requireNonNull(entry, "entry");
    requireNonNull(host, "host");
    requireNonNull(path, "path");
    Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(headers);
    headers = Collections.unmodifiableMap(sorted);
  }

  /** A request without TLS, headers and a known client. */
  public static EdgeRequest http(String host, String path) {
    return new EdgeRequest(Entry.HTTP, 0, null, host, path, Map.of(), null);
  }

  /** A request over TLS for the same name in both places. */
  public static EdgeRequest https(String host, String path) {
    return new EdgeRequest(Entry.HTTPS, 0, host, host, path, Map.of(), null);
  }

  /** A request to the port of a service. */
  public static EdgeRequest service(int port, String host, String path) {
    return new EdgeRequest(Entry.SERVICE, port, null, host, path, Map.of(), null);
  }

  /** A request for an app by its id. */
  public static EdgeRequest appId(String app) {
    return new EdgeRequest(
        Entry.APP_ID, 0, null, "edge", "/", Map.of("X-Marathon-App-Id", app), null);
  }

  /** This request with one header more. */
  public EdgeRequest with(String header, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(header, value);
    return new EdgeRequest(entry, port, sni, host, path, more, source);
  }

  /** This request from a client. */
  public EdgeRequest from(IpAddress client) {
    return new EdgeRequest(entry, port, sni, host, path, headers, client);
  }

  /** This request with another name in the TLS handshake. */
  public EdgeRequest withSni(@Nullable String name) {
    return new EdgeRequest(entry, port, name, host, path, headers, source);
  }

  String pathWithoutQuery() {
    int query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }
}

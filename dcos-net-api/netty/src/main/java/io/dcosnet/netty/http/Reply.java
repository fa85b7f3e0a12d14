// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.http.HttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Set;

/**
 * What goes over the wire for a response: the handler's headers and the server's, and the body as
 * far as the request and the status let it have one.
 *
 * @param closes whether the connection ends with this answer
 * @param streams whether chunks follow instead of a body
 */
record Reply(int status, HttpHeaders headers, Bytes body, boolean closes, boolean streams) {

  /** Framing belongs to the server; a handler that sets it too could only contradict. */
  private static final Set<String> OURS =
      Set.of("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade");

  /** How a client asked, as far as the form of the answer depends on it. */
  record Asked(boolean headOnly, boolean knowsChunks, boolean keepsAlive) {

    /** For answers before a request was understood: the connection ends with them. */
    static final Asked UNCLEARLY = new Asked(false, true, false);
  }

  /**
   * @throws IllegalArgumentException when the handler gave a status or a header that cannot be sent
   */
  static Reply of(HttpResponse response, Asked asked, String date) {
    int status = response.status();
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status: " + status + " (expected: 200-599)");
    }
    HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    response
        .headers()
        .forEach(
            (name, value) -> {
              if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.add(name, value); // refuses line breaks and other ways to add a header
              }
            });
    headers.set(HttpHeaderNames.DATE, date);

    // No content and not modified end with their head (RFC 9110, section 6.4.1).
    boolean bare = asked.headOnly || status == 204 || status == 304;
    boolean streams = response.events() != null && !bare;
    boolean closes = !asked.keepsAlive || (streams && !asked.knowsChunks);
    if (streams && asked.knowsChunks) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    } else if (response.events() == null && status != 204 && status != 304) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(response.body().size()));
    }
    if (closes) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!asked.knowsChunks) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE); // news to HTTP/1.0
    }
    return new Reply(
        status, headers, bare || streams ? Bytes.EMPTY : response.body(), closes, streams);
  }
}

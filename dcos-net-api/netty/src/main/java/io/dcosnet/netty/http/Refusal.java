// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.netty.http;

import io.dcosnet.api.http.HttpResponse;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why the server itself answers a request, without a handler; the texts never quote the request.
 */
enum Refusal {
  MALFORMED(400, "malformed request"),
  TARGET(400, "path or query cannot be decoded"),
  HOST(400, "exactly one Host header expected"),
  FRAMING(400, "ambiguous message length"),
  NOT_FOUND(404, "nothing here"),
  TIMEOUT(408, "the request did not arrive in time"),
  BODY_TOO_LARGE(413, "the body is larger than allowed here"),
  TARGET_TOO_LONG(414, "path and query are too long"),
  EXPECTATION(417, "only 100-continue is understood"),
  HEADERS_TOO_LARGE(431, "the headers are too large"),
  ENCODING(501, "only the chunked transfer encoding is understood"),
  METHOD(501, "this method is not understood"),
  VERSION(505, "version 1.1 expected");

  private final int status;
  private final String text;

  Refusal(int status, String text) {
    this.status = status;
    this.text = text;
  }

  /** What a failure of the decoder means. */
  static Refusal of(@Nullable Throwable decoding) {
    if (decoding instanceof TooLongHttpLineException) {
      return TARGET_TOO_LONG;
    }
    return decoding instanceof TooLongHttpHeaderException ? HEADERS_TOO_LARGE : MALFORMED;
  }

  HttpResponse response() {
    return HttpResponse.text(status, text + "\n");
  }

  /** For metrics: {@code body-too-large}. */
  String tag() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.api.http.HttpResponse;

/** Responses that the APIs share. None of them repeats anything of the request. */
final class Replies {

  static final HttpResponse NOT_ALLOWED =
      HttpResponse.text(405, "only GET\n").withHeader("allow", "GET");

  /** The zone's source has not told enough to say that something does not exist. */
  static final HttpResponse NOT_READY =
      HttpResponse.text(503, "no records yet\n").withHeader("retry-after", "5");

  private Replies() {}
}

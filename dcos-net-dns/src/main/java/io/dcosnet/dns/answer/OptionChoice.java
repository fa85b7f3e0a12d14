// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.wire.QueryOptions;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.ResponseOptions;

/**
 * Chooses the options of responses: what the client asks for, as far as the server gives it and
 * what carries the message allows. <b>Confined to</b> one thread.
 */
final class OptionChoice {

  /** RFC 8467 §4.1. */
  private static final int PADDING_BLOCK = 468;

  private final Guard guard;
  private final byte[] nsid;
  private final boolean encrypted;
  private final int idleTenths;

  OptionChoice(Guard guard, ServerIdentity identity, Carrier carrier) {
    this.guard = guard;
    this.nsid = identity.nsid().getBytes(UTF_8);
    this.encrypted = carrier.encrypted();
    this.idleTenths = carrier.idleTenths();
  }

  /** Chooses for the response to a query that the guard has seen. */
  void choose(QueryReader query, ResponseOptions response) {
    response.clear();
    if (!query.hasEdns()) {
      return;
    }
    QueryOptions asked = query.options();
    response.cookie(guard.cookie());
    if (asked.asksIdentity()) {
      response.identity(nsid);
    }
    if (asked.asksKeepalive() && idleTenths > 0) {
      response.keepalive(idleTenths);
    }
    if (asked.asksPadding() && encrypted) {
      response.padTo(PADDING_BLOCK);
    }
  }
}

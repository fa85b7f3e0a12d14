// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.NXDOMAIN;
import static io.dcosnet.testkit.dns.raw.Codes.RA;
import static io.dcosnet.testkit.dns.raw.Codes.RD;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_AAAA;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_PTR;

import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Names that never leave the server; skipped for servers that resolve nothing. */
final class SpecialNameCases {

  private SpecialNameCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("special");
    for (String name : List.of("localhost.", "any.localhost.", "LocalHost.")) {
      cases.both(
          "loopback-for-" + name,
          "RFC 6761 §6.3",
          SHOULD,
          "127.0.0.1 and ::1",
          talk -> {
            ask(talk, name, TYPE_A)
                .rcode(NOERROR)
                .answers(TYPE_A, 1)
                .check(
                    reply ->
                        Arrays.equals(reply.answers().get(0).data(), new byte[] {127, 0, 0, 1}),
                    "127.0.0.1");
            byte[] loopback = new byte[16];
            loopback[15] = 1;
            ask(talk, name, TYPE_AAAA)
                .rcode(NOERROR)
                .answers(TYPE_AAAA, 1)
                .check(reply -> Arrays.equals(reply.answers().get(0).data(), loopback), "::1");
          });
    }
    for (String name : List.of("x.invalid.", "x.onion.", "x.local.")) {
      cases.both(
          "denies-" + name,
          "RFC 6761 §6.4, RFC 7686, RFC 6762 §22.1",
          SHOULD,
          "NXDOMAIN, without asking anybody",
          talk -> ask(talk, name, TYPE_A).rcode(NXDOMAIN).answers(0));
    }
    cases.both(
        "denies-private-reverse-names",
        "RFC 6303 §4",
        SHOULD,
        "NXDOMAIN, without asking anybody",
        talk -> ask(talk, "9.9.9.10.in-addr.arpa.", TYPE_PTR).rcode(NXDOMAIN).answers(0));
    return cases.all();
  }

  private static Reply ask(Conversation talk, String name, int type) throws IOException {
    if (!talk.ask(talk.goodQuery()).message().has(RA)) {
      throw talk.skip("the server resolves nothing outside its zones");
    }
    return talk.ask(RawDns.query(RawName.of(name), type).flags(RD));
  }
}

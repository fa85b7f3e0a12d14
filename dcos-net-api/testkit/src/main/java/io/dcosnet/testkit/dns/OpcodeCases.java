// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.FORMERR;
import static io.dcosnet.testkit.dns.raw.Codes.NOTAUTH;
import static io.dcosnet.testkit.dns.raw.Codes.NOTIMP;
import static io.dcosnet.testkit.dns.raw.Codes.REFUSED;

import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawDns.Section;
import io.dcosnet.testkit.dns.raw.RawName;
import java.util.List;

/** All operations but QUERY. */
final class OpcodeCases {

  private static final int NOTIFY = 4;
  private static final int UPDATE = 5;

  private OpcodeCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("opcode");
    for (int i = 1; i < 16; i++) {
      int opcode = i;
      if (opcode == NOTIFY || opcode == UPDATE) {
        continue;
      }
      cases
          .both(
              "not-implemented-" + opcode,
              "RFC 8906 §8.1.4",
              MUST,
              "NOTIMP with the opcode of the query, and no records",
              talk -> talk.ask(talk.goodQuery().opcode(opcode)).rcode(NOTIMP).empty())
          .both(
              "not-implemented-without-question-" + opcode,
              "RFC 8906 §3.1.4",
              SHOULD,
              "NOTIMP with the opcode of the query",
              talk -> talk.ask(RawDns.message().opcode(opcode)).rcode(NOTIMP).empty())
          .both(
              "not-implemented-with-edns-" + opcode,
              "RFC 8906 §3.1.4",
              SHOULD,
              "NOTIMP with an OPT record",
              talk ->
                  talk.ask(talk.goodQuery().opcode(opcode).opt(1232)).rcode(NOTIMP).edns(false));
    }
    // A message that a server cannot read as its operation wants it may also be called malformed.
    cases
        .both(
            "notify-of-a-stranger-for-a-foreign-zone",
            "RFC 1996 §3.10",
            SHOULD,
            "NOTAUTH, REFUSED or NOTIMP",
            talk ->
                talk.ask(RawDns.query(RawName.of("foreign.example."), 6).opcode(NOTIFY))
                    .rcode(NOTAUTH, REFUSED, NOTIMP)
                    .answers(0))
        .both(
            "notify-of-a-stranger",
            "RFC 1996 §3.10",
            SHOULD,
            "NOTAUTH, REFUSED or NOTIMP",
            talk ->
                talk.ask(talk.goodQuery().opcode(NOTIFY))
                    .rcode(NOTAUTH, REFUSED, NOTIMP)
                    .answers(0))
        .both(
            "update-of-a-stranger",
            "RFC 2136 §3.3",
            MUST,
            "REFUSED, NOTAUTH or NOTIMP, and the zone as it was",
            talk -> {
              byte[] owner = talk.zone().origin().below("added").octets();
              RawDns update =
                  talk.goodQuery()
                      .opcode(UPDATE)
                      .record(Section.AUTHORITY, owner, 1, 1, 60, new byte[] {127, 0, 0, 9});
              talk.ask(update).rcode(REFUSED, NOTAUTH, NOTIMP, FORMERR).answers(0);
              talk.ask(RawDns.query(RawName.ofOctets(owner), 1)).nxdomain();
            });
    return cases.all();
  }
}

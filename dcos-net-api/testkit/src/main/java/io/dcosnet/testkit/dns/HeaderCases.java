// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.AA;
import static io.dcosnet.testkit.dns.raw.Codes.AD;
import static io.dcosnet.testkit.dns.raw.Codes.CD;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.QR;
import static io.dcosnet.testkit.dns.raw.Codes.RA;
import static io.dcosnet.testkit.dns.raw.Codes.RD;
import static io.dcosnet.testkit.dns.raw.Codes.TC;
import static io.dcosnet.testkit.dns.raw.Codes.Z;

import java.util.Arrays;
import java.util.List;

/** Bits of the header, and messages that are not to be answered at all. */
final class HeaderCases {

  private HeaderCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("header");
    ids(cases);
    bits(cases);
    silence(cases);
    return cases.all();
  }

  private static void ids(CaseList cases) {
    for (int id : new int[] {0, 1, 0x8000, 0xffff}) {
      cases.both(
          "copies-id-" + id,
          "RFC 1035 §4.1.1",
          MUST,
          "the id of the query in the response",
          talk -> talk.ask(talk.goodQuery().id(id)).rcode(NOERROR));
    }
  }

  private static void bits(CaseList cases) {
    cases
        .both(
            "answers-with-aa",
            "RFC 1035 §4.1.1",
            MUST,
            "NOERROR with AA, the question and the SOA record",
            talk -> talk.ask(talk.goodQuery()).rcode(NOERROR).has(AA).echoesQuestion().answers(1))
        .both(
            "copies-rd-set",
            "RFC 1035 §4.1.1",
            MUST,
            "RD set in the response",
            talk -> talk.ask(talk.goodQuery().flags(RD)).rcode(NOERROR).has(RD))
        .both(
            "copies-rd-clear",
            "RFC 1035 §4.1.1",
            MUST,
            "RD clear in the response",
            talk -> talk.ask(talk.goodQuery()).rcode(NOERROR).hasNot(RD))
        .both(
            "does-not-echo-z",
            "RFC 8906 §8.1.3.3",
            MUST,
            "an answer with Z clear",
            talk -> talk.ask(talk.goodQuery().flags(Z)).rcode(NOERROR).hasNot(Z).answers(1))
        .both(
            "does-not-claim-ad",
            "RFC 6840 §5.8",
            MUST,
            "an answer from a zone without signatures, with AD clear",
            talk -> talk.ask(talk.goodQuery().flags(AD)).rcode(NOERROR).hasNot(AD).answers(1))
        .both(
            "answers-with-cd",
            "RFC 8906 §8.1.3.1",
            MUST,
            "an answer, CD does not matter",
            talk -> talk.ask(talk.goodQuery().flags(CD)).rcode(NOERROR).answers(1))
        .both(
            "copies-cd",
            "RFC 4035 §3.1.6",
            SHOULD,
            "CD set in the response",
            talk -> talk.ask(talk.goodQuery().flags(CD)).rcode(NOERROR).has(CD))
        .both(
            "ignores-bits-of-responses",
            "RFC 1035 §4.1.1",
            SHOULD,
            "an answer with RA, TC as if they were clear in the query",
            talk -> {
              Reply plain = talk.ask(talk.goodQuery());
              talk.ask(talk.goodQuery().flags(AA | RA))
                  .rcode(NOERROR)
                  .hasNot(TC)
                  .check(
                      reply -> reply.has(RA) == plain.message().has(RA), "RA as without the bits");
            })
        .both(
            "ignores-rcode-of-query",
            "RFC 1035 §4.1.1",
            SHOULD,
            "an answer, the code of the query does not matter",
            talk -> talk.ask(talk.goodQuery().rcode(5)).rcode(NOERROR).answers(1));
  }

  private static void silence(CaseList cases) {
    cases
        .both(
            "drops-responses",
            "RFC 1035 §4.1.1",
            MUST,
            "silence: who answers responses can be made to talk to another one for ever",
            talk -> talk.expectSilence(talk.goodQuery().id(0x0bad).flags(QR).octets()))
        .both(
            "drops-error-responses",
            "RFC 1035 §4.1.1",
            MUST,
            "silence",
            talk -> talk.expectSilence(talk.goodQuery().id(0x0bad).flags(QR).rcode(1).octets()))
        .both(
            "drops-bad-responses",
            "RFC 1035 §4.1.1",
            MUST,
            "silence, although the message cannot be read",
            talk -> talk.expectSilence(talk.goodQuery().id(0x0bad).flags(QR).raw("ff").octets()))
        .udp(
            "drops-empty-datagram",
            "RFC 1035 §4.1.1",
            MUST,
            "silence",
            talk -> talk.expectSilence(new byte[0]));
    for (int length = 1; length < 12; length++) {
      int octets = length;
      cases.both(
          "drops-" + octets + "-octets",
          "RFC 1035 §4.1.1",
          SHOULD,
          "silence: this is less than a header",
          talk -> talk.expectSilence(Arrays.copyOf(talk.goodQuery().id(0x0bad).octets(), octets)));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.TC;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_TXT;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawDns;
import java.util.List;
import java.util.Locale;

/** What fits into a response, and what is said when something does not. */
final class SizeCases {

  private static final String LIMIT = "RFC 1035 §4.2.1";
  private static final String EDNS = "RFC 6891 §6.2.3";
  private static final int LARGEST_GOOD = 1232;

  private SizeCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("size");
    exact(cases);
    udp(cases);
    tcp(cases);
    return cases.all();
  }

  private static void exact(CaseList cases) {
    cases
        .udp(
            "512-octets-fit",
            LIMIT,
            MUST,
            "the whole answer of 512 octets without TC",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.FITS_512), TYPE_TXT))
                    .rcode(NOERROR)
                    .hasNot(TC)
                    .answers(TYPE_TXT, 1)
                    .check(reply -> reply.length() == 512, "512 octets"))
        .udp(
            "513-octets-do-not-fit",
            LIMIT,
            MUST,
            "TC and at most 512 octets",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.EXCEEDS_512), TYPE_TXT))
                    .rcode(NOERROR)
                    .has(TC)
                    .atMost(512)
                    .answers(0))
        .udp(
            "opt-takes-room",
            EDNS,
            MUST,
            "TC: 512 octets and an OPT record do not fit into 512",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.FITS_512), TYPE_TXT).opt(512))
                    .rcode(NOERROR)
                    .has(TC)
                    .atMost(512)
                    .edns(false))
        .udp(
            "opt-fits-into-its-size",
            EDNS,
            MUST,
            "the whole answer in 523 octets",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.FITS_512), TYPE_TXT).opt(523))
                    .rcode(NOERROR)
                    .hasNot(TC)
                    .answers(TYPE_TXT, 1)
                    .atMost(523)
                    .edns(false))
        .udp(
            "one-octet-too-many-for-its-size",
            EDNS,
            MUST,
            "TC and at most 523 octets",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.EXCEEDS_512), TYPE_TXT).opt(523))
                    .rcode(NOERROR)
                    .has(TC)
                    .atMost(523)
                    .edns(false))
        .tcp(
            "513-octets-fit",
            LIMIT,
            MUST,
            "the whole answer without TC",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.EXCEEDS_512), TYPE_TXT))
                    .rcode(NOERROR)
                    .hasNot(TC)
                    .answers(TYPE_TXT, 1));
  }

  private static void udp(CaseList cases) {
    cases
        .udp(
            "truncates-at-512-without-opt",
            LIMIT,
            MUST,
            "TC and at most 512 octets",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.OVER_512), TYPE_A))
                    .rcode(NOERROR)
                    .has(TC)
                    .atMost(512)
                    .noEdns())
        .udp(
            "keeps-to-the-size-of-the-client",
            EDNS,
            MUST,
            "TC, an OPT record and at most as many octets as the client takes",
            talk -> {
              for (int size : new int[] {512, 513, 600, 700, 1000}) {
                talk.ask(RawDns.query(talk.name(Role.OVER_1232), TYPE_A).opt(size))
                    .rcode(NOERROR)
                    .has(TC)
                    .atMost(size)
                    .edns(false);
              }
            })
        .udp(
            "takes-small-sizes-as-512",
            EDNS,
            MUST,
            "at most 512 octets, and an answer of less is not truncated",
            talk -> {
              talk.ask(RawDns.query(talk.name(Role.OVER_512), TYPE_A).opt(100))
                  .has(TC)
                  .atMost(512)
                  .edns(false);
              talk.ask(RawDns.query(talk.name(Role.ADDRESSES), TYPE_A).opt(0))
                  .rcode(NOERROR)
                  .hasNot(TC)
                  .edns(false);
            })
        .udp(
            "uses-the-size-of-the-client",
            EDNS,
            SHOULD,
            "the whole answer to a client that takes 1232 octets",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.OVER_512), TYPE_A).opt(LARGEST_GOOD))
                    .rcode(NOERROR)
                    .hasNot(TC)
                    .edns(false)
                    .check(reply -> reply.length() > 512, "more than 512 octets"))
        .udp(
            "sends-no-more-than-1232",
            "RFC 9715 §3.1",
            SHOULD,
            "at most 1232 octets, although the client takes 65535",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.OVER_4096), TYPE_A).opt(65_535))
                    .rcode(NOERROR)
                    .has(TC)
                    .atMost(LARGEST_GOOD)
                    .edns(false))
        .udp(
            "any-is-no-amplifier",
            "RFC 8482 §4",
            MUST,
            "at most 512 octets to a small query for all that a large name has",
            talk -> talk.ask(RawDns.query(talk.name(Role.OVER_4096), Codes.TYPE_ANY)).atMost(512))
        .udp(
            "truncated-answers-can-be-read",
            "RFC 2181 §9",
            MUST,
            "whole records of the name asked, and the question",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.OVER_4096), TYPE_A).opt(777))
                    .has(TC)
                    .echoesQuestion()
                    .check(
                        reply ->
                            reply.answers().stream()
                                .allMatch(
                                    record ->
                                        record.type() == TYPE_A
                                            && record.owner().isSameAs(reply.questionName())
                                            && record.dataLength() == 4),
                        "A records of the name asked"))
        .udp(
            "leaves-out-additional-records-without-tc",
            "RFC 2181 §9",
            SHOULD,
            "no TC when only additional records do not fit",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.SRV), Codes.TYPE_SRV).opt(512))
                    .rcode(NOERROR)
                    .hasNot(TC));
  }

  private static void tcp(CaseList cases) {
    for (Role role : List.of(Role.OVER_512, Role.OVER_1232, Role.OVER_4096)) {
      cases.tcp(
          "whole-answer-" + role.name().toLowerCase(Locale.ROOT).replace('_', '-'),
          "RFC 7766 §5",
          MUST,
          "the whole answer without TC, which UDP truncates",
          talk -> {
            int whole =
                talk.ask(RawDns.query(talk.name(role), TYPE_A))
                    .rcode(NOERROR)
                    .hasNot(TC)
                    .message()
                    .answers()
                    .size();
            talk.ask(RawDns.query(talk.name(role), TYPE_A).opt(512))
                .hasNot(TC)
                .answers(TYPE_A, whole)
                .edns(false);
          });
    }
  }
}

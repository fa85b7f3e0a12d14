// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.CLASS_IN;
import static io.dcosnet.testkit.dns.raw.Codes.FORMERR;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.NXDOMAIN;
import static io.dcosnet.testkit.dns.raw.Codes.REFUSED;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawName;
import java.util.List;

/** Names: lengths, label types, compression, case and octets of any kind. */
final class NameCases {

  private static final String POINTERS = "RFC 1035 §4.1.4";
  private static final String FAULT = "FORMERR, and the server goes on";

  private NameCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("name");
    lengths(cases);
    faults(cases);
    contents(cases);
    return cases.all();
  }

  private static RawDns query(byte[] name) {
    return RawDns.message().question(name, TYPE_A, CLASS_IN);
  }

  private static void lengths(CaseList cases) {
    cases
        .both(
            "255-octets",
            "RFC 1035 §3.1",
            MUST,
            "NXDOMAIN: a name may have 255 octets",
            talk -> talk.ask(RawDns.query(talk.zone().origin().filledUpTo(255), TYPE_A)).nxdomain())
        .both(
            "256-octets",
            "RFC 1035 §3.1",
            SHOULD,
            FAULT,
            talk ->
                FormCases.refused(talk, RawDns.query(talk.zone().origin().filledUpTo(256), TYPE_A)))
        .both(
            "thousand-octets",
            "RFC 1035 §3.1",
            SHOULD,
            FAULT,
            talk ->
                FormCases.refused(
                    talk, RawDns.query(talk.zone().origin().filledUpTo(1000), TYPE_A)))
        .both(
            "label-of-63-octets",
            "RFC 1035 §3.1",
            MUST,
            "NXDOMAIN: a label may have 63 octets",
            talk ->
                talk.ask(RawDns.query(talk.zone().origin().below("x".repeat(63)), TYPE_A))
                    .nxdomain())
        .both(
            "127-labels",
            "RFC 1035 §3.1",
            MUST,
            "a response code for a name of 127 labels, and the server goes on",
            talk -> {
              RawName name = RawName.ROOT;
              for (int i = 0; i < 127; i++) {
                name = name.below("a");
              }
              talk.ask(RawDns.query(name, TYPE_A)).rcode(NOERROR, NXDOMAIN, REFUSED);
              talk.expectGoodAnswer();
            })
        .both(
            "root",
            "RFC 1035 §3.1",
            MUST,
            "a response code for the root, and the server goes on",
            talk -> {
              talk.ask(RawDns.query(RawName.ROOT, TYPE_A)).rcode(NOERROR, NXDOMAIN, REFUSED);
              talk.expectGoodAnswer();
            });
  }

  private static void faults(CaseList cases) {
    fault(cases, "pointer-to-itself", POINTERS, "c00c");
    fault(cases, "pointer-to-itself-behind-a-label", POINTERS, "0161c00c");
    fault(cases, "pointer-forward", POINTERS, "c00e 0161 00");
    fault(cases, "pointer-beyond-the-end", POINTERS, "ffff");
    fault(cases, "pointer-cut-off", POINTERS, "0161 c0");
    fault(cases, "pointers-in-a-ring", POINTERS, "0161 c010 0162 c00c");
    fault(cases, "label-type-01", "RFC 6891 §5", "41 610000000000 00");
    fault(cases, "label-type-10", "RFC 1035 §4.1.4", "81 610000000000 00");
    fault(cases, "label-of-64-octets", "RFC 1035 §2.3.4", "40" + "61".repeat(64) + "00");
    cases.both(
        "pointer-into-the-header",
        POINTERS,
        SHOULD,
        FAULT,
        talk -> FormCases.refused(talk, query(RawDns.hex("c004"))));
  }

  private static void fault(CaseList cases, String name, String reference, String octets) {
    cases.both(
        name,
        reference,
        SHOULD,
        FAULT,
        talk -> {
          talk.ask(query(RawDns.hex(octets))).rcode(FORMERR).answers(0);
          talk.expectGoodAnswer();
        });
  }

  private static void contents(CaseList cases) {
    cases
        .both(
            "keeps-case-of-question",
            "RFC 4343 §4.1",
            MUST,
            "the question octet by octet, and the same answer for either case",
            talk -> {
              RawName mixed = talk.name(Role.ADDRESSES).withMixedCase();
              int count =
                  talk.ask(RawDns.query(talk.name(Role.ADDRESSES), TYPE_A))
                      .message()
                      .answers()
                      .size();
              talk.ask(RawDns.query(mixed, TYPE_A))
                  .rcode(NOERROR)
                  .echoesQuestion()
                  .answers(TYPE_A, count);
            })
        .both(
            "keeps-case-of-question-in-denials",
            "RFC 4343 §4.1",
            MUST,
            "the question octet by octet, NXDOMAIN",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.MISSING).withMixedCase(), TYPE_A))
                    .echoesQuestion()
                    .nxdomain())
        .both(
            "answers-owner-in-case-of-question",
            "RFC 4343 §4.1",
            SHOULD,
            "owners as the name was asked",
            talk -> {
              RawName mixed = talk.name(Role.ADDRESSES).withMixedCase();
              talk.ask(RawDns.query(mixed, TYPE_A))
                  .check(
                      reply ->
                          reply.answers().stream().allMatch(record -> record.owner().equals(mixed)),
                      "owners in the case of the question");
            })
        .both(
            "finds-names-that-the-zone-writes-with-capitals",
            "RFC 4343 §3",
            MUST,
            "the A record",
            talk -> {
              RawName name = talk.name(Role.CAPITALS);
              talk.ask(RawDns.query(name, TYPE_A)).rcode(NOERROR).answers(TYPE_A, 1);
              talk.ask(RawDns.query(name.withMixedCase(), TYPE_A))
                  .rcode(NOERROR)
                  .answers(TYPE_A, 1);
            })
        .both(
            "finds-names-of-any-octets",
            "RFC 2181 §11",
            MUST,
            "the A record",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.BINARY), TYPE_A))
                    .rcode(NOERROR)
                    .answers(TYPE_A, 1))
        .both(
            "denies-names-of-any-octets",
            "RFC 2181 §11",
            MUST,
            "NXDOMAIN for labels with dots, zeros, spaces and high octets",
            talk -> {
              for (String octets : List.of("2e", "00", "20", "5c", "ff", "e28093", "c3")) {
                RawName name = talk.zone().origin().below(RawDns.hex(octets));
                talk.ask(RawDns.query(name, TYPE_A)).echoesQuestion().nxdomain();
              }
            })
        .both(
            "compares-ascii-letters-only",
            "RFC 4343 §3",
            MUST,
            "NXDOMAIN: 0x40 and 0x60, 0x5b and 0x7b are not the same letter",
            talk -> {
              for (String octets : List.of("40", "60", "5b", "7b", "c1", "e1")) {
                RawName name = talk.zone().origin().below(RawDns.hex("6d6978" + octets));
                talk.ask(RawDns.query(name, TYPE_A)).nxdomain();
              }
            });
  }
}

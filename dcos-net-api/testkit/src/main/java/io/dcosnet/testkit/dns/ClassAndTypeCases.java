// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.CLASS_ANY;
import static io.dcosnet.testkit.dns.raw.Codes.CLASS_CH;
import static io.dcosnet.testkit.dns.raw.Codes.CLASS_HS;
import static io.dcosnet.testkit.dns.raw.Codes.CLASS_NONE;
import static io.dcosnet.testkit.dns.raw.Codes.FORMERR;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.NOTAUTH;
import static io.dcosnet.testkit.dns.raw.Codes.NOTIMP;
import static io.dcosnet.testkit.dns.raw.Codes.REFUSED;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_AXFR;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_IXFR;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_MAILA;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_MAILB;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_OPT;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_SOA;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_TSIG;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_TXT;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawName;
import java.util.List;

/** Classes and types that are foreign, unknown or not for records. */
final class ClassAndTypeCases {

  private ClassAndTypeCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("type");
    classes(cases);
    unknownTypes(cases);
    metaTypes(cases);
    return cases.all();
  }

  private static void classes(CaseList cases) {
    for (int number : new int[] {0, 2, CLASS_CH, CLASS_HS, CLASS_NONE, 65535}) {
      cases.both(
          "refuses-class-" + number,
          "RFC 1035 §3.2.4",
          SHOULD,
          "REFUSED: the zone is of class IN",
          talk ->
              talk.ask(RawDns.message().question(talk.zone().origin(), TYPE_SOA, number))
                  .rcode(REFUSED)
                  .answers(0));
    }
    cases
        .both(
            "gives-no-data-in-foreign-class",
            "RFC 1035 §3.2.4",
            MUST,
            "no answers of class IN in class CH",
            talk ->
                talk.ask(RawDns.message().question(talk.name(Role.ADDRESSES), TYPE_A, CLASS_CH))
                    .answers(0))
        .both(
            "answers-class-any",
            "RFC 1035 §3.2.5",
            SHOULD,
            "the records of class IN",
            talk ->
                talk.ask(RawDns.message().question(talk.zone().origin(), TYPE_SOA, CLASS_ANY))
                    .rcode(NOERROR)
                    .answers(TYPE_SOA, 1))
        .both(
            "hides-or-tells-version",
            "RFC 4892 §3",
            SHOULD,
            "TXT records, or REFUSED",
            talk -> {
              RawName name = RawName.of("version.bind.");
              Reply reply =
                  talk.ask(RawDns.message().question(name, TYPE_TXT, CLASS_CH))
                      .rcode(NOERROR, REFUSED);
              boolean told = reply.message().rcode() == NOERROR;
              reply.answers(TYPE_TXT, told ? 1 : 0);
            });
  }

  private static void unknownTypes(CaseList cases) {
    for (int type : new int[] {3, 1000, 10_000, 32_767, 65_280, 65_534, 65_535}) {
      cases
          .both(
              "denies-type-" + type,
              "RFC 8906 §8.1.2",
              MUST,
              "NOERROR with the SOA record: there is a name, but no such records",
              talk -> talk.ask(RawDns.query(talk.name(Role.ADDRESSES), type)).nodata())
          .both(
              "denies-type-" + type + "-of-a-missing-name",
              "RFC 8906 §3.1.2",
              MUST,
              "NXDOMAIN with the SOA record",
              talk -> talk.ask(RawDns.query(talk.name(Role.MISSING), type)).nxdomain());
    }
    cases.both(
        "type-0",
        "RFC 6895 §3.1",
        SHOULD,
        "FORMERR or NOERROR without answers",
        talk ->
            talk.ask(RawDns.query(talk.name(Role.ADDRESSES), 0))
                .rcode(FORMERR, NOERROR)
                .answers(0));
  }

  private static void metaTypes(CaseList cases) {
    cases
        .both(
            "mail-agent-types",
            "RFC 1035 §3.2.3",
            SHOULD,
            "NOTIMP, or NOERROR without answers: obsolete",
            talk -> {
              for (int type : new int[] {TYPE_MAILA, TYPE_MAILB}) {
                talk.ask(RawDns.query(talk.zone().origin(), type))
                    .rcode(NOTIMP, NOERROR)
                    .answers(0);
              }
            })
        .both(
            "types-that-belong-to-messages",
            "RFC 6895 §3.1",
            MUST,
            "no answers to OPT and TSIG as types of a question",
            talk -> {
              for (int type : new int[] {TYPE_OPT, TYPE_TSIG}) {
                talk.ask(RawDns.query(talk.zone().origin(), type))
                    .rcode(FORMERR, NOTIMP, REFUSED, NOERROR)
                    .answers(0);
              }
              talk.expectGoodAnswer();
            })
        .udp(
            "axfr-over-udp",
            "RFC 5936 §4.2",
            MUST,
            "an error and no records: zones travel over TCP",
            talk ->
                talk.ask(RawDns.query(talk.zone().origin(), TYPE_AXFR))
                    .rcode(FORMERR, NOTIMP, REFUSED, NOTAUTH)
                    .answers(0))
        .tcp(
            "axfr-of-a-stranger",
            "RFC 5936 §5",
            SHOULD,
            "REFUSED or NOTAUTH: nobody is allowed",
            talk ->
                talk.ask(RawDns.query(talk.zone().origin(), TYPE_AXFR))
                    .rcode(REFUSED, NOTAUTH, NOTIMP)
                    .answers(0))
        .udp(
            "ixfr-over-udp",
            "RFC 1995 §2",
            SHOULD,
            "one SOA record at most, or an error",
            talk -> {
              byte[] owner = talk.zone().origin().octets();
              byte[] soa = new byte[22];
              RawDns query =
                  RawDns.query(talk.zone().origin(), TYPE_IXFR)
                      .record(RawDns.Section.AUTHORITY, owner, TYPE_SOA, 1, 0, soa);
              talk.ask(query)
                  .rcode(NOERROR, REFUSED, NOTAUTH, NOTIMP, FORMERR)
                  .check(reply -> reply.answers().size() <= 1, "one SOA record at most");
            });
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.AA;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.RA;
import static io.dcosnet.testkit.dns.raw.Codes.REFUSED;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_AAAA;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_NS;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_SOA;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_SRV;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawName;
import java.util.Arrays;
import java.util.List;

/** Names and types that do not exist, and those that seem not to. */
final class DenialCases {

  private DenialCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("denial");
    names(cases);
    types(cases);
    outside(cases);
    return cases.all();
  }

  private static void names(CaseList cases) {
    cases
        .both(
            "missing-name",
            "RFC 2308 §2.1",
            MUST,
            "NXDOMAIN with AA, and the zone's SOA record with a TTL of at most MINIMUM",
            talk -> talk.ask(RawDns.query(talk.name(Role.MISSING), TYPE_A)).nxdomain())
        .both(
            "name-below-a-missing-one",
            "RFC 2308 §2.1",
            MUST,
            "NXDOMAIN",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.MISSING).below("a").below("b"), TYPE_A))
                    .nxdomain())
        .both(
            "name-below-one-with-records",
            "RFC 2308 §2.1",
            MUST,
            "NXDOMAIN",
            talk -> talk.ask(RawDns.query(talk.name(Role.ADDRESSES).below("a"), TYPE_A)).nxdomain())
        .both(
            "name-without-records-above-one-that-has-some",
            "RFC 8020 §2",
            MUST,
            "NOERROR without answers: the name exists",
            talk -> talk.ask(RawDns.query(talk.name(Role.EMPTY), TYPE_A)).nodata())
        .both(
            "name-without-records-above-services",
            "RFC 4592 §2.2.2",
            MUST,
            "NOERROR without answers for the label below which the services are",
            talk -> {
              byte[] octets = talk.name(Role.SRV).octets();
              int parent = octets[0] + 1;
              RawName above = RawName.ofOctets(Arrays.copyOfRange(octets, parent, octets.length));
              talk.ask(RawDns.query(above, TYPE_SRV)).nodata();
            })
        .both(
            "name-of-which-another-one-begins-with",
            "RFC 1034 §3.1",
            MUST,
            "NXDOMAIN: names are compared label by label",
            talk -> {
              RawName origin = talk.zone().origin();
              talk.ask(RawDns.query(origin.below("ww"), TYPE_A)).nxdomain();
              talk.ask(RawDns.query(origin.below("wwww"), TYPE_A)).nxdomain();
            });
  }

  private static void types(CaseList cases) {
    cases
        .both(
            "aaaa-where-only-a-is",
            "RFC 4074 §4.2",
            MUST,
            "NOERROR without answers, never NXDOMAIN",
            talk -> talk.ask(RawDns.query(talk.name(Role.ADDRESSES), TYPE_AAAA)).nodata())
        .both(
            "missing-type",
            "RFC 2308 §2.2",
            MUST,
            "NOERROR with AA, no answers and the zone's SOA record",
            talk -> talk.ask(RawDns.query(talk.name(Role.ADDRESSES), TYPE_SRV)).nodata())
        .both(
            "soa-below-the-apex",
            "RFC 2308 §2.2",
            MUST,
            "NOERROR without answers, the SOA record in the authority section",
            talk -> talk.ask(RawDns.query(talk.name(Role.ADDRESSES), TYPE_SOA)).nodata())
        .both(
            "ns-below-the-apex",
            "RFC 2308 §2.2",
            MUST,
            "NOERROR without answers",
            talk -> talk.ask(RawDns.query(talk.name(Role.ADDRESSES), TYPE_NS)).nodata())
        .both(
            "missing-type-at-the-apex",
            "RFC 2308 §2.2",
            MUST,
            "NOERROR without answers",
            talk -> talk.ask(RawDns.query(talk.zone().origin(), TYPE_SRV)).nodata());
  }

  private static void outside(CaseList cases) {
    cases
        .both(
            "name-outside-the-zone",
            "RFC 8499 §7",
            SHOULD,
            "REFUSED without AA: nothing is known of the name",
            talk -> {
              Reply plain = talk.ask(talk.goodQuery());
              if (plain.message().has(RA)) {
                throw talk.skip("the server resolves names outside its zones");
              }
              talk.ask(RawDns.query(RawName.of("www.outside.example."), TYPE_A))
                  .rcode(REFUSED)
                  .hasNot(AA)
                  .answers(0);
            })
        .both(
            "parent-of-the-zone",
            "RFC 8499 §7",
            SHOULD,
            "no records of the zone, and no AA",
            talk -> {
              byte[] octets = talk.zone().origin().octets();
              RawName parent =
                  RawName.ofOctets(Arrays.copyOfRange(octets, octets[0] + 1, octets.length));
              talk.ask(RawDns.query(parent, TYPE_SOA))
                  .check(
                      reply ->
                          reply.answers().stream()
                              .noneMatch(one -> one.owner().isSameAs(talk.zone().origin())),
                      "no SOA record of the zone");
            })
        .both(
            "origin",
            "RFC 1034 §4.3.2",
            MUST,
            "SOA and NS records of the zone in the answer section, with AA",
            talk -> {
              talk.ask(RawDns.query(talk.zone().origin(), TYPE_SOA))
                  .rcode(NOERROR)
                  .has(AA)
                  .answers(TYPE_SOA, 1);
              talk.ask(RawDns.query(talk.zone().origin(), TYPE_NS))
                  .rcode(NOERROR)
                  .has(AA)
                  .check(reply -> !reply.answers().isEmpty(), "NS records");
            });
  }
}

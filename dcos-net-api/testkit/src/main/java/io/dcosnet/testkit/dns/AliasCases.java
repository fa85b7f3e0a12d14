// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.AA;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.NXDOMAIN;
import static io.dcosnet.testkit.dns.raw.Codes.RA;
import static io.dcosnet.testkit.dns.raw.Codes.SERVFAIL;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_AAAA;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_CNAME;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_DNAME;
import static io.dcosnet.testkit.dns.raw.Codes.YXDOMAIN;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import io.dcosnet.testkit.dns.raw.RawRecord;
import java.util.List;

/** CNAME and DNAME records. */
final class AliasCases {

  private AliasCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("alias");
    cname(cases);
    ends(cases);
    dname(cases);
    return cases.all();
  }

  /** True when the answer begins with a chain of aliases from that name, link by link. */
  private static boolean isChain(RawMessage reply, RawName from, int links) {
    RawName next = from;
    for (int i = 0; i < links; i++) {
      if (i >= reply.answers().size()) {
        return false;
      }
      RawRecord record = reply.answers().get(i);
      if (record.type() != TYPE_CNAME || !record.owner().isSameAs(next)) {
        return false;
      }
      next = record.nameInData(0);
    }
    RawName end = next;
    return reply.answers().stream().skip(links).allMatch(one -> one.owner().isSameAs(end));
  }

  private static int links(RawMessage reply) {
    return Reply.ofType(reply.answers(), TYPE_CNAME).size();
  }

  private static void cname(CaseList cases) {
    cases
        .both(
            "cname",
            "RFC 1034 §4.3.2",
            MUST,
            "the CNAME record first, then the A records of its target",
            talk -> {
              RawName alias = talk.name(Role.CNAME);
              talk.ask(RawDns.query(alias, TYPE_A))
                  .rcode(NOERROR)
                  .has(AA)
                  .answers(TYPE_CNAME, 1)
                  .check(reply -> isChain(reply, alias, 1), "the CNAME record, then its target")
                  .check(reply -> reply.answers().size() > 1, "the A records");
            })
        .both(
            "cname-of-a-cname",
            "RFC 1034 §4.3.2",
            MUST,
            "both CNAME records in the order of the chain, then the A records",
            talk -> {
              RawName alias = talk.name(Role.CNAME_CHAIN);
              talk.ask(RawDns.query(alias, TYPE_A))
                  .rcode(NOERROR)
                  .answers(TYPE_CNAME, 2)
                  .check(reply -> isChain(reply, alias, 2), "the chain in its order")
                  .check(reply -> reply.answers().size() > 2, "the A records");
            })
        .both(
            "cname-asked-as-such",
            "RFC 1034 §3.6.2",
            MUST,
            "the CNAME record alone",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.CNAME_CHAIN), TYPE_CNAME))
                    .rcode(NOERROR)
                    .answers(1)
                    .answers(TYPE_CNAME, 1))
        .both(
            "cname-whose-target-lacks-the-type",
            "RFC 2308 §2.2",
            MUST,
            "the CNAME record, NOERROR, and the SOA record",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.CNAME), TYPE_AAAA))
                    .rcode(NOERROR)
                    .answers(1)
                    .answers(TYPE_CNAME, 1)
                    .soaOfDenial());
  }

  private static void ends(CaseList cases) {
    cases
        .both(
            "cname-to-a-missing-name",
            "RFC 6604 §3",
            MUST,
            "the CNAME record with NXDOMAIN and the SOA record",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.CNAME_DANGLING), TYPE_A))
                    .rcode(NXDOMAIN)
                    .answers(1)
                    .answers(TYPE_CNAME, 1)
                    .soaOfDenial())
        .both(
            "cname-out-of-the-zone",
            "RFC 1034 §4.3.2",
            MUST,
            "NOERROR with the CNAME record",
            talk -> {
              Reply reply = talk.ask(RawDns.query(talk.name(Role.CNAME_OUTSIDE), TYPE_A));
              reply.answers(TYPE_CNAME, 1);
              if (!reply.message().has(RA)) {
                reply.rcode(NOERROR).answers(1).has(AA);
              }
            })
        .both(
            "chain-of-forty",
            "RFC 1034 §3.6.2",
            SHOULD,
            "the chain from its begin, link by link, with SERVFAIL where it is not followed on",
            talk -> {
              RawName first = talk.name(Role.CNAME_LONG);
              talk.ask(RawDns.query(first, TYPE_A).opt(1232))
                  .rcode(SERVFAIL, NOERROR)
                  .check(reply -> isChain(reply, first, links(reply)), "the chain in its order")
                  .check(reply -> links(reply) > 0, "its first links");
              talk.expectGoodAnswer();
            })
        .both(
            "cname-loop",
            "RFC 1034 §3.6.2",
            MUST,
            "an answer that ends: SERVFAIL, or the records of the loop; the server goes on",
            talk -> {
              talk.ask(RawDns.query(talk.name(Role.CNAME_LOOP), TYPE_A))
                  .rcode(SERVFAIL, NOERROR)
                  .check(reply -> reply.answers().size() <= 32, "a chain that ends");
              talk.expectGoodAnswer();
            })
        .both(
            "cname-loop-is-a-failure",
            "RFC 1034 §3.6.2",
            SHOULD,
            "SERVFAIL: nothing can be found behind a loop",
            talk -> talk.ask(RawDns.query(talk.name(Role.CNAME_LOOP), TYPE_A)).rcode(SERVFAIL));
  }

  private static void dname(CaseList cases) {
    cases
        .both(
            "dname",
            "RFC 6672 §3.1",
            MUST,
            "the DNAME record, the CNAME record made of it, then the A records",
            talk -> {
              RawName moved = talk.name(Role.DNAME);
              talk.ask(RawDns.query(moved.below("host"), TYPE_A))
                  .rcode(NOERROR)
                  .has(AA)
                  .answers(TYPE_DNAME, 1)
                  .answers(TYPE_CNAME, 1)
                  .answers(TYPE_A, 1)
                  .check(
                      reply -> reply.answers().get(0).type() == TYPE_DNAME,
                      "the DNAME record first")
                  .check(
                      reply -> {
                        RawRecord made = reply.answers().get(1);
                        return made.owner().isSameAs(moved.below("host"));
                      },
                      "a CNAME record of the name asked");
            })
        .both(
            "dname-does-not-cover-its-owner",
            "RFC 6672 §2.3",
            MUST,
            "NOERROR without answers for other types of the owner",
            talk -> talk.ask(RawDns.query(talk.name(Role.DNAME), TYPE_A)).nodata())
        .both(
            "dname-to-a-missing-name",
            "RFC 6604 §3",
            MUST,
            "NXDOMAIN with the DNAME and CNAME records",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.DNAME).below("none"), TYPE_A))
                    .rcode(NXDOMAIN)
                    .answers(2)
                    .soaOfDenial())
        .both(
            "dname-to-a-name-that-is-too-long",
            "RFC 6672 §2.2",
            MUST,
            "YXDOMAIN with the DNAME record: the new name would be too long",
            talk -> {
              talk.ask(RawDns.query(talk.name(Role.DNAME).filledUpTo(255), TYPE_A).opt(1232))
                  .rcode(YXDOMAIN)
                  .answers(TYPE_DNAME, 1)
                  .answers(TYPE_CNAME, 0);
              talk.expectGoodAnswer();
            });
  }
}

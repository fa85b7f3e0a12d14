// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.AA;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.NOTIMP;
import static io.dcosnet.testkit.dns.raw.Codes.TC;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_AAAA;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_ANY;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_HTTPS;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_NS;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_PRIVATE;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_SRV;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import io.dcosnet.testkit.dns.raw.RawRecord;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Answers that hold records: addresses, services, all types, wildcards and delegations. */
final class AnswerCases {

  private static final int SRV_TARGET = 6;

  /** Chance of the same order by accident: less than one in a million. */
  private static final int ROTATIONS = 40;

  private AnswerCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("answer");
    addresses(cases);
    services(cases);
    any(cases);
    wildcards(cases);
    delegation(cases);
    return cases.all();
  }

  private static boolean allOwnedBy(RawMessage reply, RawName name) {
    return reply.answers().stream().allMatch(record -> record.owner().isSameAs(name));
  }

  private static void addresses(CaseList cases) {
    cases
        .both(
            "addresses",
            "RFC 1034 §4.3.2",
            MUST,
            "all A records of the name with one TTL, with AA",
            talk -> {
              RawName name = talk.name(Role.ADDRESSES);
              talk.ask(RawDns.query(name, TYPE_A))
                  .rcode(NOERROR)
                  .has(AA)
                  .hasNot(TC)
                  .echoesQuestion()
                  .check(reply -> reply.answers().size() >= 2, "two records or more")
                  .check(reply -> allOwnedBy(reply, name), "records of the name")
                  .check(reply -> distinctData(reply) == reply.answers().size(), "each record once")
                  .check(
                      reply -> reply.answers().stream().map(RawRecord::ttl).distinct().count() == 1,
                      "one TTL (RFC 2181 §5.2)");
            })
        .both(
            "both-families",
            "RFC 3596 §2",
            MUST,
            "A records to A, AAAA records to AAAA",
            talk -> {
              RawName name = talk.name(Role.DUAL);
              talk.ask(RawDns.query(name, TYPE_A)).rcode(NOERROR).answers(1).answers(TYPE_A, 1);
              talk.ask(RawDns.query(name, TYPE_AAAA))
                  .rcode(NOERROR)
                  .answers(1)
                  .answers(TYPE_AAAA, 1);
            })
        .both(
            "rotates",
            "RFC 1794 §3.2",
            SHOULD,
            "another order of the records now and then",
            talk -> {
              Set<String> orders = new HashSet<>();
              for (int i = 0; i < ROTATIONS; i++) {
                RawMessage reply =
                    talk.ask(RawDns.query(talk.name(Role.ADDRESSES), TYPE_A)).message();
                orders.add(Arrays.toString(reply.answers().get(0).data()));
              }
              if (orders.size() < 2) {
                throw new AssertionError("always the same record first");
              }
            })
        .both(
            "unknown-type",
            "RFC 3597 §3",
            MUST,
            "the data octet by octet",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.UNKNOWN_TYPE), TYPE_PRIVATE))
                    .rcode(NOERROR)
                    .answers(TYPE_PRIVATE, 1)
                    .check(
                        reply ->
                            Arrays.equals(reply.answers().get(0).data(), RawDns.hex("01020304")),
                        "the data 01020304"))
        .both(
            "https",
            "RFC 9460 §2",
            MUST,
            "the HTTPS record",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.HTTPS), TYPE_HTTPS))
                    .rcode(NOERROR)
                    .answers(TYPE_HTTPS, 1));
  }

  private static long distinctData(RawMessage reply) {
    return reply.answers().stream()
        .map(record -> Arrays.toString(record.data()))
        .distinct()
        .count();
  }

  private static void services(CaseList cases) {
    cases
        .both(
            "services",
            "RFC 2782",
            MUST,
            "SRV records whose targets are not compressed",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.SRV), TYPE_SRV))
                    .rcode(NOERROR)
                    .has(AA)
                    .check(reply -> !reply.answers().isEmpty(), "SRV records")
                    .check(
                        reply ->
                            reply.answers().stream()
                                .noneMatch(record -> record.isCompressedInData(SRV_TARGET)),
                        "targets without compression"))
        .both(
            "addresses-of-services",
            "RFC 2782",
            SHOULD,
            "A and AAAA records of the target, once, in the additional section",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.SRV), TYPE_SRV).opt(1232))
                    .check(
                        reply -> {
                          RawName target = reply.answers().get(0).nameInData(SRV_TARGET);
                          List<RawRecord> found =
                              reply.additionals().stream()
                                  .filter(record -> record.owner().isSameAs(target))
                                  .toList();
                          return !found.isEmpty()
                              && found.stream().map(RawRecord::toString).distinct().count()
                                  == found.size();
                        },
                        "addresses of the target, each once"));
  }

  private static void any(CaseList cases) {
    cases
        .both(
            "any-of-a-name",
            "RFC 8482 §4",
            MUST,
            "one record at least for a name that has some",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.DUAL), TYPE_ANY).opt(1232))
                    .rcode(NOERROR, NOTIMP)
                    .check(
                        reply -> reply.rcode() == NOTIMP || !reply.answers().isEmpty(), "records"))
        .udp(
            "any-of-a-name-is-small",
            "RFC 8482 §4.1",
            SHOULD,
            "records of one type only over UDP",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.DUAL), TYPE_ANY).opt(1232))
                    .check(
                        reply ->
                            reply.answers().stream().map(RawRecord::type).distinct().count() <= 1,
                        "one type"))
        .both(
            "any-of-a-missing-name",
            "RFC 8482 §4",
            MUST,
            "NXDOMAIN",
            talk -> talk.ask(RawDns.query(talk.name(Role.MISSING), TYPE_ANY)).nxdomain())
        .both(
            "any-of-a-name-without-records",
            "RFC 8020 §2",
            MUST,
            "NOERROR, never NXDOMAIN",
            talk -> talk.ask(RawDns.query(talk.name(Role.EMPTY), TYPE_ANY)).rcode(NOERROR));
  }

  private static void wildcards(CaseList cases) {
    cases
        .both(
            "wildcard",
            "RFC 4592 §3.3.1",
            MUST,
            "A records whose owner is the name asked",
            talk -> {
              RawName name = talk.name(Role.WILDCARD).below("any");
              talk.ask(RawDns.query(name, TYPE_A))
                  .rcode(NOERROR)
                  .has(AA)
                  .answers(TYPE_A, 1)
                  .check(reply -> allOwnedBy(reply, name), "the name asked as owner");
            })
        .both(
            "wildcard-several-labels-below",
            "RFC 4592 §2.2.1",
            MUST,
            "A records whose owner is the name asked",
            talk -> {
              RawName name = talk.name(Role.WILDCARD).below("c").below("b").below("a");
              talk.ask(RawDns.query(name, TYPE_A))
                  .rcode(NOERROR)
                  .answers(TYPE_A, 1)
                  .check(reply -> allOwnedBy(reply, name), "the name asked as owner");
            })
        .both(
            "wildcard-of-another-type",
            "RFC 4592 §2.2.1",
            MUST,
            "NOERROR without answers",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.WILDCARD).below("any"), TYPE_AAAA)).nodata())
        .both(
            "wildcard-asked-as-such",
            "RFC 4592 §2.2.1",
            MUST,
            "the A records of the wildcard itself",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.WILDCARD).below("*"), TYPE_A))
                    .rcode(NOERROR)
                    .answers(TYPE_A, 1))
        .both(
            "name-above-a-wildcard",
            "RFC 4592 §2.2.2",
            MUST,
            "NOERROR without answers: the name is empty, the wildcard is below it",
            talk -> talk.ask(RawDns.query(talk.name(Role.WILDCARD), TYPE_A)).nodata());
  }

  private static void delegation(CaseList cases) {
    cases
        .both(
            "delegation",
            "RFC 1034 §4.3.2",
            MUST,
            "NS records of the child in the authority section, without AA and answers",
            talk -> {
              RawName child = talk.name(Role.DELEGATION);
              talk.ask(RawDns.query(child.below("www"), TYPE_A))
                  .rcode(NOERROR)
                  .hasNot(AA)
                  .answers(0)
                  .check(
                      reply ->
                          reply.authorities().stream()
                              .anyMatch(
                                  record ->
                                      record.type() == TYPE_NS && record.owner().isSameAs(child)),
                      "NS records of the child");
            })
        .both(
            "delegation-with-glue",
            "RFC 9471 §3.1",
            MUST,
            "addresses of the child's servers in the additional section",
            talk ->
                talk.ask(RawDns.query(talk.name(Role.DELEGATION).below("www"), TYPE_A))
                    .check(
                        reply ->
                            reply.additionals().stream()
                                .anyMatch(record -> record.type() == TYPE_A),
                        "glue"))
        .both(
            "glue-is-no-answer",
            "RFC 1034 §4.2.1",
            MUST,
            "a delegation for the name of the glue, without AA",
            talk -> {
              RawMessage referral =
                  talk.ask(RawDns.query(talk.name(Role.DELEGATION).below("www"), TYPE_A)).message();
              RawName server = referral.authorities().get(0).nameInData(0);
              talk.ask(RawDns.query(server, TYPE_A)).rcode(NOERROR).hasNot(AA).answers(0);
            });
  }
}

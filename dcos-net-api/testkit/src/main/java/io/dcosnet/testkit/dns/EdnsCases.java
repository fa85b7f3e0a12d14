// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.BADVERS;
import static io.dcosnet.testkit.dns.raw.Codes.FORMERR;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.OPTION_COOKIE;
import static io.dcosnet.testkit.dns.raw.Codes.OPTION_KEEPALIVE;
import static io.dcosnet.testkit.dns.raw.Codes.OPTION_NSID;
import static io.dcosnet.testkit.dns.raw.Codes.OPTION_PADDING;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_OPT;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawDns.Section;
import io.dcosnet.testkit.dns.raw.RawName;
import java.io.IOException;
import java.util.List;

/** The OPT record: versions, flags, options and its forms that are wrong. */
final class EdnsCases {

  private static final int OPTION_UNKNOWN = 65001;
  private static final int OPTION_SUBNET = 8;
  private static final int DO = 0x8000;

  private EdnsCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("edns");
    presence(cases);
    versions(cases);
    options(cases);
    faults(cases);
    return cases.all();
  }

  private static void presence(CaseList cases) {
    cases
        .both(
            "none-without-opt",
            "RFC 6891 §7",
            MUST,
            "no OPT record in the response to a query without one",
            talk -> talk.ask(talk.goodQuery()).rcode(NOERROR).noEdns())
        .both(
            "answers-with-opt",
            "RFC 8906 §8.2.1",
            MUST,
            "one OPT record of version 0",
            talk -> talk.ask(talk.goodQuery().opt(1232)).rcode(NOERROR).answers(1).edns(false))
        .both(
            "denies-with-opt",
            "RFC 6891 §6.1.1",
            MUST,
            "one OPT record in NXDOMAIN and NODATA",
            talk -> {
              talk.ask(RawDns.query(talk.name(Role.MISSING), TYPE_A).opt(1232))
                  .nxdomain()
                  .edns(false);
              talk.ask(RawDns.query(talk.zone().origin(), 65280).opt(1232)).nodata().edns(false);
            })
        .both(
            "copies-do",
            "RFC 3225 §3",
            MUST,
            "DO as in the query",
            talk -> {
              talk.ask(talk.goodQuery().opt(1232, 0, DO)).rcode(NOERROR).edns(true);
              talk.ask(talk.goodQuery().opt(1232, 0, 0)).rcode(NOERROR).edns(false);
            })
        .both(
            "ignores-unknown-flags",
            "RFC 8906 §8.2.4",
            MUST,
            "an answer with all flags clear",
            talk ->
                talk.ask(talk.goodQuery().opt(1232, 0, 0x0040))
                    .rcode(NOERROR)
                    .answers(1)
                    .edns(false))
        .both(
            "ignores-unknown-flags-beside-do",
            "RFC 8906 §8.2.4",
            MUST,
            "an answer with DO and no other flag",
            talk ->
                talk.ask(talk.goodQuery().opt(1232, 0, 0xffff))
                    .rcode(NOERROR)
                    .answers(1)
                    .edns(true))
        .both(
            "takes-small-sizes-as-512",
            "RFC 6891 §6.2.3",
            MUST,
            "an answer to a payload size of 0",
            talk -> talk.ask(talk.goodQuery().opt(0)).rcode(NOERROR).answers(1).edns(false))
        .both(
            "takes-opt-before-other-records",
            "RFC 6891 §6.1.1",
            SHOULD,
            "one OPT record: it may stand anywhere in the additional section",
            talk -> {
              RawDns query =
                  talk.goodQuery()
                      .opt(1232)
                      .record(Section.ADDITIONAL, new byte[1], 65280, 1, 0, new byte[3]);
              talk.ask(query).rcode(NOERROR, FORMERR).edns(false);
            });
  }

  private static void badVersion(Conversation talk, RawDns query, boolean dnssecOk)
      throws IOException {
    talk.ask(query).rcode(BADVERS).answers(0).edns(dnssecOk);
  }

  private static void versions(CaseList cases) {
    for (int number : new int[] {1, 2, 100, 255}) {
      cases.both(
          "refuses-version-" + number,
          "RFC 8906 §8.2.2",
          MUST,
          "BADVERS with version 0 and no answer",
          talk -> badVersion(talk, talk.goodQuery().opt(1232, number, 0), false));
    }
    cases
        .both(
            "refuses-version-1-with-unknown-flags",
            "RFC 8906 §8.2.5",
            MUST,
            "BADVERS with all flags clear",
            talk -> badVersion(talk, talk.goodQuery().opt(1232, 1, 0x0040), false))
        .both(
            "refuses-version-1-with-unknown-option",
            "RFC 8906 §8.2.6",
            MUST,
            "BADVERS",
            talk ->
                badVersion(
                    talk, talk.goodQuery().opt(1232, 1, 0, RawDns.option(OPTION_UNKNOWN)), false))
        .both(
            "refuses-version-1-with-do",
            "RFC 8906 §8.2.9",
            SHOULD,
            "BADVERS with DO",
            talk -> badVersion(talk, talk.goodQuery().opt(1232, 1, DO), true))
        .both(
            "ignores-extended-rcode-of-query",
            "RFC 6891 §6.1.3",
            SHOULD,
            "an answer, the upper bits of the code in a query do not matter",
            talk -> {
              RawDns query =
                  talk.goodQuery()
                      .record(
                          Section.ADDITIONAL, new byte[1], TYPE_OPT, 1232, 0x05000000, new byte[0]);
              talk.ask(query).rcode(NOERROR).answers(1).edns(false);
            });
  }

  private static void options(CaseList cases) {
    cases
        .both(
            "ignores-unknown-options",
            "RFC 8906 §8.2.3",
            MUST,
            "an answer without that option",
            talk ->
                talk.ask(
                        talk.goodQuery()
                            .opt(1232, 0, 0, RawDns.option(OPTION_UNKNOWN, (byte) 1, (byte) 2)))
                    .rcode(NOERROR)
                    .answers(1)
                    .edns(false)
                    .check(reply -> reply.option(OPTION_UNKNOWN) == null, "the option not echoed"))
        .both(
            "ignores-empty-unknown-options",
            "RFC 8906 §8.2.3",
            MUST,
            "an answer without that option",
            talk ->
                talk.ask(
                        talk.goodQuery()
                            .opt(
                                1232,
                                0,
                                0,
                                RawDns.option(OPTION_UNKNOWN),
                                RawDns.option(OPTION_UNKNOWN)))
                    .rcode(NOERROR)
                    .answers(1)
                    .check(reply -> reply.option(OPTION_UNKNOWN) == null, "the option not echoed"))
        .both(
            "takes-several-known-options",
            "RFC 8906 §8.2.10",
            MUST,
            "an answer to NSID, COOKIE, subnet, padding together",
            talk ->
                talk.ask(
                        talk.goodQuery()
                            .opt(
                                1232,
                                0,
                                0,
                                RawDns.option(OPTION_NSID),
                                RawDns.option(OPTION_COOKIE, RawDns.hex("0102030405060708")),
                                RawDns.option(OPTION_SUBNET, RawDns.hex("00010000")),
                                RawDns.option(OPTION_PADDING, new byte[16])))
                    .rcode(NOERROR)
                    .answers(1)
                    .edns(false))
        .both(
            "tells-its-name-or-not",
            "RFC 5001 §2.2",
            MUST,
            "an answer to a question for NSID; no empty one",
            talk ->
                talk.ask(talk.goodQuery().opt(1232, 0, 0, RawDns.option(OPTION_NSID)))
                    .rcode(NOERROR)
                    .answers(1)
                    .check(
                        reply -> {
                          byte[] option = reply.option(OPTION_NSID);
                          return option == null || option.length > 0;
                        },
                        "no empty NSID"))
        .both(
            "takes-a-long-option",
            "RFC 6891 §6.1.2",
            SHOULD,
            "an answer to an option of 1000 octets",
            talk ->
                talk.ask(
                        talk.goodQuery()
                            .opt(1232, 0, 0, RawDns.option(OPTION_PADDING, new byte[1000])))
                    .rcode(NOERROR)
                    .answers(1)
                    .edns(false))
        .udp(
            "gives-no-keepalive-over-udp",
            "RFC 7828 §3.2.1",
            MUST,
            "no keepalive option over UDP, although it was asked",
            talk ->
                talk.ask(talk.goodQuery().opt(1232, 0, 0, RawDns.option(OPTION_KEEPALIVE)))
                    .rcode(NOERROR, FORMERR)
                    .check(reply -> reply.option(OPTION_KEEPALIVE) == null, "no keepalive option"))
        .tcp(
            "tells-keepalive-over-tcp",
            "RFC 7828 §3.3.2",
            SHOULD,
            "an answer, and a time of two octets if the option is there",
            talk ->
                talk.ask(talk.goodQuery().opt(1232, 0, 0, RawDns.option(OPTION_KEEPALIVE)))
                    .rcode(NOERROR)
                    .check(
                        reply -> {
                          byte[] option = reply.option(OPTION_KEEPALIVE);
                          return option == null || option.length == 2;
                        },
                        "a keepalive option of two octets"));
  }

  private static void faults(CaseList cases) {
    byte[] root = new byte[1];
    cases
        .both(
            "format-error-with-opt",
            "RFC 6891 §7",
            SHOULD,
            "FORMERR with an OPT record to a query that is wrong elsewhere",
            talk ->
                talk.ask(talk.goodQuery().question(talk.zone().origin(), TYPE_A, 1).opt(1232))
                    .rcode(FORMERR)
                    .answers(0)
                    .edns(false))
        .both(
            "two-opt-records",
            "RFC 6891 §6.1.1",
            MUST,
            "FORMERR",
            talk -> bad(talk, talk.goodQuery().opt(1232).opt(1232)))
        .both(
            "opt-of-another-owner",
            "RFC 6891 §6.1.2",
            SHOULD,
            "FORMERR",
            talk ->
                bad(
                    talk,
                    talk.goodQuery()
                        .record(
                            Section.ADDITIONAL,
                            RawName.of("x.").octets(),
                            TYPE_OPT,
                            1232,
                            0,
                            new byte[0])))
        .both(
            "opt-in-the-answer-section",
            "RFC 6891 §6.1.1",
            SHOULD,
            "FORMERR",
            talk ->
                bad(
                    talk,
                    talk.goodQuery().record(Section.ANSWER, root, TYPE_OPT, 1232, 0, new byte[0])))
        .both(
            "opt-cut-off",
            "RFC 6891 §6.1.2",
            SHOULD,
            "FORMERR",
            talk ->
                bad(talk, talk.goodQuery().raw("00 0029 04d0 0000").count(Section.ADDITIONAL, 1)))
        .both(
            "opt-longer-than-the-message",
            "RFC 6891 §6.1.2",
            SHOULD,
            "FORMERR",
            talk ->
                bad(
                    talk,
                    talk.goodQuery()
                        .raw("00 0029 04d0 00000000 0010 00")
                        .count(Section.ADDITIONAL, 1)))
        .both(
            "option-cut-off",
            "RFC 6891 §6.1.2",
            SHOULD,
            "FORMERR",
            talk -> bad(talk, talk.goodQuery().opt(1232, 0, 0, RawDns.hex("fde9 00"))))
        .both(
            "option-longer-than-the-record",
            "RFC 6891 §6.1.2",
            SHOULD,
            "FORMERR",
            talk -> bad(talk, talk.goodQuery().opt(1232, 0, 0, RawDns.hex("fde9 0008 00"))));
  }

  private static void bad(Conversation talk, RawDns query) throws IOException {
    talk.ask(query).rcode(FORMERR).answers(0);
    talk.expectGoodAnswer();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.CLASS_IN;
import static io.dcosnet.testkit.dns.raw.Codes.FORMERR;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;

import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawDns.Section;
import io.dcosnet.testkit.dns.raw.RawName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Messages that are no good queries: counts that lie, pieces that are missing. */
final class FormCases {

  private static final String FAULT = "FORMERR without records";
  private static final String COUNTS = "RFC 1035 §4.1.1";

  private FormCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("form");
    questions(cases);
    counts(cases);
    lengths(cases);
    return cases.all();
  }

  /** A format error with the id and opcode of the query, and nothing else. */
  static void refused(Conversation talk, RawDns query) throws IOException {
    refused(talk, query.octets());
  }

  static void refused(Conversation talk, byte[] query) throws IOException {
    talk.ask(query).rcode(FORMERR).empty();
    talk.expectGoodAnswer();
  }

  private static void questions(CaseList cases) {
    cases
        .both(
            "no-question", "RFC 7873 §5.4", SHOULD, FAULT, talk -> refused(talk, RawDns.message()))
        .both(
            "two-questions",
            "RFC 9619 §3",
            MUST,
            FAULT,
            talk ->
                refused(talk, talk.goodQuery().question(talk.zone().origin(), TYPE_A, CLASS_IN)))
        .both(
            "two-questions-one-compressed",
            "RFC 9619 §3",
            MUST,
            FAULT,
            talk -> refused(talk, talk.goodQuery().question(RawDns.hex("c00c"), TYPE_A, CLASS_IN)))
        .both(
            "count-says-no-question",
            "RFC 9619 §3",
            SHOULD,
            FAULT,
            talk -> refused(talk, talk.goodQuery().count(Section.QUESTION, 0)))
        .both(
            "count-says-65535-questions",
            "RFC 9619 §3",
            MUST,
            FAULT,
            talk -> refused(talk, talk.goodQuery().count(Section.QUESTION, 0xffff)))
        .both(
            "question-without-class", COUNTS, SHOULD, FAULT, talk -> refused(talk, cutOff(talk, 2)))
        .both(
            "question-without-type", COUNTS, SHOULD, FAULT, talk -> refused(talk, cutOff(talk, 4)))
        .both("name-without-end", COUNTS, SHOULD, FAULT, talk -> refused(talk, cutOff(talk, 5)))
        .both("label-without-end", COUNTS, SHOULD, FAULT, talk -> refused(talk, cutOff(talk, 7)))
        .both(
            "question-missing",
            COUNTS,
            SHOULD,
            FAULT,
            talk -> refused(talk, RawDns.message().count(Section.QUESTION, 1)));
  }

  private static byte[] cutOff(Conversation talk, int octets) {
    byte[] query = talk.goodQuery().octets();
    return Arrays.copyOf(query, query.length - octets);
  }

  private static void counts(CaseList cases) {
    for (Section section : List.of(Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL)) {
      cases.both(
          "missing-" + section.name().toLowerCase(Locale.ROOT) + "-record",
          COUNTS,
          SHOULD,
          FAULT,
          talk -> refused(talk, talk.goodQuery().count(section, 1)));
    }
    cases
        .both(
            "trailing-octets",
            "RFC 1035 §4.1",
            SHOULD,
            "an answer, or FORMERR; the server goes on",
            talk -> {
              talk.ask(talk.goodQuery().raw("de ad be ef")).rcode(NOERROR, FORMERR);
              talk.expectGoodAnswer();
            })
        .both(
            "record-in-additional-section",
            "RFC 8906 §3.2.3",
            SHOULD,
            "an answer, or FORMERR; the server goes on",
            talk -> {
              talk.ask(record(talk, Section.ADDITIONAL)).rcode(NOERROR, FORMERR);
              talk.expectGoodAnswer();
            })
        .both(
            "record-in-answer-section",
            COUNTS,
            SHOULD,
            "an answer, or FORMERR; the server goes on",
            talk -> {
              talk.ask(record(talk, Section.ANSWER)).rcode(NOERROR, FORMERR);
              talk.expectGoodAnswer();
            });
  }

  private static RawDns record(Conversation talk, Section section) {
    byte[] owner = RawName.of("x.example.org.").octets();
    return talk.goodQuery().record(section, owner, TYPE_A, CLASS_IN, 60, new byte[4]);
  }

  private static void lengths(CaseList cases) {
    cases
        .both(
            "data-beyond-the-end",
            "RFC 1035 §4.1.3",
            SHOULD,
            FAULT,
            talk ->
                refused(
                    talk,
                    talk.goodQuery()
                        .raw("00 0001 0001 0000003c ffff 01020304")
                        .count(Section.ADDITIONAL, 1)))
        .both(
            "record-cut-off",
            "RFC 1035 §4.1.3",
            SHOULD,
            FAULT,
            talk ->
                refused(talk, talk.goodQuery().raw("00 0001 0001 00").count(Section.ADDITIONAL, 1)))
        .both(
            "owner-cut-off",
            "RFC 1035 §4.1.3",
            SHOULD,
            FAULT,
            talk -> refused(talk, talk.goodQuery().raw("3f 6162").count(Section.ADDITIONAL, 1)));
  }
}

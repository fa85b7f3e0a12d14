// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static io.dcosnet.testkit.dns.ConformanceCase.Level.MUST;
import static io.dcosnet.testkit.dns.ConformanceCase.Level.SHOULD;
import static io.dcosnet.testkit.dns.raw.Codes.NOERROR;
import static io.dcosnet.testkit.dns.raw.Codes.OPTION_PADDING;
import static io.dcosnet.testkit.dns.raw.Codes.TYPE_A;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.TcpLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happens on connections: frames in pieces, many queries, ends of all kinds. */
final class TcpCases {

  private static final String FRAMES = "RFC 7766 §8";
  private static final String MANY = "RFC 7766 §6.2.1.1";
  private static final int PIPELINE = 200;

  private TcpCases() {}

  static List<ConformanceCase> all() {
    CaseList cases = new CaseList("tcp");
    frames(cases);
    several(cases);
    ends(cases);
    idle(cases);
    return cases.all();
  }

  private static void frames(CaseList cases) {
    cases
        .tcp(
            "octet-by-octet",
            FRAMES,
            MUST,
            "an answer to a query that comes octet by octet",
            talk -> {
              byte[] query = talk.goodQuery().octets();
              try (TcpLine line = talk.connect()) {
                talk.sent(query);
                for (byte octet : TcpLine.framed(query)) {
                  line.write(octet);
                }
                talk.reply(query, talk.receive(line)).rcode(NOERROR);
              }
            })
        .tcp(
            "length-and-message-apart",
            FRAMES,
            MUST,
            "an answer to a query whose length comes alone",
            talk -> {
              byte[] query = talk.goodQuery().octets();
              try (TcpLine line = talk.connect()) {
                talk.sent(query);
                line.write(Arrays.copyOf(TcpLine.framed(query), 2));
                line.write(query);
                talk.reply(query, talk.receive(line)).rcode(NOERROR);
              }
            })
        .tcp(
            "two-queries-cut-anywhere",
            FRAMES,
            MUST,
            "answers to two queries, wherever the octets are cut",
            talk -> {
              byte[] query = talk.goodQuery().octets();
              byte[] frames = TcpLine.framed(List.of(query, query));
              for (int cut = 1; cut < frames.length; cut += 3) {
                try (TcpLine line = talk.connect()) {
                  line.write(Arrays.copyOf(frames, cut));
                  line.write(Arrays.copyOfRange(frames, cut, frames.length));
                  talk.reply(query, talk.receive(line)).rcode(NOERROR);
                  talk.reply(query, talk.receive(line)).rcode(NOERROR);
                }
              }
            })
        .tcp(
            "large-query",
            FRAMES,
            SHOULD,
            "an answer to a query of 60000 octets, nearly all of it padding",
            talk -> {
              byte[] padding = RawDns.option(OPTION_PADDING, new byte[60_000]);
              talk.ask(talk.goodQuery().opt(1232, 0, 0, padding)).rcode(NOERROR).answers(1);
            })
        .tcp(
            "zero-length",
            FRAMES,
            SHOULD,
            "the connection ends: nothing sensible can follow",
            talk -> {
              try (TcpLine line = talk.connect()) {
                line.write((byte) 0, (byte) 0);
                talk.expectEnd(line);
              }
              talk.expectGoodAnswer();
            });
  }

  private static void several(CaseList cases) {
    cases
        .tcp(
            "one-query-after-the-other",
            "RFC 7766 §6.2.1",
            MUST,
            "answers to several queries on one connection",
            talk -> {
              try (TcpLine line = talk.connect()) {
                for (int i = 0; i < 20; i++) {
                  byte[] query = talk.goodQuery().id(i).octets();
                  line.send(query);
                  talk.reply(query, talk.receive(line)).rcode(NOERROR);
                }
              }
            })
        .tcp(
            "pipeline",
            MANY,
            MUST,
            "an answer to each of " + PIPELINE + " queries at once, in any order",
            talk -> pipeline(talk, PIPELINE, true))
        .tcp(
            "pipeline-of-large-answers",
            MANY,
            SHOULD,
            "an answer to each of 50 queries, each of several thousand octets",
            talk -> pipeline(talk, 50, false))
        .tcp(
            "many-connections",
            "RFC 7766 §6.2.2",
            SHOULD,
            "an answer on each of 10 connections at once",
            talk -> {
              byte[] query = talk.goodQuery().octets();
              List<TcpLine> lines = new ArrayList<>();
              try {
                for (int i = 0; i < 10; i++) {
                  lines.add(talk.connect());
                }
                for (TcpLine line : lines) {
                  line.send(query);
                }
                for (TcpLine line : lines) {
                  talk.reply(query, talk.receive(line)).rcode(NOERROR);
                }
              } finally {
                for (TcpLine line : lines) {
                  line.close();
                }
              }
            });
  }

  private static void pipeline(Conversation talk, int count, boolean small) throws IOException {
    Map<Integer, byte[]> waiting = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      var name = talk.name(small ? Role.ADDRESSES : Role.OVER_4096);
      RawDns query = RawDns.query(i % 3 == 0 && small ? name.below("x" + i) : name, TYPE_A);
      waiting.put(i, query.id(i).octets());
    }
    try (TcpLine line = talk.connect()) {
      line.write(TcpLine.framed(waiting.values()));
      while (!waiting.isEmpty()) {
        byte[] response = talk.receive(line);
        int id = (response[0] & 0xff) << 8 | (response[1] & 0xff);
        byte[] query = waiting.remove(id);
        if (query == null) {
          throw new AssertionError("a second answer to the query with id " + id);
        }
        talk.reply(query, response).echoesQuestion();
      }
    }
  }

  private static void ends(CaseList cases) {
    cases
        .tcp(
            "client-ends-its-side",
            "RFC 7766 §6.2.4",
            MUST,
            "answers to what was asked, then the end",
            talk -> {
              byte[] query = talk.goodQuery().octets();
              try (TcpLine line = talk.connect()) {
                line.write(TcpLine.framed(List.of(query, query, query)));
                line.endOutput();
                for (int i = 0; i < 3; i++) {
                  talk.reply(query, talk.receive(line)).rcode(NOERROR);
                }
                talk.expectEnd(line);
              }
            })
        .tcp(
            "client-ends-its-side-within-a-query",
            "RFC 7766 §6.2.4",
            MUST,
            "the answer to the whole query, none to the half one, then the end",
            talk -> {
              byte[] query = talk.goodQuery().octets();
              byte[] frames = TcpLine.framed(List.of(query, query));
              try (TcpLine line = talk.connect()) {
                line.write(Arrays.copyOf(frames, frames.length - 5));
                line.endOutput();
                talk.reply(query, talk.receive(line)).rcode(NOERROR);
                talk.expectEnd(line);
              }
            })
        .tcp(
            "client-goes-within-a-query",
            "RFC 7766 §6.2.4",
            MUST,
            "the server goes on for others",
            talk -> {
              byte[] frame = TcpLine.framed(talk.goodQuery().octets());
              for (int length = 0; length < frame.length; length++) {
                try (TcpLine line = talk.connect()) {
                  line.write(Arrays.copyOf(frame, length));
                }
              }
              talk.expectGoodAnswer();
            })
        .tcp(
            "client-resets",
            "RFC 7766 §6.2.4",
            MUST,
            "the server goes on for others",
            talk -> {
              for (int i = 0; i < 10; i++) {
                TcpLine line = talk.connect();
                line.send(talk.goodQuery().octets());
                line.reset();
              }
              talk.expectGoodAnswer();
            });
  }

  private static void idle(CaseList cases) {
    cases.tcp(
        "ends-silent-connections",
        "RFC 7766 §6.2.3",
        SHOULD,
        "the end of a connection that asks nothing",
        talk -> {
          long patience = talk.target().idle().toMillis();
          if (patience == 0) {
            throw talk.skip("it would wait; give a time for it");
          }
          try (TcpLine line = TcpLine.to(talk.target().address(), Math.toIntExact(patience))) {
            talk.expectEnd(line);
          }
          talk.expectGoodAnswer();
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.answer.Responder;
import io.dcosnet.dns.metrics.DnsMetrics;
import io.dcosnet.dns.wire.Sender;
import io.dcosnet.dns.zone.Aliases;
import io.dcosnet.dns.zone.ZoneTable;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.dns.ConformanceCase;
import io.dcosnet.testkit.dns.ConformanceReport.Status;
import io.dcosnet.testkit.dns.DnsConformance;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A suite is worth what it finds: each fault, put into a right server, fails the case for it. */
class ConformanceSuiteIT {

  /** Some faults are found by it. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private static final byte[] SILENCE = {};

  private final Map<Protocol, Responder> responders = new EnumMap<>(Protocol.class);

  ConformanceSuiteIT() {
    ZoneTable zones = ZoneTable.of(List.of(StandardZone.zone()));
    DnsMetrics metrics = new DnsMetrics(new RecordingMetrics());
    for (Protocol protocol : Protocol.values()) {
      responders.put(
          protocol,
          new Responder(
              Responder.Parts.authoritative(zones, Aliases.NONE, new SplittableRandom(7), metrics),
              protocol));
    }
  }

  /** Changes what a right server says, an empty array is silence. */
  @FunctionalInterface
  private interface Fault {
    byte[] change(byte[] query, byte[] response);
  }

  @Test
  void findsNothingWithoutAFault() throws IOException {
    assertThat(failed((query, response) -> response, test -> true)).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> findsEachFault() {
    return Stream.of(
        finds("id of its own", "header/copies-id-1", ConformanceSuiteIT::withOtherId),
        finds("Z set", "header/does-not-echo-z", (q, r) -> with(r, 3, 0x40)),
        finds("AD set", "header/does-not-claim-ad", (q, r) -> with(r, 3, 0x20)),
        finds("RD lost", "header/copies-rd-set", (q, r) -> without(r, 2, 0x01)),
        finds("RD always", "header/copies-rd-clear", (q, r) -> with(r, 2, 0x01)),
        finds("CD lost", "header/copies-cd", (q, r) -> without(r, 3, 0x10)),
        finds("AA lost", "header/answers-with-aa", (q, r) -> without(r, 2, 0x04)),
        finds("QR lost", "answer/addresses", (q, r) -> without(r, 2, 0x80)),
        finds("opcode lost", "opcode/not-implemented-2", (q, r) -> without(r, 2, 0x78)),
        finds("responses answered", "header/drops-responses", ConformanceSuiteIT::echo),
        finds("short answered", "header/drops-11-octets", ConformanceSuiteIT::echo),
        finds("case lost", "name/keeps-case-of-question", ConformanceSuiteIT::lowerCase),
        finds("silent on faults", "name/pointer-to-itself", (q, r) -> rcode(r) == 1 ? SILENCE : r),
        finds("NOTIMP as FORMERR", "opcode/not-implemented-1", (q, r) -> rcode(r, 4, 1)),
        finds("NODATA as NXDOMAIN", "denial/aaaa-where-only-a-is", ConformanceSuiteIT::nxdomain),
        finds(
            "ENT as NXDOMAIN",
            "denial/name-without-records-above-one-that-has-some",
            ConformanceSuiteIT::nxdomain),
        finds("SOA lost", "denial/missing-name", ConformanceSuiteIT::withoutAuthority),
        finds("outside denied", "denial/name-outside-the-zone", (q, r) -> rcode(r, 5, 3)),
        finds("octets behind", "answer/addresses", (q, r) -> Arrays.copyOf(r, r.length + 1)),
        finds("OPT lost", "edns/answers-with-opt", ConformanceSuiteIT::withoutOpt),
        finds("TC lost", "size/513-octets-do-not-fit", (q, r) -> without(r, 2, 0x02)),
        finds("TC always", "size/512-octets-fit", (q, r) -> with(r, 2, 0x02)),
        finds("unlimited", "size/truncates-at-512-without-opt", (q, r) -> answer(q, Protocol.TCP)),
        finds("limited on TCP", "size/whole-answer-over-512", (q, r) -> answer(q, Protocol.UDP)));
  }

  private DynamicTest finds(String fault, String test, Fault change) {
    return DynamicTest.dynamicTest(
        fault, () -> assertThat(failed(change, each -> each.name().equals(test))).contains(test));
  }

  /** Names of those cases that fail when each response is changed like this. */
  private List<String> failed(Fault fault, Predicate<ConformanceCase> tried) throws IOException {
    try (ScriptedServer server =
        ScriptedServer.start(
            asked -> {
              byte[] query = asked.octets();
              if (asked.isOverTcp() && query.length == 0) {
                asked.hangUp();
                return;
              }
              byte[] right = answer(query, asked.isOverTcp() ? Protocol.TCP : Protocol.UDP);
              byte[] sent = fault.change(query, right);
              if (sent.length > 0) {
                asked.reply(sent);
              }
            })) {
      DnsConformance suite =
          DnsConformance.of(server.address(), StandardZone.UNDER_TEST).withTimeout(PATIENCE);
      return DnsConformance.cases().stream()
          .filter(tried)
          .map(suite::run)
          .filter(result -> result.status() == Status.FAILED)
          .map(result -> result.test().name())
          .toList();
    }
  }

  private synchronized byte[] answer(byte[] query, Protocol protocol) {
    Responder responder = Objects.requireNonNull(responders.get(protocol));
    int length = responder.answer(query, 0, query.length, new Sender());
    return Arrays.copyOf(responder.octets(), length);
  }

  private static byte[] with(byte[] response, int index, int bits) {
    byte[] changed = response.clone();
    if (changed.length > index) {
      changed[index] |= (byte) bits;
    }
    return changed;
  }

  private static byte[] without(byte[] response, int index, int bits) {
    byte[] changed = response.clone();
    if (changed.length > index) {
      changed[index] &= (byte) ~bits;
    }
    return changed;
  }

  private static byte[] withOtherId(byte[] query, byte[] response) {
    byte[] changed = response.clone();
    if (changed.length > 1) {
      changed[1]++;
    }
    return changed;
  }

  private static byte[] echo(byte[] query, byte[] response) {
    return response.length == 0 ? with(query, 2, 0x80) : response;
  }

  private static int rcode(byte[] response) {
    return response.length < 12 ? -1 : response[3] & 15;
  }

  private static byte[] rcode(byte[] response, int from, int to) {
    return rcode(response) == from ? with(without(response, 3, 15), 3, to) : response;
  }

  /** A name asked for with what it has not becomes one that does not exist. */
  private static byte[] nxdomain(byte[] query, byte[] response) {
    boolean nodata = rcode(response) == 0 && RawMessage.parse(response).answers().isEmpty();
    return nodata ? rcode(response, 0, 3) : response;
  }

  private static byte[] lowerCase(byte[] query, byte[] response) {
    byte[] changed = response.clone();
    for (int i = 12; i < response.length; i++) {
      changed[i] |= (byte) (response[i] >= 'A' && response[i] <= 'Z' ? 0x20 : 0);
    }
    return changed;
  }

  private static byte[] withoutAuthority(byte[] query, byte[] response) {
    return withoutRecords(response, 8);
  }

  private static byte[] withoutOpt(byte[] query, byte[] response) {
    return withoutRecords(response, 10);
  }

  /** The message up to its last answer, when it has records of that section. */
  private static byte[] withoutRecords(byte[] response, int count) {
    if (response.length < 12 || response[count + 1] == 0) {
      return response;
    }
    RawMessage message = RawMessage.parse(response);
    int end = 12 + message.questionOctets().length;
    for (var record : message.answers()) {
      end = record.end();
    }
    byte[] changed = Arrays.copyOf(response, end);
    for (int i = 8; i < 12; i++) {
      changed[i] = 0;
    }
    return changed;
  }
}

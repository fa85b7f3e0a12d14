// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.forward.Exchange.Call;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;

/** Questions over UDP to servers that answer rightly, wrongly, or not at all. */
class NettyExchangeIT {

  private static final String ADDRESS = "192.0.2.1";
  private static final String FORGED = "203.0.113.66";

  private final ExchangeBench bench = new ExchangeBench(2);

  @AfterEach
  void close() {
    bench.close();
  }

  private Reply ask(ScriptedUpstream server) {
    return bench.ask(server.upstream(), "www.example.org.", Carrier.UDP);
  }

  @Test
  void givesTheAnswerOfTheServer() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      Reply reply = ask(server);

      assertThat(reply.answer().answer()).hasToString("[www.example.org. 60 IN A 192.0.2.1]");
      assertThat(reply.truncated()).isFalse();
      assertThat(reply.nanos()).isPositive();
    }
  }

  @Test
  void asksAsTheClientDid() throws Exception {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      Query plain = ExchangeBench.query("www.example.org.");
      Query careful =
          new Query(plain.name(), 28, false, true, true, true, null, plain.protocol(), null);
      bench.get(bench.start(server.upstream(), careful, Carrier.UDP, true));
      bench.get(bench.start(server.upstream(), plain, Carrier.UDP, false));

      Message first = server.visits().get(0).query();
      assertThat(first.getQuestion().getType()).isEqualTo(28);
      assertThat(first.getHeader().getFlag(Flags.RD)).isFalse();
      assertThat(first.getHeader().getFlag(Flags.CD)).isTrue();
      assertThat(first.getHeader().getFlag(Flags.AD)).isTrue();
      OPTRecord opt = first.getOPT();
      assertThat(opt.getPayloadSize()).isEqualTo(1232);
      assertThat(opt.getFlags()).isEqualTo(0x8000);
      Message second = server.visits().get(1).query();
      assertThat(second.getOPT()).isNull();
      assertThat(second.getHeader().getFlag(Flags.RD)).isTrue();
    }
  }

  @Test
  void asksFromManyPortsWithIdsAndLettersThatDiffer() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      for (int i = 0; i < 400; i++) {
        ask(server);
      }

      List<Visit> visits = server.visits();
      Set<Integer> ports = visits.stream().map(Visit::clientPort).collect(Collectors.toSet());
      Set<Integer> ids = new HashSet<>();
      Set<String> names = new HashSet<>();
      for (Visit visit : visits) {
        ids.add(visit.query().getHeader().getID());
        names.add(visit.query().getQuestion().getName().toString());
      }
      assertThat(ports).hasSizeGreaterThan(50);
      assertThat(ids).hasSizeGreaterThan(380);
      assertThat(names).hasSizeGreaterThan(300);
    }
  }

  @Test
  void changesPortsWithTime() {
    bench.restart(ExchangeConfig.builder().ports(1).build());
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      for (int i = 0; i < 3 * PendingIds.MAX * bench.loops(); i++) {
        ask(server);
      }

      long ports = server.visits().stream().map(Visit::clientPort).distinct().count();
      assertThat(ports).isBetween(3L, 4L * bench.loops());
      await().until(() -> bench.sockets("udp") <= bench.loops());
    }
  }

  @Test
  void timesOutEndAfterAFaultToo() {
    bench.useVirtualTime();
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.silent())) {
      Asked bad = (Asked) bench.start(server.upstream(), "a.example.org.", Carrier.UDP, true);
      await().until(() -> bad.place != null);
      bad.place =
          (question, overdue) -> {
            throw new NoClassDefFoundError("as a test wants it");
          };

      assertThat(bench.kindOf(bad, Duration.ofMillis(10))).isEqualTo(Kind.TIMEOUT);
      Call good = bench.start(server.upstream(), "b.example.org.", Carrier.UDP, true);
      assertThat(bench.kindOf(good, Duration.ofMillis(10))).isEqualTo(Kind.TIMEOUT);
    }
  }

  @Test
  void waitsPastWhatIsNoAnswerToItsQuestion() {
    var wrong = Scripts.both(Scripts.wrongId(FORGED), Scripts.wrongQuestion(FORGED));
    var more = Scripts.both(Scripts.wrongSource(FORGED), Scripts.garbage());
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            Scripts.both(Scripts.both(wrong, more), Scripts.answering(ADDRESS)))) {
      Reply reply = ask(server);

      assertThat(reply.answer().answer().toString()).contains(ADDRESS).doesNotContain(FORGED);
      assertThat(bench.mismatches("id")).isPositive();
      assertThat(bench.mismatches("question")).isEqualTo(1);
    }
  }

  @Test
  void givesUpAQuestionForWhichTooManyWrongAnswersCome() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            visit -> {
              for (int i = 0; i < UdpPort.MAX_MISMATCHES + 1; i++) {
                Scripts.wrongQuestion(FORGED).play(visit);
              }
            })) {
      assertThat(bench.failure(server.upstream(), Carrier.UDP)).isEqualTo(Kind.SPOOFED);
      assertThat(bench.metrics.count("dcosnet.dns.exchange.spoofed")).isEqualTo(1);
    }
  }

  @Test
  void asksAServerThatDoesNotRepeatLettersInPlainOnes() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.lowerCase(ADDRESS))) {
      for (int i = 0; i < 5; i++) {
        assertThat(ask(server).answer().answer())
            .hasToString("[www.example.org. 60 IN A 192.0.2.1]");
      }

      assertThat(server.visits()).hasSize(2 + 5);
      assertThat(bench.mismatches("letters")).isEqualTo(2);
    }
  }

  @Test
  void failsAtOnceWhereNobodyListens() throws Exception {
    int port;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Upstream nobody = ExchangeBench.upstream("127.0.0.1", port);

    assertThat(bench.failure(nobody, Carrier.UDP)).isEqualTo(Kind.UNREACHABLE);
    assertThat(bench.failure(nobody, Carrier.TCP)).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  void endsAQuestionWhoseTimeIsOver() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.silent())) {
      bench.useVirtualTime();
      var call = bench.start(server.upstream(), "www.example.org.", Carrier.UDP, true);
      await().until(() -> server.visits().size() == 1);

      bench.time.advance(ExchangeBench.TIMEOUT.minusMillis(50));
      assertThat(call.reply().toCompletableFuture()).isNotDone();
      assertThat(bench.kindOf(call, Duration.ofMillis(10))).isEqualTo(Kind.TIMEOUT);
      assertThat(bench.pending()).isZero();
    }
  }

  @Test
  void doesNotTakeALateAnswerForAForgery() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.slow(Duration.ofSeconds(1), Scripts.answering(ADDRESS)))) {
      var call = bench.start(server.upstream(), "www.example.org.", Carrier.UDP, true);
      await().until(() -> server.visits().size() == 1);
      call.cancel();

      assertThat(bench.kindOf(call, Duration.ZERO)).isEqualTo(Kind.CANCELLED);
      await().until(() -> bench.metrics.count("dcosnet.dns.exchange.late") == 1);
      assertThat(bench.mismatches("id")).isZero();
    }
  }

  @Test
  void saysWhatIsWrongWithAMalformedAnswer() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.malformed())) {
      assertThat(bench.failure(server.upstream(), Carrier.UDP)).isEqualTo(Kind.MALFORMED);
    }
  }

  @Test
  void givesRefusalsAsTheyAre() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.refusing(Rcode.SERVFAIL));
        ScriptedUpstream other = ScriptedUpstream.start(Scripts.formatErrorWithoutQuestion())) {
      assertThat(ask(server).answer().rcode()).isEqualTo(Rcode.SERVFAIL);
      assertThat(ask(other).answer().rcode()).isEqualTo(Rcode.FORMERR);
    }
  }

  @Test
  void tellsThatThereIsMore() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.truncated())) {
      assertThat(ask(server).truncated()).isTrue();
    }
  }

  @Test
  void refusesWhatIsTooMuchForAServer() {
    bench.restart(ExchangeConfig.builder().maxPending(10).build());
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.silent())) {
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        calls.add(bench.start(server.upstream(), "www.example.org.", Carrier.UDP, true));
      }

      assertThat(bench.failure(server.upstream(), Carrier.UDP)).isEqualTo(Kind.OVERLOADED);
      calls.forEach(Call::cancel);
      assertThat(bench.pending()).isZero();
    }
  }

  @Test
  void asksOverIpv6() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            IpAddress.parse("::1").toInetAddress(), Scripts.answering(ADDRESS))) {
      assertThat(ask(server).answer().answer()).hasSize(1);
      assertThat(bench.ask(server.upstream(), "www.example.org.", Carrier.TCP).answer().answer())
          .hasSize(1);
    }
  }

  @Test
  void closesAllAndEndsWhatIsUnderWay() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.silent())) {
      var udp = bench.start(server.upstream(), "www.example.org.", Carrier.UDP, true);
      var tcp = bench.start(server.upstream(), "www.example.org.", Carrier.TCP, true);
      await().until(() -> server.visits().size() == 2);

      bench.exchange.close().toCompletableFuture().join();

      assertThat(bench.kindOf(udp, Duration.ZERO)).isEqualTo(Kind.CANCELLED);
      assertThat(bench.kindOf(tcp, Duration.ZERO)).isEqualTo(Kind.CANCELLED);
      assertThat(bench.sockets("udp") + bench.sockets("tcp")).isZero();
      assertThat(bench.pending()).isZero();
      assertThat(bench.failure(server.upstream(), Carrier.UDP)).isEqualTo(Kind.CANCELLED);
    }
  }

  @Test
  void letsGoOfPortsThatNobodyUses() {
    bench.useVirtualTime();
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      for (int i = 0; i < 20; i++) {
        ask(server);
      }
      assertThat(bench.sockets("udp")).isPositive();

      await()
          .until(
              () -> {
                bench.time.advance(Duration.ofSeconds(2));
                return bench.sockets("udp") == 0;
              });
      await()
          .until(
              () -> {
                bench.time.advance(Duration.ofSeconds(2));
                return bench.time.pending() == 0;
              });
    }
  }
}

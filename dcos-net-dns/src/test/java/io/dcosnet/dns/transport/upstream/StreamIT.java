// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transport.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.dns.forward.Exchange.Call;
import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.Reply;
import io.dcosnet.dns.forward.Upstream.Carrier;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Script;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream.Visit;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TcpKeepaliveOption;

/** Questions over TCP, on connections that are shared and that break. */
class StreamIT {

  private static final String ADDRESS = "192.0.2.1";

  private final ExchangeBench bench = new ExchangeBench(1);

  @AfterEach
  void close() {
    bench.close();
  }

  private Reply ask(ScriptedUpstream server) {
    return bench.ask(server.upstream(), "www.example.org.", Carrier.TCP);
  }

  private Call start(ScriptedUpstream server, String name) {
    return bench.start(server.upstream(), name, Carrier.TCP, true);
  }

  @Test
  void keepsTheConnectionForTheNextQuestion() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      for (int i = 0; i < 50; i++) {
        assertThat(ask(server).answer().answer())
            .hasToString("[www.example.org. 60 IN A 192.0.2.1]");
      }

      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void takesAnswersInAnyOrder() {
    List<Visit> held = new CopyOnWriteArrayList<>();
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            visit -> {
              held.add(visit);
              if (held.size() == 20) {
                List<Visit> reversed = new ArrayList<>(held);
                Collections.reverse(reversed);
                for (Visit each : reversed) {
                  int id = each.query().getHeader().getID();
                  each.send(each.address("192.0.2." + id % 250));
                }
              }
            })) {
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(start(server, "n" + i + ".example.org."));
      }

      for (int i = 0; i < 20; i++) {
        assertThat(bench.get(calls.get(i)).answer().answer().toString())
            .startsWith("[n" + i + ".example.org. ");
      }
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void readsTheLargestAnswerInPieces() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.huge())) {
      Reply reply = ask(server);

      assertThat(reply.truncated()).isFalse();
      assertThat(reply.answer().answer()).hasSize(4000);
    }
  }

  @Test
  void readsAnAnswerThatComesOctetByOctet() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            visit -> {
              byte[] message = visit.address(ADDRESS).toWire();
              visit.sendRaw(new byte[] {0});
              visit.sendRaw(new byte[] {(byte) message.length});
              for (byte octet : message) {
                visit.sendRaw(new byte[] {octet});
              }
            })) {
      assertThat(ask(server).answer().answer()).hasSize(1);
    }
  }

  @Test
  void asksOnceMoreOnAFreshConnectionWhenAUsedOneDies() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            Scripts.first(
                1,
                Scripts.answering(ADDRESS),
                Scripts.first(1, Scripts.hangingUp(), Scripts.answering(ADDRESS))))) {
      ask(server);

      assertThat(ask(server).answer().answer()).hasSize(1);
      assertThat(server.connections()).isEqualTo(2);
      assertThat(bench.metrics.count("dcosnet.dns.exchange.reconnects")).isEqualTo(1);
    }
  }

  @Test
  void noticesThatAnUnusedConnectionWasClosed() throws Exception {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      ask(server);
      server.closeConnections();

      assertThat(ask(server).answer().answer()).hasSize(1);
    }
  }

  @Test
  void failsWhenAConnectionEndsBeforeItsFirstAnswer() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.hangingUp());
        ScriptedUpstream other = ScriptedUpstream.start(Scripts.hangingUpInTheMiddle())) {
      assertThat(bench.failure(server.upstream(), Carrier.TCP)).isEqualTo(Kind.CLOSED);
      assertThat(bench.failure(other.upstream(), Carrier.TCP)).isEqualTo(Kind.CLOSED);
      assertThat(server.visits()).hasSize(1);
    }
  }

  @Test
  void doesNotRetryTwice() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.first(1, Scripts.answering(ADDRESS), Scripts.hangingUp()))) {
      ask(server);

      assertThat(bench.failure(server.upstream(), Carrier.TCP)).isEqualTo(Kind.CLOSED);
      assertThat(server.visits()).hasSize(3);
    }
  }

  @Test
  void asksAgainWhatWaitedForAConnectionThatBreaksWhileItIsWritten() {
    CountDownLatch broken = new CountDownLatch(1);
    Script breaking =
        visit -> {
          visit.reset();
          broken.countDown();
        };
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.first(1, breaking, Scripts.answering(ADDRESS)))) {
      bench.exchange.close().toCompletableFuture().join();
      bench.exchange =
          new NettyExchange(
              bench.net, ExchangeConfig.defaults(), new UpstreamMetrics(pausing(broken)));
      List<Call> calls = new CopyOnWriteArrayList<>();
      bench
          .net
          .eventLoops()
          .next()
          .submit(
              () -> { // where it connects too, so that all are there before it has
                for (int i = 0; i < 5; i++) {
                  calls.add(start(server, "n" + i + ".example.org."));
                }
              })
          .syncUninterruptibly();

      assertThat(bench.kindOf(calls.get(0), Duration.ZERO)).isEqualTo(Kind.CLOSED);
      assertThat(calls.subList(1, 5))
          .allSatisfy(call -> assertThat(bench.get(call).answer().answer()).hasSize(1));
    }
  }

  /** Holds up who writes the second question, which is counted first, until the latch opens. */
  private static MetricsSink pausing(CountDownLatch latch) {
    RecordingMetrics metrics = new RecordingMetrics();
    AtomicInteger counted = new AtomicInteger();
    return new MetricsSink() {
      @Override
      public Counter counter(String name, String help, String... tags) {
        Counter counter = metrics.counter(name, help, tags);
        return !name.equals("dcosnet.dns.exchange.queries")
            ? counter
            : by -> {
              counter.add(by);
              if (counted.incrementAndGet() == 2) {
                await().until(() -> latch.getCount() == 0);
              }
            };
      }

      @Override
      public void gauge(String name, String help, LongSupplier value, String... tags) {
        metrics.gauge(name, help, value, tags);
      }

      @Override
      public LongConsumer distribution(String name, String help, String... tags) {
        return metrics.distribution(name, help, tags);
      }
    };
  }

  @Test
  void saysWhatIsWrongWithAnAnswerToAnotherQuestion() {
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.wrongQuestion(ADDRESS));
        ScriptedUpstream other = ScriptedUpstream.start(visit -> visit.send(new byte[3]))) {
      assertThat(bench.failure(server.upstream(), Carrier.TCP)).isEqualTo(Kind.MALFORMED);
      assertThat(bench.failure(other.upstream(), Carrier.TCP)).isEqualTo(Kind.MALFORMED);
    }
  }

  @Test
  void leavesAConnectionThatHasGoneSilent() {
    bench.useVirtualTime();
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.first(1, Scripts.silent(), Scripts.answering(ADDRESS)))) {
      Call call = start(server, "www.example.org.");
      await().until(() -> server.visits().size() == 1);
      assertThat(bench.kindOf(call, Duration.ofMillis(100))).isEqualTo(Kind.TIMEOUT);

      assertThat(ask(server).answer().answer()).hasSize(1);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void closesAConnectionThatIsIdle() {
    bench.useVirtualTime();
    try (ScriptedUpstream server = ScriptedUpstream.start(Scripts.answering(ADDRESS))) {
      ask(server);
      bench.time.advance(Duration.ofSeconds(8));
      ask(server);
      assertThat(server.connections()).isEqualTo(1);

      await()
          .until(
              () -> {
                bench.time.advance(Duration.ofSeconds(1));
                return bench.sockets("tcp") == 0;
              });
    }
  }

  @Test
  void leavesWhenTheServerWantsNoMoreQuestions() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(
            visit -> {
              Message response = visit.address(ADDRESS);
              response.addRecord(
                  new OPTRecord(1232, 0, 0, 0, List.<EDNSOption>of(new TcpKeepaliveOption(0))),
                  Section.ADDITIONAL);
              visit.send(response);
            })) {
      ask(server);
      ask(server);

      assertThat(server.connections()).isEqualTo(2);
      assertThat(server.visits().get(0).query().getOPT().getOptions(11)).hasSize(1);
      await().until(() -> bench.sockets("tcp") == 0);
    }
  }

  @Test
  void opensFewConnectionsForManyQuestions() {
    try (ScriptedUpstream server =
        ScriptedUpstream.start(Scripts.slow(Duration.ofMillis(200), Scripts.answering(ADDRESS)))) {
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        calls.add(start(server, "n" + i + ".example.org."));
      }

      assertThat(calls)
          .allSatisfy(call -> assertThat(bench.get(call).answer().answer()).hasSize(1));
      assertThat(server.connections()).isBetween(2, 4);
    }
  }
}

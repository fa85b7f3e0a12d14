// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static io.dcosnet.dns.forward.Forwarding.NAME;
import static io.dcosnet.dns.forward.Forwarding.QUERY;
import static io.dcosnet.dns.forward.ScriptedUpstreams.answer;
import static io.dcosnet.dns.forward.ScriptedUpstreams.giver;
import static io.dcosnet.dns.forward.ScriptedUpstreams.rcode;
import static io.dcosnet.dns.forward.ScriptedUpstreams.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForwarderStateTest {

  private static final String REQUESTS = "dcosnet.dns.forward.requests";

  private final Forwarding forwarding = new Forwarding();
  private final VirtualTime time = forwarding.time;
  private final ScriptedUpstreams servers = forwarding.servers;
  private final RecordingMetrics metrics = forwarding.metrics;

  @Test
  void aServerThatLostTwoQueriesIsLeftOut() {
    servers.always(server(2), answer(5));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);
    forwarding.ask(forwarder, QUERY);
    forwarding.ask(forwarder, QUERY);

    assertThat(forwarding.ask(forwarder, QUERY).took()).isEqualTo(Duration.ofMillis(5));
    assertThat(metrics.gauge("dcosnet.dns.upstream.up", "upstream", "192.0.2.1:53")).isZero();
    assertThat(forwarder.status().get(0).state()).isEqualTo(UpstreamStatus.State.DOWN);
  }

  @Test
  void aServerThatIsSlowIsNotDown() {
    servers.always(server(1), answer(1500));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 1);

    for (int i = 0; i < 5; i++) {
      assertThat(forwarding.ask(forwarder, QUERY).took()).isEqualTo(Duration.ofMillis(1500));
    }
  }

  @Test
  void serversThatAreAllLateAtOnceAreNotDown() {
    servers.always(server(1), answer(1)).always(server(2), answer(1));
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL, 2);
    forwarding.ask(forwarder, QUERY);
    servers.always(server(1), answer(1900)).always(server(2), answer(1900));

    List<CompletableFuture<Answer>> burst =
        IntStream.range(0, 50)
            .mapToObj(n -> forwarder.resolve(QUERY).toCompletableFuture())
            .toList();
    time.advance(Duration.ofSeconds(1));
    CompletableFuture<Answer> later = forwarder.resolve(QUERY).toCompletableFuture();
    time.advance(Duration.ofMillis(1900));

    assertThat(burst).allSatisfy(each -> assertThat(each.join().rcode()).isZero());
    assertThat(later.join().rcode()).isZero();
  }

  @Test
  void whenAllAreDownOneQueryASecondTriesAndOthersFailAtOnce() {
    Forwarder forwarder = forwarding.forwarder(Policy.DUAL, 2);
    forwarding.ask(forwarder, QUERY);
    forwarding.ask(forwarder, QUERY);
    servers.forget();

    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, 20)
            .mapToObj(n -> forwarder.resolve(QUERY).toCompletableFuture())
            .toList();

    assertThat(answers.stream().filter(CompletableFuture::isDone)).hasSize(19);
    assertThat(servers.asked()).hasSize(1);
    assertThat(answers.get(19).join().extendedError())
        .isEqualTo(ExtendedError.NO_REACHABLE_AUTHORITY);
    time.advance(Duration.ofSeconds(1));
    assertThat(forwarder.resolve(QUERY).toCompletableFuture()).isNotDone();
  }

  @Test
  void tooManyQueriesAreDroppedOverUdpAndRefusedOverTcp() {
    Forwarder forwarder =
        forwarding.forwarder(Policy.DUAL, 2, builder -> builder.maxOutstanding(3));
    for (int i = 0; i < 3; i++) {
      var unused = forwarder.resolve(QUERY);
    }

    Answer udp = forwarder.resolve(client(Protocol.UDP)).toCompletableFuture().join();
    Answer tcp = forwarder.resolve(client(Protocol.TCP)).toCompletableFuture().join();

    assertThat(udp).isSameAs(Answer.DROP);
    assertThat(tcp.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(tcp.extendedError()).isEqualTo(ExtendedError.NETWORK_ERROR);
    assertThat(metrics.count(REQUESTS, "zone", ".", "result", "dropped")).isEqualTo(1);
    assertThat(metrics.count(REQUESTS, "zone", ".", "result", "overflow")).isEqualTo(1);
    time.advance(Forwarder.DEFAULT_BUDGET);
    assertThat(forwarder.outstanding()).isZero();
  }

  @Test
  void aRouteWithoutServersFailsAndOneThatIsForbiddenRefuses() {
    Forwarder forwarder =
        Forwarder.builder(servers, time, new SplittableRandom(1))
            .routes(RoutingTable.builder().defaultRoute(Policy.DUAL, List.of()).none(NAME).build())
            .build();

    Answer none =
        forwarding.ask(forwarder, Query.of(DomainName.parse("other.example"), 1)).answer();
    Answer forbidden = forwarding.ask(forwarder, QUERY).answer();

    assertThat(none.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(none.extendedError()).isEqualTo(ExtendedError.NO_REACHABLE_AUTHORITY);
    assertThat(forbidden.rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(forbidden.extendedError()).isEqualTo(ExtendedError.NOT_AUTHORITATIVE);
  }

  @Test
  void aFaultOfTheExchangeIsNotTheEndOfTheQuery() {
    servers.script(
        server(1),
        question -> {
          throw new IllegalStateException("as a test wants it");
        });
    servers.always(server(2), answer(1));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    assertThat(giver(forwarding.ask(forwarder, QUERY).answer())).isEqualTo(2);
  }

  @Test
  void newRoutesKeepWhatIsKnownOfServersThatStay() {
    servers.always(server(1), answer(40)).always(server(2), answer(1));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 1);
    forwarding.ask(forwarder, QUERY);

    forwarder.update(Forwarding.table(Policy.SEQUENTIAL, 2));

    assertThat(forwarder.status().get(0).srtt()).hasValue(Duration.ofMillis(40));
    assertThat(forwarder.status().get(1).srtt()).isEmpty();
    assertThat(forwarder.status().get(0).routes()).containsExactly(DomainName.ROOT);
  }

  @Test
  void aQueryUnderWayEndsByTheOldRoutes() {
    servers.always(server(1), answer(40));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 1);
    CompletableFuture<Answer> answer = forwarder.resolve(QUERY).toCompletableFuture();

    forwarder.update(RoutingTable.NOBODY);
    time.advance(Duration.ofMillis(40));

    assertThat(giver(answer.join())).isEqualTo(1);
    assertThat(forwarding.ask(forwarder, QUERY).answer().rcode()).isEqualTo(Rcode.REFUSED);
  }

  @Test
  void doesNotStartWithItselfAsUpstream() {
    HostPort listening = server(2).address();
    Forwarder forwarder =
        forwarding.forwarder(
            Policy.DUAL,
            2,
            builder -> builder.own(new OwnAddresses(List.of(listening), List.of())));

    assertThatThrownBy(() -> forwarder.start().toCompletableFuture().join())
        .hasMessageContaining("route .: upstream 192.0.2.2:53");
  }

  @Test
  void explainsWhomItWouldAsk() {
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    assertThat(forwarder.explainRoute(NAME))
        .hasToString("www.example.org.: route . asks [192.0.2.1:53, 192.0.2.2:53] (sequential)");
    assertThat(forwarder.explainRoute(DomainName.parse("a.local")))
        .hasToString("a.local.: below local., which does not exist outside");
  }

  @Test
  void stoppingWaitsForAnswersAndThenEndsWithoutThem() {
    servers.steps(server(1), answer(100));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 1);
    forwarder.start();
    time.advance(Duration.ofSeconds(5)); // what start asks has ended
    servers.steps(server(1), answer(100));
    CompletableFuture<Answer> first = forwarder.resolve(QUERY).toCompletableFuture();
    CompletableFuture<Answer> second = forwarder.resolve(QUERY).toCompletableFuture();

    CompletableFuture<Void> stopped = forwarder.stop(Duration.ofSeconds(1)).toCompletableFuture();
    time.advance(Duration.ofMillis(999));
    assertThat(stopped).isNotDone();
    time.advance(Duration.ofMillis(1));

    assertThat(stopped).isCompleted();
    assertThat(giver(first.join())).isEqualTo(1);
    assertThat(second.join().rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(time.pending()).isZero();
  }

  @Test
  void figuresTellOfEachServer() {
    servers.always(server(1), rcode(7, Rcode.SERVFAIL)).always(server(2), answer(9));
    Forwarder forwarder = forwarding.forwarder(Policy.SEQUENTIAL, 2);

    forwarding.ask(forwarder, QUERY);

    assertThat(metrics.counts())
        .containsEntry(
            "dcosnet.dns.upstream.failures{proto=udp,reason=servfail,upstream=192.0.2.1:53}", 1L)
        .containsEntry(REQUESTS + "{result=noerror,zone=.}", 1L)
        .containsEntry("dcosnet.dns.forward.retries{reason=next,zone=.}", 1L);
    assertThat(metrics.values("dcosnet.dns.forward.duration.nanos", "zone", "."))
        .containsExactly(16_000_000L);
    assertThat(metrics.gauge("dcosnet.dns.upstream.srtt.nanos", "upstream", "192.0.2.2:53"))
        .isEqualTo(9_000_000);
  }

  private static Query client(Protocol protocol) {
    IpAddress client = IpAddress.parse("198.51.100.7");
    return new Query(NAME, 1, true, false, false, false, client, protocol, null);
  }
}

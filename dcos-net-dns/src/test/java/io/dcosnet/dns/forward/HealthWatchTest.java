// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static io.dcosnet.dns.forward.ScriptedUpstreams.answer;
import static io.dcosnet.dns.forward.ScriptedUpstreams.failure;
import static io.dcosnet.dns.forward.ScriptedUpstreams.rcode;
import static io.dcosnet.dns.forward.ScriptedUpstreams.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.forward.ExchangeFailedException.Kind;
import io.dcosnet.dns.forward.UpstreamStatus.State;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HealthWatchTest {

  private static final Query QUERY = Query.of(DomainName.parse("www.example.org"), 1);
  private static final String PROBES = "dcosnet.dns.upstream.probes";
  private static final String NAME = "192.0.2.1:53";

  private final VirtualTime time = new VirtualTime();
  private final ScriptedUpstreams servers = new ScriptedUpstreams(time);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final AtomicInteger recoveries = new AtomicInteger();
  private final Forwarder forwarder =
      Forwarder.builder(servers, time, new SplittableRandom(1))
          .routes(RoutingTable.builder().defaultRoute(Policy.DUAL, List.of(server(1))).build())
          .metrics(metrics)
          .onRecovery(recoveries::incrementAndGet)
          .build();

  @BeforeEach
  void startAndWaitForTheProbesForLoopsToEnd() {
    forwarder.start();
    servers.always(server(1), answer(1));
    time.advance(Duration.ofSeconds(5));
    servers.always(server(1), null);
    servers.forget();
  }

  @Test
  void asksAServerThatFellForTheServersOfTheRoot() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();

    time.advance(Duration.ofMillis(550));

    assertThat(servers.asked().get(0).query()).isEqualTo(Query.of(DomainName.ROOT, 2));
  }

  @Test
  void anyResponseMeansThatItIsBack() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();
    servers.always(server(1), rcode(3, Rcode.REFUSED));

    time.advance(Duration.ofMillis(553));

    assertThat(forwarder.status().get(0).state()).isEqualTo(State.UP);
    time.advance(Duration.ofMinutes(5));
    assertThat(servers.asked()).hasSize(1);
  }

  @Test
  void waitsTwiceAsLongEachTimeUpToHalfAMinute() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();

    time.advance(Duration.ofSeconds(40));
    int early = servers.asked().size();
    servers.forget();
    time.advance(Duration.ofMinutes(10));

    assertThat(early).isBetween(6, 7); // after 0.5, 1, 2, 4, 8, 16 s
    assertThat(servers.asked().size()).isBetween(18, 23);
  }

  @Test
  void aServerThatFallsAgainIsAskedSoonAgain() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();
    time.advance(Duration.ofMinutes(5));
    servers.always(server(1), answer(1));
    time.advance(Duration.ofSeconds(40));
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();

    time.advance(Duration.ofMillis(551));

    assertThat(servers.asked()).hasSize(1);
  }

  @Test
  void aFaultDoesNotEndTheAsking() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();
    servers.script(
        server(1),
        question -> {
          throw new IllegalStateException("as a test wants it");
        });
    time.advance(Duration.ofSeconds(20));
    assertThat(metrics.count(PROBES, "upstream", NAME, "result", "error")).isGreaterThan(2);

    servers.always(server(1), answer(1));
    time.advance(Duration.ofSeconds(40));

    assertThat(forwarder.status().get(0).state()).isEqualTo(State.UP);
    assertThat(metrics.count(PROBES, "upstream", NAME, "result", "answered")).isEqualTo(1);
  }

  @Test
  void anAnswerToAQueryMeansThatItIsBackToo() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();
    time.advance(Duration.ofMinutes(5));
    servers.always(server(1), answer(1));

    var unused = forwarder.resolve(QUERY);
    time.advance(Duration.ofMillis(1));

    assertThat(forwarder.status().get(0).state()).isEqualTo(State.UP);
    servers.forget();
    time.advance(Duration.ofMinutes(5));
    assertThat(servers.asked()).isEmpty();
  }

  @Test
  void tellsOnceOfEachReturnHoweverItIsFoundOut() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();
    time.advance(Duration.ofSeconds(20));
    assertThat(recoveries).hasValue(0);
    servers.always(server(1), answer(1));
    time.advance(Duration.ofSeconds(40));
    assertThat(recoveries).hasValue(1);

    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();
    time.advance(Duration.ofMinutes(5));
    servers.always(server(1), answer(1));
    var unused = forwarder.resolve(QUERY);
    time.advance(Duration.ofSeconds(40));

    assertThat(recoveries).hasValue(2);
  }

  @Test
  void aServerThatNoRouteHasAnyMoreIsNotAsked() {
    servers.always(server(1), failure(1, Kind.UNREACHABLE));
    bringDown();

    forwarder.update(RoutingTable.NOBODY);
    time.advance(Duration.ofMinutes(5));

    assertThat(servers.asked()).isEmpty();
    assertThat(forwarder.status()).isEmpty();
    assertThat(metrics.gauge("dcosnet.dns.upstream.up", "upstream", NAME)).isZero();
  }

  @Test
  void nothingIsAskedAfterTheEnd() {
    bringDown();

    forwarder.stop(Duration.ZERO);
    time.runUntilIdle();

    assertThat(servers.asked()).isEmpty();
    assertThat(servers.open()).isZero();
  }

  private void bringDown() {
    for (int i = 0; i < 2; i++) {
      var unused = forwarder.resolve(QUERY);
      time.runUntil(() -> forwarder.outstanding() == 0, Duration.ofSeconds(5));
    }
    assertThat(forwarder.status().get(0).state()).isEqualTo(State.DOWN);
    servers.forget();
  }
}

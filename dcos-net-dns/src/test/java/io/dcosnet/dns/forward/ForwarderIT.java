// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.metrics.UpstreamMetrics;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Answer;
import io.dcosnet.dns.query.Query;
import io.dcosnet.dns.transport.upstream.ExchangeConfig;
import io.dcosnet.dns.transport.upstream.NettyExchange;
import io.dcosnet.dns.transport.upstream.ScriptedUpstream;
import io.dcosnet.dns.transport.upstream.Scripts;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The forwarder over real sockets, to servers that are slow, dead, wrong or well. */
class ForwarderIT {

  private static final Query QUERY = Query.of(DomainName.parse("www.example.org"), 1);
  private static final String ADDRESS = "192.0.2.1";

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final NetRuntime net = NetRuntime.builder().ioThreads(2).build();
  private final NettyExchange exchange =
      new NettyExchange(net, ExchangeConfig.defaults(), new UpstreamMetrics(metrics));
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    exchange.close().toCompletableFuture().get(10, TimeUnit.SECONDS);
    net.close();
  }

  @Test
  void twoDeadMastersDoNotDelayTheSlowThird() throws Exception {
    ScriptedUpstream silent = open(ScriptedUpstream.start(Scripts.silent()));
    ScriptedUpstream slow =
        open(
            ScriptedUpstream.start(
                Scripts.slow(Duration.ofMillis(700), Scripts.answering(ADDRESS))));
    Forwarder forwarder =
        forwarder(Policy.ALL, nobodyListens(), silent.upstream(), slow.upstream());
    long start = System.nanoTime();

    Answer answer = ask(forwarder);

    assertThat(answer.answer()).hasToString("[www.example.org. 60 IN A 192.0.2.1]");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(700), Duration.ofMillis(2000));
  }

  @Test
  void passesOverServersThatRefuse() throws Exception {
    ScriptedUpstream refusing = open(ScriptedUpstream.start(Scripts.refusing(5)));
    ScriptedUpstream well = open(ScriptedUpstream.start(Scripts.answering(ADDRESS)));
    Forwarder forwarder = forwarder(Policy.SEQUENTIAL, refusing.upstream(), well.upstream());

    assertThat(ask(forwarder).answer()).hasSize(1);
  }

  @Test
  void asksOverTcpWhatWasCut() throws Exception {
    ScriptedUpstream server =
        open(
            ScriptedUpstream.start(
                Scripts.overUdp(Scripts.truncated(), Scripts.answering(ADDRESS))));
    Forwarder forwarder = forwarder(Policy.DUAL_HEDGED, server.upstream());

    assertThat(ask(forwarder).answer()).hasSize(1);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void aServerThatComesBackIsAskedAgain() throws Exception {
    Upstream place = nobodyListens();
    Forwarder forwarder = forwarder(Policy.SEQUENTIAL, place);
    forwarder.start().toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThat(ask(forwarder).rcode()).isEqualTo(2);
    assertThat(ask(forwarder).rcode()).isEqualTo(2);
    assertThat(forwarder.status().get(0).state()).isEqualTo(UpstreamStatus.State.DOWN);

    try (DatagramSocket server = new DatagramSocket(place.address().toSocketAddress())) {
      Thread answering = new Thread(() -> echo(server), "test-server");
      answering.start();
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(forwarder.status().get(0).state()).isEqualTo(UpstreamStatus.State.UP));
    }
    forwarder.close();
  }

  @Test
  void aThousandQueriesAtOnceAreAllAnswered() throws Exception {
    ScriptedUpstream one = open(ScriptedUpstream.start(Scripts.answering(ADDRESS)));
    ScriptedUpstream two = open(ScriptedUpstream.start(Scripts.answering(ADDRESS)));
    Forwarder forwarder = forwarder(Policy.DUAL, one.upstream(), two.upstream());
    List<CompletableFuture<Answer>> answers = new ArrayList<>();

    for (int i = 0; i < 1000; i++) {
      Query query = Query.of(DomainName.parse("n" + i + ".example.org"), 1);
      answers.add(forwarder.resolve(query).toCompletableFuture());
    }

    for (CompletableFuture<Answer> answer : answers) {
      assertThat(answer.get(10, TimeUnit.SECONDS).answer()).hasSize(1);
    }
    assertThat(forwarder.outstanding()).isZero();
  }

  private Forwarder forwarder(Policy policy, Upstream... upstreams) {
    return Forwarder.builder(exchange, net.scheduler(), net.random())
        .routes(RoutingTable.builder().defaultRoute(policy, List.of(upstreams)).build())
        .metrics(metrics)
        .build();
  }

  private static Answer ask(Forwarder forwarder) throws Exception {
    return forwarder.resolve(QUERY).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private ScriptedUpstream open(ScriptedUpstream server) {
    opened.add(server);
    return server;
  }

  private static Upstream nobodyListens() throws IOException {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return Upstream.of(new HostPort(IpAddress.LOOPBACK_IPV4, socket.getLocalPort()));
    }
  }

  /** Says to each question that there is no answer. */
  private static void echo(DatagramSocket socket) {
    java.net.DatagramPacket packet = new java.net.DatagramPacket(new byte[512], 512);
    try {
      while (true) {
        packet.setLength(512);
        socket.receive(packet);
        packet.getData()[2] |= (byte) 0x80;
        socket.send(packet);
      }
    } catch (IOException e) {
      // closed at the end of the test
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class UdpListenerIT {

  private static final IpAddress VIP = IpAddress.parse("11.7.7.9");
  private static final IpAddress LOOPBACK_IPV6 = IpAddress.parse("::1");

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private @Nullable NetRuntime runtime;
  private @Nullable ProxyDataPath started;
  private IpAddress vip = VIP;
  private HostPort place = new HostPort(VIP, 0);

  @AfterEach
  void closeAll() throws Exception {
    if (started != null) {
      started.stop(false, Duration.ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
    if (runtime != null) {
      runtime.close();
    }
  }

  private void start(Transport transport) throws IOException {
    start(transport, ProxyConfig.builder());
  }

  private void start(Transport transport, ProxyConfig.Builder config) throws IOException {
    run(transport, config.listenRange(Cidr.parse("127.64.0.0/10")));
    place = freePlace(IpAddress.parse("127.71.7.9"));
  }

  private void startOnIpv6(Transport transport) throws IOException {
    run(transport, ProxyConfig.builder());
    vip = LOOPBACK_IPV6;
    place = freePlace(LOOPBACK_IPV6);
  }

  private void run(Transport transport, ProxyConfig.Builder config) {
    assumeThat(transport.unavailableBecause()).isEmpty();
    runtime = NetRuntime.builder().transport(transport).metrics(metrics).build();
    started = new ProxyDataPath(runtime, config.build());
    started.observe(
        new TrafficObserver() {
          @Override
          public void failed(Frontend frontend, HostPort backend, Failure failure) {
            seen.add("failed " + failure + " " + backend.port());
          }

          @Override
          public void connected(Frontend frontend, HostPort backend, long nanos) {
            seen.add("connected " + backend.port());
          }

          @Override
          public void drained(Frontend frontend, HostPort backend) {
            seen.add("drained " + backend.port());
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void answersFromTheAddressAndPortOfTheVip(Transport transport) throws Exception {
    start(transport);
    apply(up(keep(UdpServer.echo())));
    DatagramSocket client = keep(new DatagramSocket());
    client.setSoTimeout(10_000);
    byte[] question = "where from".getBytes(UTF_8);
    client.send(new DatagramPacket(question, question.length, place.toSocketAddress()));
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    client.receive(answer);
    assertThat(HostPort.of((InetSocketAddress) answer.getSocketAddress())).isEqualTo(place);
    assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(question);
    assertThat(metrics.count("dcosnet.lb.udp.datagrams", "to", "backend")).isEqualTo(1);
    assertThat(metrics.count("dcosnet.lb.udp.datagrams", "to", "client")).isEqualTo(1);
    assertThat(metrics.count("dcosnet.lb.bytes", "to", "client")).isEqualTo(question.length);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void keepsAClientOnItsBackEndAndSpreadsClients(Transport transport) throws Exception {
    start(transport);
    apply(up(named("a")), up(named("b")), up(named("c")));
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      DatagramSocket client = client();
      String first = ask(client);
      for (int j = 0; j < 5; j++) {
        assertThat(ask(client)).isEqualTo(first);
      }
      all.add(first);
    }
    assertThat(all).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(metrics.count("dcosnet.lb.udp.sessions")).isEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void carriesTheLongestDatagram(Transport transport) throws Exception {
    start(transport);
    apply(up(keep(UdpServer.echo())));
    byte[] longest = pattern(65_507);
    DatagramSocket client = client();
    send(client, longest);
    assertThat(receive(client)).isEqualTo(longest);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void servesIpv6(Transport transport) throws Exception {
    startOnIpv6(transport);
    apply(up(keep(new UdpServer(LOOPBACK_IPV6, data -> data))));
    DatagramSocket client = client();
    for (int size : new int[] {1, 1400, 60_000}) {
      send(client, pattern(size));
      assertThat(receive(client)).isEqualTo(pattern(size));
    }
    assertThat(metrics.count("dcosnet.lb.udp.sessions")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void keepsManyClientsApart(Transport transport) throws Exception {
    start(transport);
    apply(up(keep(UdpServer.echo())), up(keep(UdpServer.echo())));
    List<DatagramSocket> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      clients.add(client());
    }
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < clients.size(); i++) {
        for (int j = 0; j < 3; j++) {
          send(clients.get(i), (i + "/" + round + "/" + j).getBytes(UTF_8));
        }
      }
      for (int i = 0; i < clients.size(); i++) {
        Set<String> answers = new HashSet<>();
        for (int j = 0; j < 3; j++) {
          answers.add(new String(receive(clients.get(i)), UTF_8));
        }
        String mine = i + "/" + round + "/";
        assertThat(answers).containsExactlyInAnyOrder(mine + 0, mine + 1, mine + 2);
      }
    }
    assertThat(metrics.count("dcosnet.lb.udp.sessions")).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void letsABackEndCallItsOwnVip(Transport transport) throws Exception {
    start(transport);
    DatagramSocket own = keep(new DatagramSocket(place(IpAddress.LOOPBACK_IPV4, 0)));
    own.setSoTimeout(10_000);
    apply(Target.up(HostPort.of((InetSocketAddress) own.getLocalSocketAddress()), 1));
    byte[] question = "me?".getBytes(UTF_8);
    own.send(new DatagramPacket(question, question.length, place.toSocketAddress()));
    DatagramPacket asked = new DatagramPacket(new byte[100], 100);
    own.receive(asked);
    assertThat(asked.getSocketAddress()).isNotEqualTo(place.toSocketAddress());
    byte[] answer = "me.".getBytes(UTF_8);
    own.send(new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
    DatagramPacket answered = new DatagramPacket(new byte[100], 100);
    own.receive(answered);
    assertThat(answered.getSocketAddress()).isEqualTo(place.toSocketAddress());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void sendsAClientElsewhereAtOnceWhenItsBackEndLeaves(Transport transport) throws Exception {
    start(transport);
    UdpServer old = named("old");
    apply(up(old));
    DatagramSocket client = client();
    assertThat(ask(client)).isEqualTo("old");
    apply(up(named("new")));
    assertThat(ask(client)).isEqualTo("new");
    assertThat(seen).contains("drained " + old.address().port());
    assertThat(metrics.count("dcosnet.lb.udp.sessions.ended", "reason", "left")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void sendsAClientElsewhereAtOnceWhenItsBackEndDrains(Transport transport) throws Exception {
    start(transport);
    UdpServer old = named("old");
    apply(up(old));
    DatagramSocket client = client();
    assertThat(ask(client)).isEqualTo("old");
    Target draining = new Target(old.address(), Backend.State.DRAINING, 0, Target.NEVER);
    apply(draining, up(named("new")));
    assertThat(ask(client)).isEqualTo("new");
    assertThat(seen).contains("drained " + old.address().port());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void keepsAClientOnABackEndThatGetsNothingNewForAWhile(Transport transport) throws Exception {
    start(transport);
    UdpServer ejected = named("ejected");
    apply(up(ejected));
    DatagramSocket client = client();
    assertThat(ask(client)).isEqualTo("ejected");
    apply(up(ejected).withWeight(0), up(named("new")));
    assertThat(ask(client)).isEqualTo("ejected");
    assertThat(ask(client())).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void triesAnotherBackEndWhenNobodyListensAtOne(Transport transport) throws Exception {
    start(transport);
    HostPort dead = freePlace(IpAddress.LOOPBACK_IPV4);
    apply(Target.up(dead, 1), up(named("b")));
    for (int i = 0; i < 6; i++) {
      DatagramSocket client = client();
      client.setSoTimeout(100);
      await().untilAsserted(() -> assertThat(ask(client)).isEqualTo("b"));
    }
    assertThat(seen).contains("failed REFUSED " + dead.port());
    assertThat(metrics.count("dcosnet.lb.connect.failures", "kind", "refused")).isPositive();
    assertThat(metrics.count("dcosnet.lb.udp.sessions.ended", "reason", "unreachable"))
        .isPositive();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void tellsClientsAtOnceThatNoBackEndIsUp(Transport transport) throws Exception {
    start(transport);
    UdpServer server = named("a");
    apply(up(server).withWeight(0));
    assertUnreachable(client());
    apply(up(server));
    DatagramSocket client = client();
    assertThat(ask(client)).isEqualTo("a");
    apply(up(server).withWeight(0));
    assertUnreachable(client);
    for (int i = 0; i < 20; i++) {
      apply(up(server));
      assertThat(ask(client())).isEqualTo("a");
      apply();
      assertUnreachable(client());
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void endsIdleSessions(Transport transport) throws Exception {
    start(transport, ProxyConfig.builder().udpIdleTimeout(Duration.ofMillis(200)));
    apply(up(named("a")));
    assertThat(ask(client())).isEqualTo("a");
    assertThat(metrics.gauge("dcosnet.lb.udp.sessions.active")).isEqualTo(1);
    await()
        .untilAsserted(() -> assertThat(metrics.gauge("dcosnet.lb.udp.sessions.active")).isZero());
    assertThat(metrics.count("dcosnet.lb.udp.sessions.ended", "reason", "idle")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void makesRoomByEndingTheSessionThatWasSilentForTheLongestTime(Transport transport)
      throws Exception {
    start(transport, ProxyConfig.builder().maxUdpSessions(3));
    apply(up(named("a")));
    List<DatagramSocket> clients = List.of(client(), client(), client(), client());
    assertThat(ask(clients.get(0))).isEqualTo("a");
    assertThat(ask(clients.get(1))).isEqualTo("a");
    assertThat(ask(clients.get(2))).isEqualTo("a");
    assertThat(ask(clients.get(0))).isEqualTo("a");
    assertThat(ask(clients.get(3))).isEqualTo("a"); // the second one goes
    assertThat(metrics.count("dcosnet.lb.udp.sessions.ended", "reason", "evicted")).isEqualTo(1);
    assertThat(ask(clients.get(0))).isEqualTo("a");
    assertThat(metrics.count("dcosnet.lb.udp.sessions")).isEqualTo(4);
    assertThat(ask(clients.get(1))).isEqualTo("a");
    assertThat(metrics.count("dcosnet.lb.udp.sessions")).isEqualTo(5);
    assertThat(metrics.gauge("dcosnet.lb.udp.sessions.active")).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void letsAFloodOnOneVipNotPushOutTheClientsOfAnother(Transport transport) throws Exception {
    start(transport, ProxyConfig.builder().maxUdpSessions(10));
    HostPort other = freePlace(IpAddress.parse("127.71.7.10"));
    Service calm = service(Protocol.UDP, VIP, place.port(), up(named("calm")));
    Service flooded =
        service(Protocol.UDP, IpAddress.parse("11.7.7.10"), other.port(), up(named("flooded")));
    report(calm, flooded);
    DatagramSocket first = client(other);
    for (int i = 0; i < 9; i++) {
      assertThat(ask(client(other))).isEqualTo("flooded");
    }
    DatagramSocket client = client();
    assertThat(ask(client)).isEqualTo("calm");
    for (int i = 0; i < 30; i++) {
      assertThat(ask(client(other))).isEqualTo("flooded");
    }
    long sessions = metrics.count("dcosnet.lb.udp.sessions");
    assertThat(ask(client)).isEqualTo("calm");
    assertThat(metrics.count("dcosnet.lb.udp.sessions")).isEqualTo(sessions);
    assertThat(ask(first)).isEqualTo("flooded");
    assertThat(metrics.count("dcosnet.lb.udp.sessions")).isEqualTo(sessions + 1);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void servesTcpAndUdpOnOnePort(Transport transport) throws Exception {
    start(transport);
    BackendServer tcp = keep(BackendServer.named("tcp"));
    report(
        service(Protocol.UDP, VIP, place.port(), up(named("udp"))),
        service(Protocol.TCP, VIP, place.port(), Target.up(tcp.address(), 1)));
    assertThat(ask(client())).isEqualTo("udp");
    try (Socket socket = new Socket()) {
      socket.connect(place.toSocketAddress(), 5_000);
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).isEqualTo("tcp");
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void saysWhenItsPortIsTaken(Transport transport) throws Exception {
    start(transport);
    UdpServer server = named("a");
    try (DatagramSocket taken = new DatagramSocket(place.toSocketAddress())) {
      assertTaken(report(service(Protocol.UDP, VIP, place.port(), up(server))));
      assertThat(taken.isBound()).isTrue();
    }
    apply(up(server));
    assertThat(ask(client())).isEqualTo("a");
    apply();
    try (DatagramSocket taken = new DatagramSocket(place.toSocketAddress())) {
      assertTaken(report(service(Protocol.UDP, VIP, place.port(), up(server))));
      assertThat(taken.isBound()).isTrue();
    }
    apply(up(server)); // an equal service is tried again all the same
    assertThat(ask(client())).isEqualTo("a");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void dropsAnEmptyDatagramAndGoesOn(Transport transport) throws Exception {
    start(transport);
    apply(up(named("a")));
    try (DatagramChannel client = DatagramChannel.open()) { // a connected one sends no empty ones
      client.send(ByteBuffer.allocate(0), place.toSocketAddress());
    }
    await()
        .untilAsserted(
            () ->
                assertThat(metrics.count("dcosnet.lb.udp.dropped", "reason", "empty"))
                    .isEqualTo(1));
    assertThat(ask(client())).isEqualTo("a");
  }

  // helpers

  private void assertTaken(ApplyReport report) {
    Outcome outcome = report.services().values().iterator().next();
    assertThat(outcome.state()).isEqualTo(State.BIND_FAILED);
    assertThat(outcome.reason()).contains("udp " + place).contains("EADDRINUSE");
  }

  /** The kernel tells by ICMP, which a connected socket learns of. */
  private void assertUnreachable(DatagramSocket client) throws IOException {
    client.setSoTimeout(1_000);
    send(client, new byte[] {1});
    long sent = System.nanoTime();
    assertThatThrownBy(() -> client.receive(new DatagramPacket(new byte[1], 1)))
        .isInstanceOf(PortUnreachableException.class);
    assertThat(System.nanoTime() - sent).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
    client.setSoTimeout(10_000);
  }

  private UdpServer named(String name) throws IOException {
    return keep(UdpServer.named(name));
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    open.add(closeable);
    return closeable;
  }

  private static Target up(UdpServer server) {
    return Target.up(server.address(), 1);
  }

  private static Service service(Protocol protocol, IpAddress vip, int port, Target... targets) {
    VipKey key = VipKey.named(protocol, "dns.marathon", port);
    List<Target> sorted =
        Stream.of(targets).sorted(Comparator.comparing(Target::endpoint)).toList();
    ServiceOptions turns = ServiceOptions.DEFAULTS.with(Policy.ROUND_ROBIN);
    return new Service(key, new Frontend(protocol, new HostPort(vip, port)), turns, sorted);
  }

  private void apply(Target... targets) throws Exception {
    ApplyReport report = report(service(Protocol.UDP, vip, place.port(), targets));
    assertThat(report.services().values()).containsExactly(Outcome.serving(place));
  }

  private ApplyReport report(Service... services) throws Exception {
    return requireNonNull(started)
        .apply(VipTable.of(List.of(services)))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private DatagramSocket client() throws IOException {
    return client(place);
  }

  private DatagramSocket client(HostPort to) throws IOException {
    DatagramSocket socket = keep(new DatagramSocket());
    socket.setSoTimeout(10_000);
    socket.connect(to.toSocketAddress());
    return socket;
  }

  private static void send(DatagramSocket client, byte[] data) throws IOException {
    client.send(new DatagramPacket(data, data.length));
  }

  private static byte[] receive(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    client.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private static String ask(DatagramSocket client) throws IOException {
    send(client, new byte[] {'?'});
    try {
      return new String(receive(client), UTF_8);
    } catch (SocketTimeoutException e) {
      return "";
    }
  }

  private static HostPort freePlace(IpAddress address) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(place(address, 0))) {
      return new HostPort(address, socket.getLocalPort());
    }
  }

  private static InetSocketAddress place(IpAddress address, int port) {
    return new InetSocketAddress(address.toInetAddress(), port);
  }

  private static byte[] pattern(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8));
    }
    return bytes;
  }
}

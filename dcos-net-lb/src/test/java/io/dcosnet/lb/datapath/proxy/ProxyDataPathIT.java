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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ProxyDataPathIT {

  private static final IpAddress VIP = IpAddress.parse("11.7.7.7");

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private @Nullable NetRuntime runtime;
  private @Nullable ProxyDataPath started;
  private HostPort client = new HostPort(VIP, 0);
  private Policy policy = Policy.P2C_EWMA;

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

  private NetRuntime net() {
    return requireNonNull(runtime, "started first");
  }

  private ProxyDataPath path() {
    return requireNonNull(started, "started first");
  }

  private void start(Transport transport, ProxyConfig.Builder config) throws IOException {
    assumeThat(transport.unavailableBecause()).isEmpty();
    NetRuntime net = NetRuntime.builder().transport(transport).metrics(metrics).build();
    ProxyDataPath path =
        new ProxyDataPath(net, config.listenRange(Cidr.parse("127.64.0.0/10")).build());
    path.observe(
        new TrafficObserver() {
          @Override
          public void failed(Frontend frontend, HostPort backend, Failure failure) {
            seen.add("failed " + failure);
          }

          @Override
          public void connected(Frontend frontend, HostPort backend, long nanos) {
            seen.add("connected");
          }

          @Override
          public void drained(Frontend frontend, HostPort backend) {
            seen.add("drained " + backend.port());
          }
        });
    runtime = net;
    started = path;
    client = new HostPort(IpAddress.parse("127.71.7.7"), freePort("127.71.7.7"));
  }

  private void start(Transport transport) throws IOException {
    start(transport, ProxyConfig.builder());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void takesTurnsExactly(Transport transport) throws Exception {
    policy = Policy.ROUND_ROBIN;
    start(transport);
    apply(up(named("a"), 1), up(named("b"), 1), up(named("c"), 1));
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      answers.add(ask());
    }
    assertThat(answers.subList(0, 3)).containsExactlyInAnyOrder("a", "b", "c");
    for (int i = 3; i < 60; i++) {
      assertThat(answers.get(i)).isEqualTo(answers.get(i - 3));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void sharesByWeight(Transport transport) throws Exception {
    policy = Policy.ROUND_ROBIN;
    start(transport);
    apply(up(named("a"), 3), up(named("b"), 1), up(named("c"), 0));
    int[] counts = new int[3];
    for (int i = 0; i < 40; i++) {
      counts[ask().charAt(0) - 'a']++;
    }
    assertThat(counts).containsExactly(30, 10, 0);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void letsAClientFinishSendingAndStillReceive(Transport transport) throws Exception {
    start(transport);
    BackendServer counting =
        keep(
            new BackendServer(
                socket -> {
                  int count = socket.getInputStream().readAllBytes().length;
                  socket.getOutputStream().write(("got " + count).getBytes(UTF_8));
                }));
    apply(up(counting, 1));
    try (Socket socket = connect()) {
      socket.getOutputStream().write(new byte[70_000]);
      socket.shutdownOutput();
      assertThat(read(socket)).isEqualTo("got 70000");
    }
    for (int i = 0; i < 100; i++) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(new byte[i * 1000]);
        socket.shutdownOutput();
        assertThat(read(socket)).isEqualTo("got " + i * 1000);
      }
    }
    quiet();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void carriesALongAnswerToAClientThatHasFinishedSending(Transport transport) throws Exception {
    start(transport);
    int size = 32 << 20;
    BackendServer answering =
        keep(
            new BackendServer(
                socket -> {
                  socket.getInputStream().readAllBytes();
                  send(socket, size, 5);
                }));
    apply(up(answering, 1));
    for (int sent : new int[] {0, 5, 200_000}) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(new byte[sent]);
        socket.shutdownOutput();
        assertThat(checksum(socket.getInputStream())).isEqualTo(expected(size, 5));
      }
    }
    quiet();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void letsABackEndFinishSendingAndStillReceive(Transport transport) throws Exception {
    start(transport);
    CompletableFuture<String> received = new CompletableFuture<>();
    BackendServer early =
        keep(
            new BackendServer(
                socket -> {
                  socket.getOutputStream().write("bye".getBytes(UTF_8));
                  socket.shutdownOutput();
                  received.complete(new String(socket.getInputStream().readAllBytes(), UTF_8));
                }));
    apply(up(early, 1));
    try (Socket socket = connect()) {
      assertThat(read(socket)).isEqualTo("bye");
      socket.getOutputStream().write("still here".getBytes(UTF_8));
      socket.shutdownOutput();
      assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo("still here");
    }
    quiet();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void passesOnWhatAClientSentTogetherWithItsEnd(Transport transport) throws Exception {
    start(transport);
    apply(up(keep(BackendServer.echo()), 1));
    for (int i = 0; i < 200; i++) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write("hello".getBytes(UTF_8));
        socket.shutdownOutput();
        assertThat(read(socket)).isEqualTo("hello");
      }
    }
    quiet();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void carriesAHundredMegabytesBothWays(Transport transport) throws Exception {
    start(transport);
    int size = 100 << 20;
    CompletableFuture<Long> received = new CompletableFuture<>();
    BackendServer heavy =
        keep(
            new BackendServer(
                socket -> {
                  CompletableFuture<Void> sending =
                      CompletableFuture.runAsync(() -> send(socket, size, 2));
                  received.complete(checksum(socket.getInputStream()));
                  sending.join();
                }));
    apply(up(heavy, 1));
    try (Socket socket = connect()) {
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(socket, size, 1));
      assertThat(checksum(socket.getInputStream())).isEqualTo(expected(size, 2));
      sending.get(60, TimeUnit.SECONDS);
    }
    assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(expected(size, 1));
    assertThat(metrics.count("dcosnet.lb.bytes", "to", "backend")).isEqualTo(size);
    assertThat(metrics.count("dcosnet.lb.bytes", "to", "client")).isEqualTo(size);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void stopsReadingFromAClientThatABackEndDoesNotKeepUpWith(Transport transport) throws Exception {
    start(transport);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Long> received = new CompletableFuture<>();
    BackendServer slow =
        keep(
            new BackendServer(
                socket -> {
                  awaitLatch(goOn);
                  received.complete(checksum(socket.getInputStream()));
                }));
    apply(up(slow, 1));
    int size = 64 << 20;
    try (SocketChannel channel = SocketChannel.open(client.toSocketAddress())) {
      channel.configureBlocking(false);
      ByteBuffer data = ByteBuffer.wrap(pattern(size, 3));
      long[] idleSince = {System.nanoTime()};
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                if (channel.write(data) > 0) {
                  idleSince[0] = System.nanoTime();
                }
                return System.nanoTime() - idleSince[0] > 500_000_000L;
              });
      assertThat(data.remaining()).isGreaterThan(size / 2);
      long taken = metrics.count("dcosnet.lb.bytes", "to", "backend");
      assertThat(taken).isLessThan(16 << 20);
      goOn.countDown();
      channel.configureBlocking(true);
      while (data.hasRemaining()) {
        channel.write(data);
      }
      channel.shutdownOutput();
      assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(expected(size, 3));
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void triesAnotherBackEndWhenOneIsDead(Transport transport) throws Exception {
    start(transport);
    apply(Target.up(deadEnd(), 1), up(named("b"), 1), Target.up(deadEnd(), 1));
    for (int i = 0; i < 20; i++) {
      assertThat(ask()).isEqualTo("b");
    }
    assertThat(seen).contains("failed REFUSED", "connected");
    assertThat(metrics.count("dcosnet.lb.connect.retries")).isPositive();
    assertThat(metrics.count("dcosnet.lb.connect.failures", "kind", "refused")).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void triesAnotherBackEndWhenOneResetsBeforeTheFirstByte(Transport transport) throws Exception {
    start(transport);
    apply(up(keep(BackendServer.resetting()), 1), up(named("b"), 1));
    for (int i = 0; i < 20; i++) {
      assertThat(ask()).isEqualTo("b");
    }
    assertThat(seen).contains("failed RESET");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void resetsAClientAtOnceWhenNoBackEndIsUp(Transport transport) throws Exception {
    start(transport);
    apply(up(named("a"), 0));
    assertReset();
    apply(Target.up(deadEnd(), 1));
    assertReset();
    assertThat(metrics.count("dcosnet.lb.no.backend")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void passesAResetOnToTheBackEnd(Transport transport) throws Exception {
    start(transport);
    CompletableFuture<String> end = new CompletableFuture<>();
    BackendServer waiting =
        keep(
            new BackendServer(
                socket -> {
                  try {
                    socket.getOutputStream().write('x');
                    end.complete("end " + socket.getInputStream().readAllBytes().length);
                  } catch (SocketException e) {
                    end.complete("reset");
                  }
                }));
    apply(up(waiting, 1));
    try (Socket socket = connect()) {
      assertThat(socket.getInputStream().read()).isEqualTo('x');
      socket.setSoLinger(true, 0);
    }
    assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("reset");
    quiet();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void passesAResetOnToTheClient(Transport transport) throws Exception {
    start(transport);
    BackendServer rude =
        keep(
            new BackendServer(
                socket -> {
                  socket.getInputStream().read();
                  socket.setSoLinger(true, 0);
                }));
    apply(up(rude, 1));
    try (Socket socket = connect()) {
      socket.getOutputStream().write('x');
      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
    quiet();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void letsConnectionsOfADrainingBackEndGoOnUntilTheDeadline(Transport transport) throws Exception {
    start(transport);
    BackendServer old = keep(BackendServer.echo());
    BackendServer fresh = named("fresh");
    apply(up(old, 1));
    try (Socket socket = connect()) {
      assertEchoes(socket);
      long deadline = net().time().nanos() + TimeUnit.MILLISECONDS.toNanos(700);
      apply(draining(old, deadline), up(fresh, 1));
      assertThat(ask()).isEqualTo("fresh");
      assertThat(ask()).isEqualTo("fresh");
      assertEchoes(socket);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(net().time().nanos()).isGreaterThanOrEqualTo(deadline);
    }
    await().until(() -> seen.contains("drained " + old.address().port()));
    assertThat(metrics.count("dcosnet.lb.drain.cuts")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void cutsConnectionsOfABackEndThatIsGoneFromTheTable(Transport transport) throws Exception {
    start(transport);
    BackendServer old = keep(BackendServer.echo());
    apply(up(old, 1));
    try (Socket socket = connect()) {
      assertEchoes(socket);
      apply(up(named("a"), 1));
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void keepsConnectionsWhenTheSameOrAnotherTableIsApplied(Transport transport) throws Exception {
    start(transport);
    BackendServer echo = keep(BackendServer.echo());
    apply(up(echo, 1));
    try (Socket socket = connect()) {
      assertEchoes(socket);
      ApplyReport again = apply(up(echo, 1));
      assertThat(outcome(again).state()).isEqualTo(State.SERVING);
      assertEchoes(socket);
      apply(up(echo, 7), up(named("b"), 1));
      assertEchoes(socket);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void closesTheListenerOfAVipThatIsGone(Transport transport) throws Exception {
    start(transport);
    apply(up(named("a"), 1));
    assertThat(ask()).isEqualTo("a");
    report(VipTable.EMPTY);
    // NIO gives the port back with the next turn of its selector.
    await()
        .untilAsserted(
            () -> assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class));
    apply(up(named("b"), 1));
    assertThat(ask()).isEqualTo("b");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void servesOtherVipsWhenOneCannotBind(Transport transport) throws Exception {
    start(transport);
    IpAddress other = IpAddress.parse("11.7.7.8");
    Service first = service(VIP, up(named("a"), 1));
    Service second = service(other, up(named("b"), 1));
    VipTable both = VipTable.of(List.of(first, second));
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(client.toSocketAddress());
      ApplyReport report = report(both);
      Outcome failed = outcome(report, first.frontend());
      assertThat(failed.state()).isEqualTo(State.BIND_FAILED);
      assertThat(failed.reason()).contains("EADDRINUSE").contains(client.toString());
      assertThat(outcome(report, second.frontend()).state()).isEqualTo(State.SERVING);
      HostPort place = requireNonNull(outcome(report, second.frontend()).client());
      assertThat(ask(place)).isEqualTo("b");
    }
    assertThat(outcome(report(both), first.frontend()).state()).isEqualTo(State.SERVING);
    assertThat(ask()).isEqualTo("a");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void saysWhatItDoesNotServe(Transport transport) throws Exception {
    start(transport);

    Frontend ipv6 = new Frontend(Protocol.TCP, HostPort.parse("[fd01:c::5]:80"));
    VipKey key = VipKey.named(Protocol.TCP, "web.marathon", 80);
    ApplyReport report = report(VipTable.of(List.of(new Service(key, ipv6, List.of()))));
    assertThat(outcome(report, ipv6).state()).isEqualTo(State.UNMAPPED);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void leavesNothingOpenAfterAThousandConnections(Transport transport) throws Exception {
    start(transport);
    BackendServer echo = keep(BackendServer.echo());
    apply(up(echo, 1));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket socket = connect();
        socket.getOutputStream().write('x');
        sockets.add(socket);
      }
      for (Socket socket : sockets) {
        assertThat(socket.getInputStream().read()).isEqualTo('x');
      }
      assertThat(path().activeConnections()).isEqualTo(1000);
    } finally {
      for (int i = 0; i < sockets.size(); i++) {
        sockets.get(i).setSoLinger(i % 2 == 0, 0);
        sockets.get(i).close();
      }
    }
    quiet();
    await().until(() -> echo.openConnections() == 0);
    assertThat(metrics.count("dcosnet.lb.connections")).isEqualTo(1000);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void cutsIdleConnections(Transport transport) throws Exception {
    start(transport, ProxyConfig.builder().idleTimeout(Duration.ofMillis(300)));
    apply(up(keep(BackendServer.echo()), 1));
    try (Socket socket = connect()) {
      assertEchoes(socket);
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    quiet();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void letsConnectionsEndWithinTheGraceWhenItStops(Transport transport) throws Exception {
    start(transport);
    apply(up(keep(BackendServer.echo()), 1));
    try (Socket ending = connect();
        Socket staying = connect()) {
      assertEchoes(ending);
      assertEchoes(staying);
      CompletableFuture<Void> stopped =
          path().stop(false, Duration.ofMillis(500)).toCompletableFuture();
      await()
          .untilAsserted(
              () -> assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class));
      assertEchoes(ending);
      ending.shutdownOutput();
      assertThat(read(ending)).isEmpty();
      assertThatThrownBy(() -> staying.getInputStream().read()).isInstanceOf(SocketException.class);
      stopped.get(10, TimeUnit.SECONDS);
    }
    assertThatThrownBy(() -> report(VipTable.EMPTY)).hasMessageContaining("stopped");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void endsWithTheNewestOfManyTables(Transport transport) throws Exception {
    start(transport);
    List<CompletableFuture<ApplyReport>> reports = new ArrayList<>();
    BackendServer last = named("z");
    for (int i = 0; i < 50; i++) {
      Target target = i == 49 ? up(last, 1) : Target.up(deadEnd(), 1);
      reports.add(
          path()
              .apply(VipTable.of(i % 7 == 3 ? List.of() : List.of(service(VIP, target))))
              .toCompletableFuture());
    }
    for (CompletableFuture<ApplyReport> report : reports) {
      report.get(10, TimeUnit.SECONDS);
    }
    assertThat(ask()).isEqualTo("z");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void probesWithoutLeavingAnything(Transport transport) throws Exception {
    start(transport);
    assertThat(path().probe().usable()).isTrue();
    assertThat(path().probe().protocols()).containsExactlyInAnyOrder(Protocol.values());
  }

  // helpers

  private BackendServer named(String name) throws IOException {
    return keep(BackendServer.named(name));
  }

  private BackendServer keep(BackendServer server) {
    open.add(server);
    return server;
  }

  private static Target up(BackendServer server, int weight) {
    return Target.up(server.address(), weight);
  }

  private static Target draining(BackendServer server, long deadline) {
    return new Target(server.address(), Backend.State.DRAINING, 0, deadline);
  }

  /** By turns, so that who answers is no matter of chance. */
  private Service service(IpAddress vip, Target... targets) {
    VipKey key = VipKey.named(Protocol.TCP, "web.marathon", client.port());
    List<Target> sorted =
        Stream.of(targets).sorted(Comparator.comparing(Target::endpoint)).toList();
    Frontend frontend = new Frontend(Protocol.TCP, new HostPort(vip, client.port()));
    return new Service(key, frontend, ServiceOptions.DEFAULTS.with(policy), sorted);
  }

  private ApplyReport apply(Target... targets) throws Exception {
    ApplyReport report = report(VipTable.of(List.of(service(VIP, targets))));
    assertThat(outcome(report)).isEqualTo(Outcome.serving(client));
    return report;
  }

  private ApplyReport report(VipTable table) throws Exception {
    return path().apply(table).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static Outcome outcome(ApplyReport report, Frontend frontend) {
    return requireNonNull(report.services().get(frontend));
  }

  private static Outcome outcome(ApplyReport report) {
    return report.services().values().iterator().next();
  }

  private Socket connect() throws IOException {
    return connect(client);
  }

  private static Socket connect(HostPort to) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(30_000);
    socket.connect(to.toSocketAddress(), 5_000);
    return socket;
  }

  private String ask() throws IOException {
    return ask(client);
  }

  private static String ask(HostPort to) throws IOException {
    try (Socket socket = connect(to)) {
      return read(socket);
    }
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  /** The reset may overtake the end of the connect. */
  private void assertReset() {
    assertThatThrownBy(this::readOne)
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private int readOne() throws IOException {
    try (Socket socket = connect()) {
      socket.setSoTimeout(2_000);
      return socket.getInputStream().read();
    }
  }

  private static void assertEchoes(Socket socket) throws IOException {
    socket.getOutputStream().write("ping".getBytes(UTF_8));
    assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("ping");
  }

  private void quiet() {
    await().untilAsserted(() -> assertThat(path().activeConnections()).isZero());
  }

  private static int freePort(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(IpAddress.parse(address).toInetAddress(), 0));
      return socket.getLocalPort();
    }
  }

  /** An address where nobody listens. */
  private static HostPort deadEnd() throws IOException {
    return new HostPort(IpAddress.LOOPBACK_IPV4, freePort("127.0.0.1"));
  }

  private static byte[] pattern(int size, int seed) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8) * seed);
    }
    return bytes;
  }

  private static long expected(int size, int seed) {
    CRC32C crc = new CRC32C();
    crc.update(pattern(size, seed));
    return crc.getValue();
  }

  private static void send(Socket socket, int size, int seed) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(pattern(size, seed));
      out.flush();
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long checksum(InputStream in) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[65_536];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      crc.update(buffer, 0, n);
    }
    return crc.getValue();
  }

  private static void awaitLatch(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IOException("waited too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

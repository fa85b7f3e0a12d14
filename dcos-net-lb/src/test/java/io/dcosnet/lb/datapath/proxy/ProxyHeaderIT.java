// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeader.Addresses;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderReader;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderReader.Read;
import io.dcosnet.lb.datapath.proxyheader.ProxyHeaderWriter;
import io.dcosnet.lb.datapath.proxyheader.Tlv;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes to back ends in front of the first byte, and what comes from other proxies there. */
@Timeout(60)
class ProxyHeaderIT {

  private static final Addresses TOLD =
      new Addresses(false, HostPort.parse("192.0.2.7:4711"), HostPort.parse("198.51.100.1:443"));

  private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  private @Nullable PathRig running;

  @AfterEach
  void close() throws Exception {
    if (running != null) {
      running.close();
    }
  }

  private PathRig start(Transport transport, ProxyConfig.Builder config) throws IOException {
    assumeThat(transport.unavailableBecause()).isEmpty();
    running = new PathRig(transport, config);
    return running;
  }

  private static ProxyConfig.Builder trusting(String... sources) {
    Set<Cidr> trusted = new HashSet<>();
    for (String source : sources) {
      trusted.add(Cidr.parse(source));
    }
    return ProxyConfig.builder().acceptProxyHeaderFrom(trusted);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void tellsABackEndWhoTheClientIs(Transport transport) throws Exception {
    PathRig rig = start(transport, ProxyConfig.builder().proxyHeaderChecksum(true));
    HostPort sink = sink(rig);
    for (ServiceOptions.ProxyHeader version :
        List.of(ServiceOptions.ProxyHeader.V1, ServiceOptions.ProxyHeader.V2)) {
      rig.apply(Protocol.TCP, options(version), sink);
      HostPort client;
      try (Socket socket = rig.connect()) {
        client = HostPort.of((InetSocketAddress) socket.getLocalSocketAddress());
        socket.getOutputStream().write("hello".getBytes(UTF_8));
        socket.shutdownOutput();
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
      byte[] all = next();
      Read read = read(all);
      assertThat(read.header().addresses()).contains(new Addresses(false, client, rig.vip));
      assertThat(behind(all, read)).isEqualTo("hello".getBytes(UTF_8));
      if (version == ServiceOptions.ProxyHeader.V2) {
        assertThat(read.header().tlv(ProxyHeader.VIP).map(Tlv::text)).contains("web.marathon");
        assertThat(read.header().tlv(ProxyHeader.CRC32C)).isPresent();
      }
    }
    assertThat(rig.metrics.count("dcosnet.lb.bytes", "to", "backend")).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void tellsABackEndThatSpeaksFirst(Transport transport) throws Exception {
    PathRig rig = start(transport, ProxyConfig.builder());
    BackendServer greeting =
        rig.keep(
            new BackendServer(
                socket -> {
                  received.add(socket.getInputStream().readNBytes(16 + 12 + 3 + 12));
                  socket.getOutputStream().write("welcome".getBytes(UTF_8));
                  socket.shutdownOutput();
                  received.add(socket.getInputStream().readAllBytes());
                }));
    rig.apply(Protocol.TCP, options(ServiceOptions.ProxyHeader.V2), greeting.address());
    try (Socket socket = rig.connect()) {
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo("welcome".getBytes(UTF_8));
      assertThat(read(next()).header().addresses()).isPresent();
      socket.getOutputStream().write("thanks".getBytes(UTF_8));
    }
    assertThat(next()).isEqualTo("thanks".getBytes(UTF_8));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void tellsTheNextBackEndWhenOneResets(Transport transport) throws Exception {
    PathRig rig = start(transport, ProxyConfig.builder());
    HostPort rude = rig.keep(BackendServer.resetting()).address();
    BackendServer good = rig.keep(keeping());
    rig.apply(Protocol.TCP, options(ServiceOptions.ProxyHeader.V2), rude, good.address());
    for (int i = 0; i < 20; i++) {
      int connections = i + 1;
      try (Socket socket = rig.connect()) {
        await().until(() -> good.accepted.get() == connections);
        byte[] all = nextAfterEnd(socket, "request " + i);
        Read read = read(all);
        assertThat(behind(all, read)).isEqualTo(("request " + i).getBytes(UTF_8));
      }
    }
    assertThat(rig.metrics.count("dcosnet.lb.connect.failures", "kind", "reset")).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void takesTheClientThatATrustedProxyNames(Transport transport) throws Exception {
    PathRig rig = start(transport, trusting("192.0.2.0/24", "127.0.0.0/8"));
    rig.apply(Protocol.TCP, options(ServiceOptions.ProxyHeader.V2), sink(rig));
    Addresses expected = new Addresses(false, TOLD.source(), rig.vip);
    List<byte[]> headers =
        List.of(ProxyHeaderWriter.v1(TOLD), ProxyHeaderWriter.v2(TOLD, List.of(), true));
    for (byte[] header : headers) {
      for (int behind : new int[] {0, 5, 200_000}) {
        for (boolean inPieces : new boolean[] {false, true}) {
          byte[] data = pattern(behind);
          byte[] all;
          try (Socket socket = rig.connect()) {
            send(socket.getOutputStream(), header, data, inPieces);
            socket.shutdownOutput();
            all = next();
          }
          Read read = read(all);
          assertThat(read.header().addresses()).contains(expected);
          assertThat(behind(all, read)).isEqualTo(data);
        }
      }
    }
    await().untilAsserted(() -> assertThat(rig.activeConnections()).isZero());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void takesTheConnectionItselfWhenATrustedProxyNamesNobody(Transport transport) throws Exception {
    PathRig rig = start(transport, trusting("127.0.0.0/8"));
    rig.apply(Protocol.TCP, options(ServiceOptions.ProxyHeader.V1), sink(rig));
    for (byte[] header : List.of(ProxyHeaderWriter.localV2(), ProxyHeaderWriter.unknownV1())) {
      try (Socket socket = rig.connect()) {
        socket.getOutputStream().write(header);
        HostPort client = HostPort.of((InetSocketAddress) socket.getLocalSocketAddress());
        byte[] all = nextAfterEnd(socket, "x");
        assertThat(read(all).header().addresses()).contains(new Addresses(false, client, rig.vip));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void resetsATrustedProxyThatSendsNoHeader(Transport transport) throws Exception {
    PathRig rig = start(transport, trusting("127.0.0.0/8"));
    rig.apply(Protocol.TCP, options(ServiceOptions.ProxyHeader.NONE), sink(rig));
    try (Socket socket = rig.connect()) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(US_ASCII));
      assertReset(socket);
    }
    assertRefused(rig, "signature", 1);
    try (Socket socket = rig.connect()) {
      socket.getOutputStream().write("PROXY TCP4 ".getBytes(US_ASCII));
      socket.shutdownOutput();
      assertReset(socket);
    }
    assertRefused(rig, "truncated", 1);
    assertThat(received).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void resetsATrustedProxyWhoseHeaderDoesNotComeInTime(Transport transport) throws Exception {
    PathRig rig =
        start(transport, trusting("127.0.0.0/8").proxyHeaderTimeout(Duration.ofMillis(300)));
    rig.apply(Protocol.TCP, options(ServiceOptions.ProxyHeader.NONE), sink(rig));
    try (Socket silent = rig.connect();
        Socket slow = rig.connect()) {
      slow.getOutputStream().write(Arrays.copyOf(ProxyHeaderWriter.localV2(), 15));
      assertReset(slow);
      assertReset(silent);
    }
    assertRefused(rig, "truncated", 2);
    await().untilAsserted(() -> assertThat(rig.activeConnections()).isZero());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void passesOnWhatLooksLikeAHeaderOfSomebodyElse(Transport transport) throws Exception {
    PathRig rig = start(transport, trusting("192.0.2.0/24"));
    rig.apply(Protocol.TCP, options(ServiceOptions.ProxyHeader.NONE), sink(rig));
    byte[] header = ProxyHeaderWriter.v2(TOLD, List.of(), false);
    try (Socket socket = rig.connect()) {
      socket.getOutputStream().write(header);
      socket.shutdownOutput();
      assertThat(next()).isEqualTo(header);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void hashesTheClientThatIsNamed(Transport transport) throws Exception {
    PathRig rig = start(transport, trusting("127.0.0.0/8"));
    ServiceOptions maglev = options(ServiceOptions.ProxyHeader.NONE).with(Policy.MAGLEV);
    HostPort[] backends = new HostPort[3];
    for (int i = 0; i < 3; i++) {
      backends[i] = rig.keep(BackendServer.named("b" + i)).address();
    }
    rig.apply(Protocol.TCP, maglev, backends);
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Set<String> ofOne = new HashSet<>();
      for (int j = 0; j < 3; j++) {
        HostPort client = HostPort.parse("203.0.113." + i + ":" + (1000 + j));
        try (Socket socket = rig.connect()) {
          Addresses named = new Addresses(false, client, TOLD.destination());
          socket.getOutputStream().write(ProxyHeaderWriter.v1(named));
          ofOne.add(new String(socket.getInputStream().readAllBytes(), UTF_8));
        }
      }
      assertThat(ofOne).hasSize(1);
      all.addAll(ofOne);
    }
    assertThat(all).containsExactlyInAnyOrder("b0", "b1", "b2");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void tellsItInFrontOfTheFirstDatagramOfASession(Transport transport) throws Exception {
    PathRig rig = start(transport, ProxyConfig.builder());
    UdpServer echo = rig.keep(UdpServer.echo());
    rig.apply(Protocol.UDP, options(ServiceOptions.ProxyHeader.V2), echo.address());
    try (DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(10_000);
      client.connect(rig.place.toSocketAddress());
      HostPort own = HostPort.of((InetSocketAddress) client.getLocalSocketAddress());
      byte[] first = ask(client, "one");
      Read read = read(first);
      assertThat(read.header().addresses()).contains(new Addresses(true, own, rig.vip));
      assertThat(behind(first, read)).isEqualTo("one".getBytes(UTF_8));
      assertThat(ask(client, "two")).isEqualTo("two".getBytes(UTF_8));
    }
    rig.apply(Protocol.UDP, options(ServiceOptions.ProxyHeader.V1), echo.address());
    try (DatagramSocket client = new DatagramSocket()) { // version 1 has no datagrams
      client.setSoTimeout(10_000);
      client.connect(rig.place.toSocketAddress());
      assertThat(ask(client, "one")).isEqualTo("one".getBytes(UTF_8));
    }
  }

  // helpers

  private static ServiceOptions options(ServiceOptions.ProxyHeader version) {
    return new ServiceOptions(
        Policy.ROUND_ROBIN,
        Duration.ZERO,
        Locality.NONE,
        version,
        ServiceOptions.UNLIMITED,
        ServiceOptions.UNLIMITED);
  }

  /** A back end that keeps what it gets. */
  private HostPort sink(PathRig rig) throws IOException {
    return rig.keep(keeping()).address();
  }

  private BackendServer keeping() throws IOException {
    return new BackendServer(socket -> received.add(socket.getInputStream().readAllBytes()));
  }

  private byte[] next() throws InterruptedException {
    return requireNonNull(received.poll(10, TimeUnit.SECONDS), "nothing came");
  }

  private byte[] nextAfterEnd(Socket socket, String last) throws Exception {
    socket.getOutputStream().write(last.getBytes(UTF_8));
    socket.shutdownOutput();
    assertThat(socket.getInputStream().read()).isEqualTo(-1);
    return next();
  }

  private static Read read(byte[] all) {
    return requireNonNull(ProxyHeaderReader.read(all, 0, all.length), "no header");
  }

  private static byte[] behind(byte[] all, Read read) {
    return Arrays.copyOfRange(all, read.octets(), all.length);
  }

  private static void send(OutputStream out, byte[] header, byte[] data, boolean inPieces)
      throws IOException {
    if (!inPieces) {
      byte[] both = Arrays.copyOf(header, header.length + data.length);
      System.arraycopy(data, 0, both, header.length, data.length);
      out.write(both);
      return;
    }
    for (byte octet : header) {
      out.write(octet);
      out.flush();
    }
    out.write(data);
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static void assertRefused(PathRig rig, String reason, int times) {
    assertThat(rig.metrics.count("dcosnet.lb.proxy.headers.refused", "reason", reason))
        .isEqualTo(times);
  }

  private static byte[] ask(DatagramSocket client, String question) throws IOException {
    byte[] data = question.getBytes(UTF_8);
    client.send(new DatagramPacket(data, data.length));
    DatagramPacket answer = new DatagramPacket(new byte[1000], 1000);
    client.receive(answer);
    return Arrays.copyOf(answer.getData(), answer.getLength());
  }

  private static byte[] pattern(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + (i >>> 8));
    }
    return bytes;
  }
}

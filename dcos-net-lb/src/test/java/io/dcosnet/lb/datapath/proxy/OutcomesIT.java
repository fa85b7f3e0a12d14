// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What those who judge back ends are told of how connections turned out. */
@Timeout(60)
class OutcomesIT {

  private static final byte[] HELLO = "hello".getBytes(UTF_8);
  private static final InetAddress LOOPBACK = IpAddress.LOOPBACK_IPV4.toInetAddress();

  private final List<String> told = new CopyOnWriteArrayList<>();

  private final TrafficObserver observer =
      new TrafficObserver() {
        @Override
        public void connected(Frontend frontend, HostPort backend, long nanos) {
          told.add("connected");
        }

        @Override
        public void served(Frontend frontend, HostPort backend) {
          told.add("served");
        }

        @Override
        public void failed(Frontend frontend, HostPort backend, Failure failure) {
          told.add("failed " + failure);
        }
      };

  @ParameterizedTest
  @EnumSource(Transport.class)
  void oneThatIsAnsweredTurnedOutWellOnce(Transport transport) throws Exception {
    try (ProxyRig rig = rig(transport);
        BackendServer echo = BackendServer.echo();
        Socket client = ProxyRig.connect(rig.serve(service(echo)))) {
      for (int i = 0; i < 3; i++) {
        client.getOutputStream().write(HELLO);
        assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
      }
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(told).containsExactly("connected", "served");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void oneThatEndsInGoodOrderWithoutAWordDidToo(Transport transport) throws Exception {
    try (ProxyRig rig = rig(transport);
        BackendServer sink = new BackendServer(socket -> socket.getInputStream().readAllBytes());
        Socket client = ProxyRig.connect(rig.serve(service(sink)))) {
      client.getOutputStream().write(HELLO);
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      await().until(() -> told.size() == 2);
    }
    assertThat(told).containsExactly("connected", "served");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aResetInsteadOfAnAnswerIsAFailure(Transport transport) throws Exception {
    BackendServer.Serves resetsWhenAsked =
        socket -> {
          var unused = socket.getInputStream().readNBytes(HELLO.length);
          socket.setSoLinger(true, 0);
        };
    try (ProxyRig rig = rig(transport);
        BackendServer bad = new BackendServer(resetsWhenAsked);
        Socket client = ProxyRig.connect(rig.serve(service(bad)))) {
      client.getOutputStream().write(HELLO);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
      assertThat(bad.accepted).as("bytes went there, so it is not tried again").hasValue(1);
    }
    assertThat(told).containsExactly("connected", "failed RESET");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aResetBehindAnAnswerIsNone(Transport transport) throws Exception {
    BackendServer.Serves answersAndResets =
        socket -> {
          socket.getOutputStream().write(HELLO);
          var unused = socket.getInputStream().readNBytes(HELLO.length);
          socket.setSoLinger(true, 0);
        };
    try (ProxyRig rig = rig(transport);
        BackendServer rude = new BackendServer(answersAndResets);
        Socket client = ProxyRig.connect(rig.serve(service(rude)))) {
      assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
      client.getOutputStream().write(HELLO);
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }
    assertThat(told).containsExactly("connected", "served");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aClientThatAbortsSaysNothingOfTheBackEnd(Transport transport) throws Exception {
    try (ProxyRig rig = rig(transport);
        BackendServer sink = new BackendServer(socket -> socket.getInputStream().readAllBytes())) {
      try (Socket client = ProxyRig.connect(rig.serve(service(sink)))) {
        client.getOutputStream().write(HELLO);
        await().until(() -> rig.metrics.count("dcosnet.lb.bytes", "to", "backend") > 0);
        client.setSoLinger(true, 0);
      }
      await().until(() -> rig.path.activeConnections() == 0);
    }
    assertThat(told).containsExactly("connected");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void anAnswerCountsWhoseClientHasJustGone(Transport transport) throws Exception {
    BlockingQueue<Socket> taken = new LinkedBlockingQueue<>();
    CountDownLatch over = new CountDownLatch(1);
    try (ProxyRig rig = rig(transport, 1);
        BackendServer late = new BackendServer(socket -> hold(socket, taken, over))) {
      CountDownLatch goOn;
      try (Socket client = ProxyRig.connect(rig.serve(service(late)))) {
        client.getOutputStream().write(HELLO);
        Socket atBackend = requireNonNull(taken.poll(20, TimeUnit.SECONDS));
        goOn = OneTurnIT.stopLoop(rig);
        atBackend.getOutputStream().write(HELLO);
        client.setSoLinger(true, 0);
      }
      goOn.countDown();
      await().until(() -> rig.path.activeConnections() == 0);
    } finally {
      over.countDown();
    }
    assertThat(told).containsExactly("connected", "served");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void anAnswerCountsThatComesWithAReset(Transport transport) throws Exception {
    BlockingQueue<Socket> taken = new LinkedBlockingQueue<>();
    CountDownLatch over = new CountDownLatch(1);
    try (ProxyRig rig = rig(transport, 1);
        BackendServer rude = new BackendServer(socket -> hold(socket, taken, over));
        Socket client = ProxyRig.connect(rig.serve(service(rude)))) {
      client.getOutputStream().write(HELLO);
      Socket atBackend = requireNonNull(taken.poll(20, TimeUnit.SECONDS));
      CountDownLatch goOn = OneTurnIT.stopLoop(rig);
      client.getOutputStream().write(HELLO);
      atBackend.getOutputStream().write(HELLO);
      atBackend.setSoLinger(true, 0);
      atBackend.close();
      goOn.countDown();
      assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
      await().until(() -> rig.path.activeConnections() == 0);
    } finally {
      over.countDown();
    }
    assertThat(told).containsExactly("connected", "served");
  }

  private static void hold(Socket socket, BlockingQueue<Socket> taken, CountDownLatch until)
      throws IOException {
    var unused = socket.getInputStream().readNBytes(HELLO.length);
    taken.add(socket);
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aTrialLetsOneInBesideThoseFromBefore(Transport transport) throws Exception {
    try (ProxyRig rig = rig(transport);
        BackendServer echo = BackendServer.echo()) {
      Service before = service(echo);
      HostPort place = rig.serve(before);
      try (Socket one = echoed(place);
          Socket two = echoed(place)) {
        Target known = before.targets().get(0);
        serve(rig, before, known.withWeight(0));
        serve(rig, before, known.withMaxConnections(1));
        try (Socket trial = echoed(place)) {
          assertReset(place);
          serve(rig, before, known.withMaxConnections(1));
          assertReset(place);
          assertThat(List.of(one, two, trial)).noneMatch(Socket::isClosed);
        }
        await().until(() -> rig.path.activeConnections() == 2);
        echoed(place).close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aDatagramThatIsAnsweredAndOneThatNeedsNoAnswer(Transport transport) throws Exception {
    ProxyConfig.Builder config = ProxyConfig.builder().udpIdleTimeout(Duration.ofMillis(200));
    try (ProxyRig rig = new ProxyRig(transport, config);
        DatagramSocket backend = new DatagramSocket(0, LOOPBACK);
        DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
      rig.path.observe(observer);
      HostPort place = rig.serve(udp(backend));
      client.setSoTimeout(20_000);
      backend.setSoTimeout(20_000);
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      client.send(new DatagramPacket(HELLO, HELLO.length, place.toSocketAddress()));
      backend.receive(packet);
      await().until(() -> told.equals(List.of("served"))); // idle, and nobody complained
      told.clear();
      client.send(new DatagramPacket(HELLO, HELLO.length, place.toSocketAddress()));
      backend.receive(packet);
      backend.send(packet);
      client.receive(packet);
      await()
          .until(() -> rig.metrics.count("dcosnet.lb.udp.sessions.ended", "reason", "idle") == 2);
      assertThat(told).containsExactly("connected", "served");
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void datagramsThatAreNeverAnsweredAndNeverPause(Transport transport) throws Exception {
    ProxyConfig.Builder config = ProxyConfig.builder().udpIdleTimeout(Duration.ofSeconds(1));
    try (ProxyRig rig = new ProxyRig(transport, config);
        DatagramSocket backend = new DatagramSocket(0, LOOPBACK);
        DatagramSocket client = new DatagramSocket(0, LOOPBACK)) {
      rig.path.observe(observer);
      HostPort place = rig.serve(udp(backend));
      await()
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                client.send(new DatagramPacket(HELLO, HELLO.length, place.toSocketAddress()));
                return !told.isEmpty();
              });
      assertThat(told).containsExactly("served");
      assertThat(rig.metrics.count("dcosnet.lb.udp.sessions.ended", "reason", "idle")).isZero();
      await()
          .until(() -> rig.metrics.count("dcosnet.lb.udp.sessions.ended", "reason", "idle") == 1);
    }
    assertThat(told).as("once for each").containsExactly("served");
  }

  private static Service udp(DatagramSocket backend) {
    HostPort at = new HostPort(IpAddress.of(backend.getLocalAddress()), backend.getLocalPort());
    Service tcp = ProxyRig.service(1, 9000, ServiceOptions.DEFAULTS, Target.up(at, 1));
    return new Service(
        VipKey.named(Protocol.UDP, "web.marathon", 9000),
        new Frontend(Protocol.UDP, tcp.frontend().endpoint()),
        tcp.targets());
  }

  private ProxyRig rig(Transport transport) {
    return rig(transport, 2);
  }

  private ProxyRig rig(Transport transport, int loops) {
    ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder(), loops);
    rig.path.observe(observer);
    return rig;
  }

  private static Service service(BackendServer server) {
    return ProxyRig.service(1, 80, ServiceOptions.DEFAULTS, Target.up(server.address(), 1));
  }

  private static void serve(ProxyRig rig, Service before, Target target) throws Exception {
    rig.serve(new Service(before.key(), before.frontend(), before.options(), List.of(target)));
  }

  private static Socket echoed(HostPort place) throws IOException {
    Socket socket = ProxyRig.connect(place);
    socket.getOutputStream().write(HELLO);
    assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
    return socket;
  }

  private static void assertReset(HostPort place) {
    assertThatThrownBy(() -> echoed(place).close()).isInstanceOf(IOException.class);
  }
}

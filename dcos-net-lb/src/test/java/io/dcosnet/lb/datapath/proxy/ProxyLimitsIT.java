// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.ServiceOptions.Locality;
import io.dcosnet.lb.vip.ServiceOptions.Policy;
import io.dcosnet.lb.vip.ServiceOptions.ProxyHeader;
import io.dcosnet.lb.vip.VipTable.Origin;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ProxyLimitsIT {

  @ParameterizedTest
  @EnumSource(Transport.class)
  void resetsWhatIsTooMuchForAVip(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer echo = BackendServer.echo()) {
      HostPort vip = rig.serve(limited(2, ServiceOptions.UNLIMITED, Target.up(echo.address(), 1)));
      try (Socket first = ProxyRig.connect(vip)) {
        try (Socket second = ProxyRig.connect(vip)) {
          assertEchoes(first);
          assertEchoes(second);
          assertReset(vip);
          assertThat(rig.limited("vip")).isEqualTo(1);
          assertEchoes(first);
        }
        await().until(() -> rig.path.activeConnections() == 1);
        try (Socket third = ProxyRig.connect(vip)) {
          assertEchoes(third);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void sendsWhatIsTooMuchForABackEndToOthersAndThenNowhere(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer small = BackendServer.echo();
        BackendServer large = BackendServer.echo()) {
      Target one =
          new Target(small.address(), Backend.State.UP, 9, 9, 1, Target.NEVER, Origin.UNKNOWN);
      HostPort vip =
          rig.serve(limited(ServiceOptions.UNLIMITED, 3, one, Target.up(large.address(), 1)));
      List<Socket> open = new ArrayList<>();
      try {
        for (int i = 0; i < 4; i++) {
          Socket socket = ProxyRig.connect(vip);
          open.add(socket);
          assertEchoes(socket);
        }
        assertThat(small.openConnections()).isEqualTo(1);
        assertThat(large.openConnections()).isEqualTo(3);
        assertReset(vip);
        assertThat(rig.limited("backend")).isEqualTo(1);
      } finally {
        for (Socket socket : open) {
          socket.close();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void countsLimitsOnOverChangesOfTheTable(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder());
        BackendServer echo = BackendServer.echo()) {
      Service before = limited(ServiceOptions.UNLIMITED, 1, Target.up(echo.address(), 1));
      HostPort vip = rig.serve(before);
      try (Socket first = ProxyRig.connect(vip)) {
        assertEchoes(first);
        Service after = limited(port(before), 7, 1, Target.up(echo.address(), 5));
        assertThat(rig.serve(after)).isEqualTo(vip);
        assertReset(vip);
        assertEchoes(first);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void resetsWhenTooManyWaitForABackEnd(Transport transport) throws Exception {
    ProxyConfig.Builder config =
        ProxyConfig.builder()
            .maxPendingConnects(1)
            .connectTimeout(Duration.ofSeconds(20))
            .connectBudget(Duration.ofSeconds(20));
    try (ProxyRig rig = new ProxyRig(transport, config);
        FullBacklog silent = new FullBacklog()) {
      HostPort vip = rig.serve(unlimited(Target.up(silent.address(), 1)));
      try (Socket waiting = ProxyRig.connect(vip)) {
        await().until(() -> rig.path.activeConnections() == 1);
        assertReset(vip);
        assertThat(rig.limited("connects")).isEqualTo(1);
        assertThat(waiting.isConnected()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void triesAnotherBackEndWhenOneDoesNotAnswerInTime(Transport transport) throws Exception {
    ProxyConfig.Builder config = ProxyConfig.builder().connectTimeout(Duration.ofMillis(200));
    try (ProxyRig rig = new ProxyRig(transport, config);
        FullBacklog silent = new FullBacklog();
        BackendServer echo = BackendServer.echo()) {
      HostPort vip =
          rig.serve(unlimited(Target.up(silent.address(), 1), Target.up(echo.address(), 1)));
      // The turns begin anywhere, so the silent one is the first choice of the first or the second.
      for (int i = 0; i < 2 && timeouts(rig) == 0; i++) {
        try (Socket socket = ProxyRig.connect(vip)) {
          assertEchoes(socket);
        }
      }
      assertThat(timeouts(rig)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void givesUpWhenTheBudgetOfAConnectionIsSpent(Transport transport) throws Exception {
    ProxyConfig.Builder config =
        ProxyConfig.builder()
            .connectTimeout(Duration.ofMillis(300))
            .connectBudget(Duration.ofMillis(500));
    try (ProxyRig rig = new ProxyRig(transport, config);
        FullBacklog first = new FullBacklog();
        FullBacklog second = new FullBacklog();
        FullBacklog third = new FullBacklog()) {
      HostPort vip =
          rig.serve(
              unlimited(
                  Target.up(first.address(), 1),
                  Target.up(second.address(), 1),
                  Target.up(third.address(), 1)));
      assertReset(vip);
      assertThat(timeouts(rig)).isEqualTo(2);
      assertThat(rig.metrics.count("dcosnet.lb.no.backend")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void retriesNoMoreThanTheBudgetOfAVipAllows(Transport transport) throws Exception {
    ProxyConfig.Builder config =
        ProxyConfig.builder()
            .connectRetries(1)
            .retryBudgetPercent(0)
            .connectTimeout(Duration.ofSeconds(20))
            .connectBudget(Duration.ofSeconds(20));
    int most = ProxyConfig.RETRIES_IN_ANY_CASE;
    try (ProxyRig rig = new ProxyRig(transport, config, 1);
        FullBacklog silent = new FullBacklog()) {
      HostPort dead = new HostPort(IpAddress.LOOPBACK_IPV4, ProxyRig.freePort());
      HostPort vip = rig.serve(unlimited(Target.up(dead, 1000), Target.up(silent.address(), 1)));
      List<Socket> open = new ArrayList<>();
      try {
        // Each is refused by the one that is dead and waits at the one that is silent.
        while (rig.limited("retries") == 0 && open.size() < 2 * most) {
          int before = open.size();
          try {
            open.add(ProxyRig.connect(vip));
          } catch (SocketException e) {
            break; // reset for want of a retry before it was told that it is connected
          }
          await()
              .until(
                  () ->
                      rig.metrics.count("dcosnet.lb.connect.retries") + rig.limited("retries")
                              > before
                          || rig.path.activeConnections() > before);
        }
        await().until(() -> rig.limited("retries") > 0);
        assertThat(rig.metrics.count("dcosnet.lb.connect.retries")).isEqualTo(most);
      } finally {
        for (Socket socket : open) {
          socket.close();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void refusesWithinTenMillisecondsWhereNobodyIsUp(Transport transport) throws Exception {
    try (ProxyRig rig = new ProxyRig(transport, ProxyConfig.builder())) {
      HostPort dead = new HostPort(IpAddress.LOOPBACK_IPV4, ProxyRig.freePort());
      HostPort vip = rig.serve(unlimited(Target.up(dead, 0)));
      long best = Long.MAX_VALUE; // others may keep the processors busy for most of the tries
      for (int i = 0; i < 50; i++) {
        long begun = System.nanoTime();
        assertReset(vip);
        best = Math.min(best, System.nanoTime() - begun);
      }
      assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(10));
    }
  }

  private static Service limited(int perVip, int perBackend, Target... targets) throws IOException {
    return limited(ProxyRig.freePort(), perVip, perBackend, targets);
  }

  private static Service limited(int port, int perVip, int perBackend, Target... targets) {
    ServiceOptions options =
        new ServiceOptions(
            Policy.ROUND_ROBIN, Duration.ZERO, Locality.NONE, ProxyHeader.NONE, perVip, perBackend);
    return ProxyRig.service(1, port, options, targets);
  }

  private static Service unlimited(Target... targets) throws IOException {
    return limited(ServiceOptions.UNLIMITED, ServiceOptions.UNLIMITED, targets);
  }

  private static int port(Service service) {
    return service.frontend().endpoint().port();
  }

  private static void assertEchoes(Socket socket) throws IOException {
    socket.getOutputStream().write("ping".getBytes(UTF_8));
    assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("ping");
  }

  /** The reset may overtake the end of the connect. */
  private static void assertReset(HostPort vip) {
    assertThatThrownBy(
            () -> {
              try (Socket socket = ProxyRig.connect(vip)) {
                socket.getInputStream().read();
              }
            })
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  /** Answers no SYN, as its queue is full and nobody accepts. */
  private static final class FullBacklog implements AutoCloseable {
    private final ServerSocket server = new ServerSocket();
    private final List<Socket> queued = new ArrayList<>();

    FullBacklog() throws IOException {
      server.bind(new InetSocketAddress(IpAddress.LOOPBACK_IPV4.toInetAddress(), 0), 1);
      try {
        for (int i = 0; i < 16; i++) {
          Socket socket = new Socket();
          queued.add(socket);
          socket.connect(server.getLocalSocketAddress(), 50);
        }
      } catch (SocketTimeoutException e) {
        // full
      }
    }

    HostPort address() {
      return new HostPort(IpAddress.LOOPBACK_IPV4, server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : queued) {
        socket.close();
      }
      server.close();
    }
  }

  private static long timeouts(ProxyRig rig) {
    return rig.metrics.count("dcosnet.lb.connect.failures", "kind", "timeout");
  }
}

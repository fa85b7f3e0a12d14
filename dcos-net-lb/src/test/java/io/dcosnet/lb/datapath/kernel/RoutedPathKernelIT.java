// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.kernel;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.TcpPathContract;
import io.dcosnet.lb.datapath.contract.UdpPathContract;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.datapath.proxy.ProxyDataPath;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** User space on the virtual addresses themselves, which routes bring to this node. */
@Tag("kernel")
class RoutedPathKernelIT {

  private static final IpAddress FIRST_VIP = IpAddress.parse("11.9.0.0");
  private static final int PORT = 80; // nobody else is in that network

  @BeforeAll
  static void require() {
    VipRoutesKernelIT.require();
  }

  private static final class Routed implements PathSubject {

    final RecordingMetrics metrics = new RecordingMetrics();
    private final NetRuntime net = NetRuntime.builder().ioThreads(2).metrics(metrics).build();
    private final DataPath path;

    Routed() {
      ProxyConfig config = ProxyConfig.builder().listensOnRoutes(true).build();
      path = new RoutedDataPath(new ProxyDataPath(net, config), net);
    }

    @Override
    public DataPath path() {
      return path;
    }

    @Override
    public Frontend frontend(Protocol protocol, int number) {
      return new Frontend(protocol, new HostPort(FIRST_VIP.plus(number), PORT));
    }

    /** Somebody else has the address, and the port already. */
    @Override
    public AutoCloseable obstruct(Frontend frontend) throws IOException {
      IpAddress vip = frontend.endpoint().address();
      String[] route = {"local", vip.toString(), "dev", "lo", "table", "local", "proto", "77"};
      ip("add", route);
      ServerSocket other = new ServerSocket(PORT, 1, vip.toInetAddress());
      return () -> {
        other.close();
        ip("del", route);
      };
    }

    private static void ip(String verb, String... route) {
      List<String> command = new ArrayList<>(List.of("ip", "route", verb));
      command.addAll(List.of(route));
      String unused = VipRoutesKernelIT.run(command.toArray(String[]::new));
    }

    /** Brings clients here even where we do not, so that somebody says that nobody is there. */
    Routed amidOtherRoutes() {
      ip("replace", "local", "11.9.0.0/16", "dev", "lo", "table", "local");
      return this;
    }

    @Override
    public void close() {
      path.stop(false, Duration.ZERO).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
      net.close();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class AsAnyPath extends DataPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Routed();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Tcp extends TcpPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Routed();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Udp extends UdpPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Routed().amidOtherRoutes();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class OnThisNode {

    private Routed subject;
    private ServerSocket backend;

    @BeforeEach
    void begin() throws IOException {
      subject = new Routed();
      backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void end() throws IOException {
      subject.close();
      backend.close();
      try (VipRoutes rest = VipRoutes.open(VipRoutes.LOOPBACK)) {
        List<String> unused = rest.removeAll();
      }
    }

    @Test
    void servesBothFamiliesAtTheirOwnAddresses() throws Exception {
      IpAddress ipv6 = IpAddress.parse("fd01:c::1");

      ApplyReport report = apply(FIRST_VIP, ipv6);

      assertThat(report.services().values()).extracting(Outcome::state).containsOnly(State.SERVING);
      assertThat(connects(FIRST_VIP)).isTrue();
      assertThat(connects(ipv6)).isTrue();
      assertThat(routes()).hasSize(2);
    }

    @Test
    void takesRoutesAwayWithTheirVipsAndAtTheEnd() throws Exception {
      apply(FIRST_VIP, FIRST_VIP.plus(1));
      apply(FIRST_VIP);
      assertThat(routes())
          .containsExactly("ip route local 11.9.0.0/32 dev lo table local proto 202");

      stop(false);

      assertThat(routes()).isEmpty();
    }

    @Test
    void leavesThemWhenItIsToComeBackAndTakesThemOver() throws Exception {
      apply(FIRST_VIP, FIRST_VIP.plus(1));
      stop(true);
      assertThat(routes()).hasSize(2);

      subject = new Routed();
      assertThat(subject.path().plan(table(FIRST_VIP)))
          .contains("ip route del local 11.9.0.1/32 dev lo table local proto 202");
      apply(FIRST_VIP);

      assertThat(routes()).hasSize(1);
      stop(true);
      assertThat(subject.path().cleanup()).hasSize(1);
      assertThat(routes()).isEmpty();
    }

    @Test
    void hasRoutesBackWithinASecondThatSomebodyTook() throws Exception {
      apply(FIRST_VIP);
      VipRoutesKernelIT.run("ip", "route", "del", "local", "11.9.0.0", "table", "local");

      await().atMost(Duration.ofSeconds(1)).until(() -> routes().size() == 1);

      await()
          .untilAsserted(
              () -> assertThat(subject.metrics.count("dcosnet.lb.route.repairs")).isEqualTo(1));
      assertThat(connects(FIRST_VIP)).isTrue();
    }

    @Test
    void tellsWhichVipsTheKernelGivesNoRouteAndServesTheOthers() throws Exception {
      IpAddress ipv6 = IpAddress.parse("fd01:c::1");
      Path off = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");
      Files.writeString(off, "1");
      try {
        ApplyReport report = apply(FIRST_VIP, ipv6);

        assertThat(outcome(report, FIRST_VIP).state()).isEqualTo(State.SERVING);
        assertThat(outcome(report, ipv6).state()).isEqualTo(State.FAILED);
        assertThat(outcome(report, ipv6).reason()).contains("add route fd01:c::1/128");
        assertThat(connects(FIRST_VIP)).isTrue();
      } finally {
        Files.writeString(off, "0");
      }
    }

    private ApplyReport apply(IpAddress... vips) throws Exception {
      return subject.path().apply(table(vips)).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private VipTable table(IpAddress... vips) {
      return VipTable.of(List.of(vips).stream().map(this::service).toList());
    }

    private Service service(IpAddress vip) {
      Target target = Target.up(new HostPort(IpAddress.LOOPBACK_IPV4, backend.getLocalPort()), 1);
      HostPort place = new HostPort(vip, PORT);
      return new Service(
          VipKey.addressed(Protocol.TCP, vip, PORT),
          new Frontend(Protocol.TCP, place),
          ServiceOptions.DEFAULTS,
          List.of(target));
    }

    private void stop(boolean leaveInPlace) throws Exception {
      subject
          .path()
          .stop(leaveInPlace, Duration.ZERO)
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    }

    private boolean connects(IpAddress vip) throws IOException {
      try (Socket client = new Socket(vip.toInetAddress(), PORT);
          Socket served = backend.accept()) {
        served.getOutputStream().write(7);
        return client.getInputStream().read() == 7;
      }
    }
  }

  private static Outcome outcome(ApplyReport report, IpAddress vip) {
    return requireNonNull(
        report.services().get(new Frontend(Protocol.TCP, new HostPort(vip, PORT))));
  }

  private static List<String> routes() {
    try (VipRoutes there = VipRoutes.open(VipRoutes.LOOPBACK)) {
      return there.list();
    }
  }
}

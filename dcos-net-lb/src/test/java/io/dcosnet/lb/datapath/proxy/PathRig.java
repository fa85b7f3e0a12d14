// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A data path on loopback with one VIP, {@code web.marathon}. */
final class PathRig implements AutoCloseable {

  private static final IpAddress VIP = IpAddress.parse("11.7.7.11");
  private static final IpAddress PLACE = IpAddress.parse("127.71.7.11");

  final RecordingMetrics metrics = new RecordingMetrics();

  /** What clients connect to. */
  final HostPort place;

  /** What back ends are told that clients connected to. */
  final HostPort vip;

  private final NetRuntime net;
  private final ProxyDataPath path;
  private final List<AutoCloseable> kept = new ArrayList<>();

  PathRig(Transport transport, ProxyConfig.Builder config) throws IOException {
    net = NetRuntime.builder().transport(transport).metrics(metrics).build();
    path = new ProxyDataPath(net, config.listenRange(Cidr.parse("127.64.0.0/10")).build());
    place = freePlace(PLACE);
    vip = new HostPort(VIP, place.port());
  }

  void apply(Protocol protocol, ServiceOptions options, HostPort... backends) throws Exception {
    VipKey key = VipKey.named(protocol, "web.marathon", vip.port());
    List<Target> targets =
        Stream.of(backends)
            .map(backend -> Target.up(backend, 1))
            .sorted(Comparator.comparing(Target::endpoint))
            .toList();
    Service service = new Service(key, new Frontend(protocol, vip), options, targets);
    ApplyReport report =
        path.apply(VipTable.of(List.of(service))).toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(report.services().values()).containsExactly(Outcome.serving(place));
  }

  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    socket.connect(place.toSocketAddress(), 5_000);
    return socket;
  }

  long activeConnections() {
    return path.activeConnections();
  }

  <T extends AutoCloseable> T keep(T closeable) {
    kept.add(closeable);
    return closeable;
  }

  static HostPort freePlace(IpAddress address) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address.toInetAddress(), 0));
      return new HostPort(address, socket.getLocalPort());
    }
  }

  @Override
  public void close() throws Exception {
    path.stop(false, Duration.ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
    for (AutoCloseable closeable : kept) {
      closeable.close();
    }
    net.close();
  }
}

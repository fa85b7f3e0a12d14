// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A data path in user space whose VIPs stand on loopback addresses. */
final class ProxyRig implements AutoCloseable {

  final RecordingMetrics metrics = new RecordingMetrics();
  final NetRuntime net;
  final ProxyDataPath path;

  ProxyRig(Transport transport, ProxyConfig.Builder config) {
    this(transport, config, 2);
  }

  ProxyRig(Transport transport, ProxyConfig.Builder config, int loops) {
    assumeThat(transport.unavailableBecause()).isEmpty();
    net = NetRuntime.builder().transport(transport).metrics(metrics).ioThreads(loops).build();
    path = new ProxyDataPath(net, config.listenRange(Cidr.parse("127.64.0.0/10")).build());
  }

  /** A service that takes turns; its VIP is 11.7.x.y. */
  static Service service(int number, int port, ServiceOptions options, Target... targets) {
    IpAddress vip = IpAddress.parse("11.7.0.0").plus(number);
    return new Service(
        VipKey.named(Protocol.TCP, "web" + number + ".marathon", port),
        new Frontend(Protocol.TCP, new HostPort(vip, port)),
        options.with(ServiceOptions.Policy.ROUND_ROBIN),
        Stream.of(targets).sorted(Comparator.comparing(Target::endpoint)).toList());
  }

  ApplyReport apply(List<Service> services) throws Exception {
    return path.apply(VipTable.of(services)).toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Applies one service and tells where clients connect to. */
  HostPort serve(Service service) throws Exception {
    return place(apply(List.of(service)), service);
  }

  static HostPort place(ApplyReport report, Service service) {
    return requireNonNull(requireNonNull(report.services().get(service.frontend())).client());
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(IpAddress.LOOPBACK_IPV4.toInetAddress(), 0));
      return socket.getLocalPort();
    }
  }

  static Socket connect(HostPort to) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(30_000);
    socket.connect(to.toSocketAddress(), 5_000);
    return socket;
  }

  long limited(String by) {
    return metrics.count("dcosnet.lb.limited", "by", by);
  }

  @Override
  public void close() {
    path.stop(false, Duration.ZERO).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    net.close();
  }
}

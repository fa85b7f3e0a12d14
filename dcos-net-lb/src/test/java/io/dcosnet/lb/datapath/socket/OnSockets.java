// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.datapath.contract.OwnGroup;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.ControlGroup;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A path of sockets at a control group and in a network of its own, and clients of its VIPs. */
@Tag("kernel")
@Timeout(120)
@ExtendWith(InOwnNetwork.class)
abstract class OnSockets {

  static final HostPort VIP = HostPort.parse("11.9.0.1:80");
  static final HostPort VIP6 = HostPort.parse("[fd01:c::1]:80");

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  OwnGroup group;
  DataPath path;

  @BeforeEach
  final void open() throws IOException {
    group = keep(OwnGroup.enter());
    path = newPath();
  }

  @AfterEach
  final void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  final <T extends AutoCloseable> T keep(T closeable) {
    opened.push(closeable);
    return closeable;
  }

  final DataPath newPath() {
    return newPath(SocketConfig.builder().controlGroup(group.directory()).build());
  }

  final DataPath newPath(SocketConfig config) {
    NetRuntime net = keep(NetRuntime.create());
    DataPath made = new SocketDataPath(net.time(), net.metrics(), config);
    keep((AutoCloseable) () -> stop(made, false));
    return made;
  }

  static void stop(DataPath path, boolean leaveInPlace) {
    path.stop(leaveInPlace, Duration.ZERO)
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  static void apply(DataPath to, Service... services) throws Exception {
    var report =
        to.apply(VipTable.of(List.of(services))).toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(report.services().values()).allMatch(outcome -> outcome.client() != null);
  }

  static Service service(Protocol protocol, HostPort vip, HostPort... backends) {
    List<Target> targets = new ArrayList<>();
    for (HostPort backend : backends) {
      targets.add(Target.up(backend, 1));
    }
    return new Service(
        VipKey.named(protocol, "web.marathon", vip.port()), new Frontend(protocol, vip), targets);
  }

  final NamedServer server(String name, HostPort at) throws IOException {
    return keep(new NamedServer(name, local(at)));
  }

  static IpAddress local(HostPort vip) {
    return vip.address().isIpv4() ? IpAddress.LOOPBACK_IPV4 : IpAddress.parse("::1");
  }

  static String ask(HostPort vip) throws IOException {
    Caller caller = new Caller(new Socket(), vip, Duration.ofSeconds(5));
    try {
      return caller.ask();
    } finally {
      caller.drop();
    }
  }

  /** One datagram there and one back, which must come from where the first one was sent to. */
  static String exchange(DatagramSocket socket, HostPort vip) throws IOException {
    socket.setSoTimeout(5000);
    socket.send(new DatagramPacket(new byte[] {'?'}, 1, vip.toSocketAddress()));
    DatagramPacket answer = new DatagramPacket(new byte[16], 16);
    socket.receive(answer);
    assertThat(HostPort.of((InetSocketAddress) answer.getSocketAddress())).isEqualTo(vip);
    return new String(answer.getData(), 0, answer.getLength(), UTF_8);
  }

  final List<Integer> attached() {
    try (ControlGroup there = ControlGroup.open(group.directory())) {
      List<Integer> all = new ArrayList<>();
      for (AttachPoint point : AttachPoint.values()) {
        all.addAll(there.attached(point));
      }
      return all;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.datapath.contract.NamedUdpServer;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Which connections end with their back end, and which do not. */
class SocketCutsIT extends OnSockets {

  /** As a kernel that does not cut the sockets of some back ends. */
  private static final class Reluctant implements Cutter {
    private final Set<HostPort> kept = ConcurrentHashMap.newKeySet();

    @Override
    public Result cut(Collection<Carried> sockets) {
      Map<Carried, String> refused = new HashMap<>();
      List<Carried> others = new ArrayList<>();
      for (Carried each : sockets) {
        if (kept.contains(each.backend())) {
          refused.put(each, "not now");
        } else {
          others.add(each);
        }
      }
      return new Result(OpenSockets.cut(others).done(), refused);
    }
  }

  @Test
  void aCutThatTheKernelRefusesDisturbsNoOtherAndIsTriedAgain() throws Exception {
    Reluctant cutter = new Reluctant();
    NetRuntime net = keep(NetRuntime.create());
    RecordingMetrics metrics = new RecordingMetrics();
    DataPath trying =
        new SocketDataPath(
            net.time(),
            metrics,
            SocketConfig.builder().controlGroup(group.directory()).build(),
            vips -> vips,
            cutter);
    keep((AutoCloseable) () -> stop(trying, false));
    NamedServer a = server("a", VIP);
    NamedServer b = server("b", VIP);
    NamedServer c = server("c", VIP);
    HostPort second = new HostPort(VIP.address(), 81);
    apply(
        trying,
        service(Protocol.TCP, VIP, a.address()),
        service(Protocol.TCP, second, b.address()));
    Caller stubborn = keep(new Caller(new Socket(), VIP, Duration.ofSeconds(5)));
    Caller other = keep(new Caller(new Socket(), second, Duration.ofSeconds(5)));
    assertThat(stubborn.ask()).isEqualTo("a");
    assertThat(other.ask()).isEqualTo("b");

    cutter.kept.add(a.address());
    apply(
        trying,
        service(Protocol.TCP, VIP, c.address()),
        service(Protocol.TCP, second, c.address()));
    assertThatThrownBy(other::ask).isInstanceOf(IOException.class);
    assertThat(stubborn.ask()).isEqualTo("a");
    assertThat(ask(VIP)).isEqualTo("c");
    assertThat(metrics.count("dcosnet.lb.kernel.refused", "path", "socket")).isEqualTo(1);

    cutter.kept.clear();
    await()
        .untilAsserted(
            () ->
                assertThat(metrics.count("dcosnet.lb.kernel.cuts", "path", "socket")).isEqualTo(2));
    assertThatThrownBy(stubborn::ask).isInstanceOf(IOException.class);
    assertThat(metrics.count("dcosnet.lb.kernel.refused", "path", "socket"))
        .as("told once")
        .isEqualTo(1);
  }

  @Test
  void aConnectedUdpSocketIsCutHoweverManyOthersCameAfterIt() throws Exception {
    DataPath small =
        newPath(
            SocketConfig.builder()
                .controlGroup(group.directory())
                .maxUdpFlows(64)
                .repairInterval(Duration.ofMillis(100))
                .build());
    for (HostPort vip : List.of(VIP, VIP6)) {
      NamedUdpServer a = keep(new NamedUdpServer("a", local(vip)));
      NamedUdpServer b = keep(new NamedUdpServer("b", local(vip)));
      Service before = service(Protocol.UDP, vip, a.address());
      apply(small, before);
      try (DatagramSocket connected = new DatagramSocket(null)) {
        connected.connect(vip.toSocketAddress());
        assertThat(exchange(connected, vip)).isEqualTo("a");
        await()
            .untilAsserted(
                () ->
                    assertThat(small.traffic(before.frontend()).orElseThrow().activeByBackend())
                        .containsEntry(a.address(), 1));
        for (int i = 0; i < 1000; i++) {
          try (DatagramSocket socket = new DatagramSocket(0, local(vip).toInetAddress())) {
            socket.send(new DatagramPacket(new byte[] {'?'}, 1, vip.toSocketAddress()));
          }
        }
        apply(small, service(Protocol.UDP, vip, b.address()));
        connected.setSoTimeout(5000);
        // What came before is read all the same.
        assertThatThrownBy(
                () -> {
                  while (true) {
                    connected.receive(new DatagramPacket(new byte[16], 16));
                  }
                })
            .isInstanceOf(IOException.class)
            .isNotInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @Test
  void connectionsOfADrainThatRunsOutEndAndNoOthers() throws Exception {
    NamedServer a = server("a", VIP);
    NamedServer b = server("b", VIP);
    HostPort second = new HostPort(VIP.address(), 81);
    Service other = service(Protocol.TCP, second, b.address());
    Service before = service(Protocol.TCP, VIP, a.address());
    apply(path, before, other);
    Caller kept = keep(new Caller(new Socket(), second, Duration.ofSeconds(5)));
    Caller drained = keep(new Caller(new Socket(), VIP, Duration.ofSeconds(5)));
    assertThat(kept.ask()).isEqualTo("b");
    assertThat(drained.ask()).isEqualTo("a");
    Set<HostPort> ended = ConcurrentHashMap.newKeySet();
    keep(
        path.observe(
            new TrafficObserver() {
              @Override
              public void drained(Frontend frontend, HostPort backend) {
                ended.add(backend);
              }
            }));
    Target draining = new Target(a.address(), Backend.State.DRAINING, 0, Target.NEVER);
    apply(path, new Service(before.key(), before.frontend(), List.of(draining)), other);
    assertThat(drained.ask()).isEqualTo("a");
    assertThat(path.traffic(before.frontend()).orElseThrow().active()).isEqualTo(1);

    drained.close();
    await().untilAsserted(() -> assertThat(ended).containsExactly(a.address()));
    assertThat(kept.ask()).isEqualTo("b");
  }
}

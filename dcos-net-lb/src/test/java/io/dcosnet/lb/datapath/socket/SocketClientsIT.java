// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.datapath.contract.NamedUdpServer;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.BpfProgram;
import io.dcosnet.linux.bpf.ControlGroup;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What clients see that the contract does not ask, and what becomes of damage and restarts. */
class SocketClientsIT extends OnSockets {

  @Test
  void aClientSeesTheVipAtTheOtherEnd() throws Exception {
    for (HostPort vip : List.of(VIP, VIP6)) {
      apply(path, service(Protocol.TCP, vip, server("a", vip).address()));
      try (SocketChannel channel = SocketChannel.open(vip.toSocketAddress())) {
        // The JVM remembers what it asked for; the kernel is asked for its own view.
        assertThat(peers()).contains(vip.toString());
        assertThat(channel.isConnected()).isTrue();
      }
    }
  }

  /** What a process learns that asks the kernel for the other end of each socket of ours. */
  private static String peers() throws Exception {
    Required.program("python3", "python3");
    String script =
        """
        import os, socket
        pid = os.getppid()
        for fd in os.listdir('/proc/%d/fd' % pid):
          try:
            if not os.readlink('/proc/%d/fd/%s' % (pid, fd)).startswith('socket:'): continue
            own = os.pidfd_open(pid)
            import ctypes
            got = ctypes.CDLL(None).syscall(438, own, int(fd), 0)
            if got < 0: continue
            s = socket.socket(fileno=got)
            if s.family == socket.AF_INET6:
              host, port = s.getpeername()[:2]
              host = host.replace('::ffff:', '')
              print('[%s]:%d' % (host, port) if ':' in host else '%s:%d' % (host, port))
          except OSError: pass
        """;
    Process process = new ProcessBuilder("python3", "-c", script).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void programsThatSpeakIpv4OnlyAreServed() throws Exception {
    Required.program("python3", "python3");
    apply(path, service(Protocol.TCP, VIP, server("a", VIP).address()));
    String script =
        """
        import socket
        s = socket.create_connection(('11.9.0.1', 80), 5)
        s.sendall(b'?\\n')
        print(s.recv(10).decode().strip(), s.getpeername())
        try: socket.create_connection(('11.9.0.1', 81), 5)
        except OSError as e: print(e.errno)
        u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try: u.sendto(b'?', ('11.9.0.1', 80))
        except OSError as e: print(e.errno)
        """;
    Process process = new ProcessBuilder("python3", "-c", script).redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("a ('11.9.0.1', 80)\n111\n111\n");
  }

  @Test
  void portsOfAVipThatNobodyServesRefuseAtOnce() throws Exception {
    apply(path, service(Protocol.TCP, VIP, server("a", VIP).address()));
    assertThatThrownBy(() -> ask(new HostPort(VIP.address(), 81)))
        .isInstanceOf(ConnectException.class);
    apply(path);
    assertThatThrownBy(() -> ask(VIP)).isInstanceOf(IOException.class);
  }

  @Test
  void aVipForWhoseNewBackEndsThereIsNoRoomKeepsThoseThatItHad() throws Exception {
    DataPath small =
        newPath(SocketConfig.builder().controlGroup(group.directory()).maxSlots(64).build());
    apply(small, service(Protocol.TCP, VIP, server("a", VIP).address()));
    HostPort[] many = new HostPort[100];
    Arrays.setAll(many, i -> HostPort.parse("192.0.2.7:" + (31_000 + i)));
    Service grown = service(Protocol.TCP, VIP, many);
    ApplyReport report =
        small.apply(VipTable.of(List.of(grown))).toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(report.services().get(grown.frontend()))
        .matches(outcome -> outcome.state() == State.FAILED);
    for (int i = 0; i < 20; i++) {
      assertThat(ask(VIP)).isEqualTo("a");
    }
  }

  @Test
  void anAddressOfTheNodeItselfIsNoVip() throws Exception {
    Process ip = new ProcessBuilder("ip", "address", "add", "192.0.2.1/32", "dev", "lo").start();
    assertThat(ip.waitFor()).isZero();
    NamedServer own = keep(new NamedServer("own", IpAddress.parse("192.0.2.1")));
    HostPort vip = HostPort.parse("192.0.2.1:81");
    Service refused = service(Protocol.TCP, vip, server("a", VIP).address());
    ApplyReport report =
        path.apply(VipTable.of(List.of(refused))).toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(report.services().get(refused.frontend()))
        .matches(outcome -> outcome.state() == State.BIND_FAILED);
    assertThat(ask(own.address())).as("another port there").isEqualTo("own");
    assertThat(path.plan(VipTable.of(List.of(refused))))
        .as("what it did is what it plans")
        .isEmpty();
  }

  @Test
  void aUdpSocketThatIsNotConnectedKeepsItsBackEndAndThenLeavesIt() throws Exception {
    for (HostPort vip : List.of(VIP, VIP6)) {
      NamedUdpServer a = keep(new NamedUdpServer("a", local(vip)));
      NamedUdpServer b = keep(new NamedUdpServer("b", local(vip)));
      NamedUdpServer c = keep(new NamedUdpServer("c", local(vip)));
      apply(path, service(Protocol.UDP, vip, a.address(), b.address(), c.address()));
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 60; i++) {
        try (DatagramSocket socket = new DatagramSocket(0, local(vip).toInetAddress())) {
          String first = exchange(socket, vip);
          seen.add(first);
          assertThat(exchange(socket, vip)).isEqualTo(first);
          assertThat(exchange(socket, vip)).isEqualTo(first);
        }
      }
      assertThat(seen).containsExactlyInAnyOrder("a", "b", "c");
      try (DatagramSocket socket = new DatagramSocket(0, local(vip).toInetAddress())) {
        String first = exchange(socket, vip);
        NamedUdpServer left = List.of(a, b, c).get("abc".indexOf(first));
        NamedUdpServer stays = first.equals("a") ? b : a;
        apply(path, service(Protocol.UDP, vip, stays.address()));
        int before = left.served();
        assertThat(exchange(socket, vip)).isEqualTo(stays == a ? "a" : "b");
        assertThat(left.served()).isEqualTo(before);
      }
    }
  }

  @Test
  void theNextProcessTakesOverWithoutAGap() throws Exception {
    NamedServer server = server("a", VIP);
    NamedServer other = server("b", VIP);
    Service unchanged = service(Protocol.TCP, VIP, server.address());
    HostPort second = new HostPort(VIP.address(), 81);
    apply(path, unchanged, service(Protocol.TCP, second, other.address()));
    List<Integer> programs = attached();
    Caller kept = keep(new Caller(new Socket(), VIP, Duration.ofSeconds(5)));
    Caller lost = keep(new Caller(new Socket(), second, Duration.ofSeconds(5)));
    assertThat(kept.ask()).isEqualTo("a");
    assertThat(lost.ask()).isEqualTo("b");
    stop(path, true);
    assertThat(ask(VIP)).as("nobody there").isEqualTo("a");

    DataPath next = newPath();
    assertThat(next.plan(VipTable.of(List.of(unchanged))))
        .isNotEmpty()
        .allMatch(line -> line.contains(" del "));
    apply(next, unchanged);
    assertThat(attached()).as("not a single program was replaced").isEqualTo(programs);
    assertThat(ask(VIP)).isEqualTo("a");
    assertThat(kept.ask()).isEqualTo("a");
    assertThatThrownBy(lost::ask).as("its back end left meanwhile").isInstanceOf(IOException.class);
    assertThat(next.plan(VipTable.of(List.of(unchanged)))).isEmpty();
  }

  @Test
  void aProcessWithRoomForMoreTakesOverWithoutAGap() throws Exception {
    Service unchanged = service(Protocol.TCP, VIP, server("a", VIP).address());
    apply(path, unchanged);
    Caller kept = keep(new Caller(new Socket(), VIP, Duration.ofSeconds(5)));
    assertThat(kept.ask()).isEqualTo("a");
    stop(path, true);

    SocketConfig.Builder builder = SocketConfig.builder().controlGroup(group.directory());
    for (SocketConfig other :
        List.of(builder.maxSlots(1000).build(), builder.maxServices(1000).build())) {
      List<String> answers = new CopyOnWriteArrayList<>();
      NetRuntime net = keep(NetRuntime.create());
      DataPath next =
          new SocketDataPath(
              net.time(),
              net.metrics(),
              other,
              vips -> new AskingWhileTurning(vips, answers),
              OpenSockets::cut);
      keep((AutoCloseable) () -> stop(next, false));
      apply(next, unchanged);
      assertThat(answers).isNotEmpty().containsOnly("a");
      assertThat(kept.ask()).isEqualTo("a");
      assertThat(attached()).hasSize(8);
      stop(next, true);
    }
  }

  @Test
  void aProgramThatSomebodyTakesAwayIsBackWithinASecond() throws Exception {
    apply(path, service(Protocol.TCP, VIP, server("a", VIP).address()));
    assertThat(ask(VIP)).isEqualTo("a");
    try (ControlGroup there = ControlGroup.open(group.directory())) {
      int id = there.attached(AttachPoint.CONNECT6).get(0);
      try (BpfProgram program = BpfProgram.open(AttachPoint.CONNECT6, id).orElseThrow()) {
        assertThat(there.detach(program)).isTrue();
      }
    }
    assertThatThrownBy(() -> ask(VIP)).isInstanceOf(IOException.class);
    // A second, and what a busy machine needs.
    await().atMost(Duration.ofSeconds(5)).until(() -> attached().size() == 8);
    assertThat(ask(VIP)).isEqualTo("a");
  }

  @Test
  void cleanupLeavesNothing() throws Exception {
    apply(path, service(Protocol.TCP, VIP, server("a", VIP).address()));
    stop(path, true);
    DataPath cleaner = newPath();
    assertThat(cleaner.cleanup()).hasSize(8).allMatch(line -> line.contains("dcosnet_"));
    assertThat(cleaner.cleanup()).isEmpty();
    assertThat(attached()).isEmpty();
    assertThatThrownBy(() -> ask(VIP)).isInstanceOf(IOException.class);
  }

  @Test
  void countsWhatIsOpenByBackEnd() throws Exception {
    NamedServer a = server("a", VIP);
    NamedServer b = server("b", VIP);
    apply(path, service(Protocol.TCP, VIP, a.address(), b.address()));
    for (int i = 0; i < 10; i++) {
      assertThat(keep(new Caller(new Socket(), VIP, Duration.ofSeconds(5))).ask()).isNotEmpty();
    }
    // A back end that gets nothing new is what makes it look again.
    apply(
        path,
        new Service(
            VipKey.named(Protocol.TCP, "web.marathon", 80),
            new Frontend(Protocol.TCP, VIP),
            List.of(Target.up(a.address(), 1), Target.up(b.address(), 0))));
    var traffic = path.traffic(new Frontend(Protocol.TCP, VIP)).orElseThrow();
    assertThat(traffic.active()).isEqualTo(10);
    assertThat(traffic.activeByBackend().keySet()).isSubsetOf(a.address(), b.address());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.linux.conntrack.Conntrack.Deletion;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.testkit.Required;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Flows that {@code conntrack} made, and what it shows of them afterwards. */
@Tag("kernel")
class ConntrackKernelIT {

  private static final HostPort SERVICE = HostPort.parse("198.51.100.1:53");
  private static final HostPort FIRST = HostPort.parse("192.0.2.1:8053");
  private static final HostPort SECOND = HostPort.parse("192.0.2.2:8053");

  private OwnNetwork network;
  private Conntrack conntrack;

  @BeforeEach
  void open() {
    Required.program("conntrack", "conntrack");
    network = OwnNetwork.create();
    conntrack = network.namespace().call(Conntrack::open);
  }

  @AfterEach
  void close() {
    if (network != null) {
      conntrack.close();
      network.close();
    }
  }

  @Test
  void findsAFlowByWhatTheClientSent() {
    make("udp", 4000, SERVICE, FIRST);

    FlowDirection original = FlowDirection.of(17, client(4000), SERVICE);
    assertThat(conntrack.flow(original))
        .hasValueSatisfying(
            flow -> {
              assertThat(flow.original()).isEqualTo(original);
              assertThat(flow.reply()).isEqualTo(FlowDirection.of(17, FIRST, client(4000)));
              assertThat(flow.isRedirected()).isTrue();
              assertThat(flow.timeoutSeconds()).isBetween(1L, 100L);
            });
    assertThat(conntrack.flow(FlowDirection.of(17, client(4001), SERVICE))).isEmpty();
  }

  @Test
  void deletesOneFlowOnly() {
    make("udp", 4000, SERVICE, FIRST);
    make("udp", 4001, SERVICE, FIRST);
    Flow flow = conntrack.flow(FlowDirection.of(17, client(4000), SERVICE)).orElseThrow();

    assertThat(conntrack.delete(flow)).isTrue();
    assertThat(conntrack.delete(flow)).isFalse();

    assertThat(shown()).hasSize(1).allMatch(line -> line.contains("sport=4001"));
  }

  @Test
  void doesNotDeleteAFlowWithAnotherNumber() {
    make("udp", 4000, SERVICE, FIRST);
    Flow flow = conntrack.flow(FlowDirection.of(17, client(4000), SERVICE)).orElseThrow();
    Flow other = new Flow(flow.original(), flow.reply(), flow.id() + 1, 0, 1, 0);

    assertThat(conntrack.delete(other)).isFalse();

    assertThat(shown()).hasSize(1);
  }

  @Test
  void oneThatIsRefusedKeepsNoneOfTheOthers() {
    make("udp", 4000, SERVICE, FIRST);
    make("udp", 4001, SERVICE, FIRST);
    Flow first = conntrack.flow(FlowDirection.of(17, client(4000), SERVICE)).orElseThrow();
    Flow second = conntrack.flow(FlowDirection.of(17, client(4001), SERVICE)).orElseThrow();
    // Ports say nothing to the kernel of what ICMP is about.
    FlowDirection ping = FlowDirection.of(1, client(4000), SERVICE);
    Flow unknown = new Flow(ping, ping, 1, 0, 0, 0);

    Deletion deletion = conntrack.tryDelete(List.of(first, unknown, second));

    assertThat(deletion.deleted()).isEqualTo(2);
    assertThat(deletion.refused())
        .singleElement()
        .satisfies(
            refusal -> {
              assertThat(refusal.index()).isEqualTo(1);
              assertThat(refusal.errno()).isEqualTo(Errno.EINVAL);
            });
    assertThat(shown()).isEmpty();
    assertThat(conntrack.tryDelete(List.of(first)))
        .as("gone is not refused")
        .isEqualTo(new Deletion(0, List.of()));
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> conntrack.delete(List.of(unknown)))
        .matches(refused -> refused.errno().equals(Errno.EINVAL));
  }

  @Test
  void deletesWhatABackEndServed() {
    for (int i = 0; i < 30; i++) {
      make("udp", 4000 + i, SERVICE, i % 3 == 0 ? FIRST : SECOND);
    }
    make("udp", 5000, HostPort.parse("198.51.100.2:53"), FIRST);
    make("tcp", 4000, SERVICE, FIRST);
    make("udp", 4000, HostPort.parse("[2001:db8::1]:53"), HostPort.parse("[2001:db8::7]:53"));
    FlowFilter gone = FlowFilter.to(17, SERVICE, FIRST);

    assertThat(conntrack.flows(gone)).hasSize(10);
    assertThat(conntrack.delete(gone)).isEqualTo(10);

    assertThat(conntrack.delete(gone)).isZero();
    assertThat(conntrack.flows(true)).hasSize(22);
    assertThat(conntrack.flows(false)).hasSize(1);
    assertThat(shown()).hasSize(22);
    assertThat(conntrack.delete(FlowFilter.servedBy(17, FIRST))).isEqualTo(1);
    assertThat(conntrack.delete(FlowFilter.to(17, SERVICE))).isEqualTo(20);
    assertThat(conntrack.delete(FlowFilter.to(17, HostPort.parse("[2001:db8::1]:53"))))
        .isEqualTo(1);
    assertThat(shown()).hasSize(1).allMatch(line -> line.startsWith("tcp"));
  }

  @Test
  void hearsOfFlowsThatBeginAndEnd() {
    int[] groups = {Flows.GROUP_NEW, Flows.GROUP_DELETED};
    try (NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.NETFILTER, groups))) {
      List<String> told = new ArrayList<>();
      make("udp", 4000, SERVICE, FIRST);
      assertThat(conntrack.delete(FlowFilter.to(17, SERVICE))).isEqualTo(1);

      NetlinkMonitor.Listener listener =
          new NetlinkMonitor.Listener() {
            @Override
            public void changed(Message message) {
              told.add((message.type() == Flows.NEW ? "new " : "deleted ") + Flows.read(message));
            }

            @Override
            public void lost() {
              throw new AssertionError("lost");
            }
          };
      Awaitility.await().until(() -> monitor.await(Duration.ZERO, listener) && told.size() == 2);
      String flow = "flow udp 203.0.113.9:4000 > 198.51.100.1:53";
      assertThat(told).containsExactly("new " + flow, "deleted " + flow);
    }
  }

  private void make(String protocol, int port, HostPort service, HostPort backend) {
    HostPort from = service.address().isIpv4() ? client(port) : client6(port);
    List<String> command =
        new ArrayList<>(List.of("conntrack", "-I", "-p", protocol, "--timeout", "100", "--status"));
    command.add("SEEN_REPLY");
    if (protocol.equals("tcp")) {
      command.addAll(List.of("--state", "ESTABLISHED"));
    }
    command.addAll(
        List.of(
            "-s",
            from.address().toString(),
            "--sport",
            Integer.toString(from.port()),
            "-d",
            service.address().toString(),
            "--dport",
            Integer.toString(service.port()),
            "-r",
            backend.address().toString(),
            "--reply-port-src",
            Integer.toString(backend.port()),
            "-q",
            from.address().toString(),
            "--reply-port-dst",
            Integer.toString(from.port())));
    network.run(command, "");
  }

  private List<String> shown() {
    return network
        .run("conntrack", "-L", "-f", "ipv4")
        .lines()
        .filter(line -> line.contains("sport="))
        .toList();
  }

  private static HostPort client(int port) {
    return HostPort.parse("203.0.113.9:" + port);
  }

  private static HostPort client6(int port) {
    return HostPort.parse("[2001:db8::9]:" + port);
  }
}

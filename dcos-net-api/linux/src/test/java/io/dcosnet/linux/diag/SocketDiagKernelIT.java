// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.diag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.linux.diag.SocketDiag.Cuts;
import io.dcosnet.linux.namespace.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sockets that the JVM opened, which are of family IPv6 whatever they connect to. */
@Tag("kernel")
class SocketDiagKernelIT {

  private OwnNetwork network;
  private SocketDiag diag;

  @BeforeEach
  void open() {
    network = OwnNetwork.create();
    network.run("ip", "link", "set", "lo", "up");
    diag = network.namespace().call(SocketDiag::open);
  }

  @AfterEach
  void close() {
    if (network != null) {
      diag.close();
      network.close();
    }
  }

  private interface Trial {
    void run() throws IOException;
  }

  private void there(Trial trial) throws IOException {
    NetworkNamespace.Task<Boolean, IOException> task =
        () -> {
          trial.run();
          return true;
        };
    assertThat(network.namespace().call(task)).isTrue();
  }

  private static HostPort end(java.net.SocketAddress address) {
    return HostPort.of((InetSocketAddress) address);
  }

  private List<InetSocket> to(int protocol, HostPort remote) {
    return diag.list(SocketQuery.of(true, protocol, SocketQuery.OPEN).to(remote));
  }

  @Test
  void cutsTheConnectionThatIsMeantAndNoOther() throws Exception {
    there(
        () -> {
          try (ServerSocket server = new ServerSocket()) {
            server.bind(new HostPort(IpAddress.LOOPBACK_IPV4, 0).toSocketAddress());
            HostPort place = end(server.getLocalSocketAddress());
            try (Socket one = new Socket();
                Socket other = new Socket()) {
              one.connect(place.toSocketAddress());
              other.connect(place.toSocketAddress());
              one.setSoTimeout(5000);
              InetSocket found =
                  to(SocketQuery.TCP, place).stream()
                      .filter(each -> each.local().port() == one.getLocalPort())
                      .findFirst()
                      .orElseThrow();
              assertThat(found.remote()).isEqualTo(place);
              assertThat(found.ipv6()).isTrue();
              assertThat(found.cookie()).isNotZero();
              assertThat(diag.destroy(List.of(found))).isEqualTo(new Cuts(1, Map.of()));
              assertThat(diag.destroy(List.of(found)))
                  .as("once more")
                  .isEqualTo(new Cuts(0, Map.of()));
              assertThatThrownBy(() -> one.getInputStream().read())
                  .isInstanceOf(SocketException.class)
                  .hasMessageContaining("abort");
              assertThat(to(SocketQuery.TCP, place)).hasSize(1);
              assertThat(to(SocketQuery.TCP, new HostPort(place.address(), 1))).isEmpty();
              assertThat(to(SocketQuery.TCP, end(other.getLocalSocketAddress()))).hasSize(1);
            }
          }
        });
  }

  @Test
  void listsThoseThatAreConnectedToOneOfMany() throws Exception {
    there(
        () -> {
          List<Socket> clients = new ArrayList<>();
          try (ServerSocket ipv4 = new ServerSocket();
              ServerSocket ipv6 = new ServerSocket();
              ServerSocket other = new ServerSocket()) {
            ipv4.bind(HostPort.parse("127.0.0.1:0").toSocketAddress());
            ipv6.bind(HostPort.parse("[::1]:0").toSocketAddress());
            other.bind(HostPort.parse("127.0.0.1:0").toSocketAddress());
            for (ServerSocket each : List.of(ipv4, ipv6, other)) {
              Socket client = new Socket();
              client.connect(each.getLocalSocketAddress());
              clients.add(client);
            }
            HostPort one = end(ipv4.getLocalSocketAddress());
            HostPort two = end(ipv6.getLocalSocketAddress());
            Set<HostPort> wanted = new HashSet<>(Set.of(one, two));
            for (int i = 2; i < SocketQuery.MOST_REMOTES; i++) {
              wanted.add(HostPort.parse("192.0.2.7:" + i));
            }
            SocketQuery query = SocketQuery.of(true, SocketQuery.TCP, SocketQuery.OPEN);
            assertThat(diag.list(query.toAnyOf(wanted)))
                .extracting(InetSocket::remote)
                .containsExactlyInAnyOrder(one, two);
            assertThat(diag.list(query.toAnyOf(Set.of(two, one)))).hasSize(2);
            assertThat(diag.list(query.toAnyOf(Set.of(HostPort.parse("192.0.2.7:1"))))).isEmpty();
          } finally {
            for (Socket each : clients) {
              each.close();
            }
          }
        });
  }

  @Test
  void cutsUdpSocketsToo() throws Exception {
    there(
        () -> {
          HostPort place = HostPort.parse("[::1]:4000");
          try (DatagramSocket client = new DatagramSocket(null)) {
            client.connect(place.toSocketAddress());
            List<InetSocket> found = to(SocketQuery.UDP, place);
            assertThat(found).hasSize(1);
            assertThat(diag.destroy(found).done()).isEqualTo(1);
            assertThat(to(SocketQuery.UDP, place)).isEmpty();
          }
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.TunnelDevice;
import io.dcosnet.overlay.host.HostReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three hosts on one wire, and containers that talk to each other. */
@Tag("kernel")
class OverlayTrafficKernelIT {

  private static final int HOSTS = 3;

  private TestHost.Wire wire;
  private final List<TestHost> hosts = new ArrayList<>();

  @BeforeEach
  void open() {
    TestNetwork.needsRoot();
    wire = new TestHost.Wire();
  }

  @AfterEach
  void close() throws Exception {
    for (TestHost host : hosts) {
      host.close();
    }
    if (wire != null) {
      wire.close();
    }
  }

  private List<TestHost> hosts(NetlinkConfig config) {
    for (int number = 1; number <= HOSTS; number++) {
      hosts.add(new TestHost(number, wire, config));
    }
    return hosts;
  }

  private List<TestHost> running() throws Exception {
    for (TestHost host : hosts(NetlinkConfig.DEFAULT)) {
      HostReport report = host.apply(state(host));
      assertThat(report.faults()).isEmpty();
      assertThat(report.mtu()).hasValue(1450);
    }
    return hosts;
  }

  private DesiredState state(TestHost host) {
    return Plans.vxlan(hosts.indexOf(host) + 1, HOSTS);
  }

  @Test
  void containersReachEachOtherAcrossHosts() throws Exception {
    TestNetwork first = running().get(0).container(2);
    var unused = hosts.get(1).container(2);
    TestNetwork third = hosts.get(2).container(5);

    ping(first, Plans.container(2, 2));
    ping(first, Plans.container(3, 5));
    ping(first, Plans.container6(2, 2));
    ping(third, Plans.container6(1, 2));
    ping(third, Plans.container(1, 2));
  }

  @Test
  void packetsOfExactlyTheLengthThatFitsArrive() throws Exception {
    TestNetwork first = running().get(0).container(2);
    var unused = hosts.get(1).container(2);

    // Of 1450 octets 28 are headers of IPv4, 48 of IPv6.
    first.run("ping -c 2 -i 0.2 -W 2 -M do -s 1422 " + Plans.container(2, 2));
    first.run("ping -c 2 -i 0.2 -W 2 -M do -s 1402 " + Plans.container6(2, 2));
    assertThat(first.tries("ping -c 1 -W 1 -M do -s 1423 " + Plans.container(2, 2)).said())
        .contains("message too long");
    assertThat(first.tries("ping -c 1 -W 1 -M do -s 1403 " + Plans.container6(2, 2)).code())
        .isNotZero();
  }

  @Test
  void connectionsCarryWhatTheyAreGiven() throws Exception {
    TestNetwork first = running().get(0).container(2);
    TestNetwork second = hosts.get(1).container(2);

    for (IpAddress to : List.of(Plans.container(2, 2), Plans.container6(2, 2))) {
      assertThat(carried(first, second, to)).isEqualTo(BULK);
    }
  }

  @Test
  void aContainerReachesOtherHostsThroughTheTunnel() throws Exception {
    TestNetwork first = running().get(0).container(2);

    ping(first, Plans.ip(2));
    ping(first, Plans.vtep(3));
    // And so not by the wire, where filters might not know its address.
    String table =
        hosts.get(0).network().run("ip route get 192.0.2.2 from 198.51.100.66 iif m-dcos");
    assertThat(table).contains("dev vtep1024");
  }

  @Test
  void whatLeavesTheOverlayHasTheAddressOfTheHost() throws Exception {
    TestNetwork first = running().get(0).container(2);
    wire.address(IpAddress.parse("192.0.2.200"), 24);

    // The other end knows of no overlay, so without that no answer would come.
    ping(first, IpAddress.parse("192.0.2.200"));
  }

  @Test
  void noPacketIsLostWhileAnotherProcessTakesOver() throws Exception {
    TestNetwork first = running().get(0).container(2);
    var unused = hosts.get(1).container(2);
    CompletableFuture<String> pings =
        CompletableFuture.supplyAsync(
            () -> first.run("ping -q -c 300 -i 0.005 -W 2 " + Plans.container(2, 2)));

    do {
      for (TestHost host : hosts) {
        host.restart();
        HostReport report = host.apply(state(host));
        assertThat(report.added() + report.changed() + report.removed()).isZero();
        assertThat(report.faults()).isEmpty();
      }
    } while (!pings.isDone());

    assertThat(pings.get(30, TimeUnit.SECONDS)).contains("300 received, 0% packet loss");
  }

  @Test
  void aHostThatMovesIsReachedAtItsNewAddress() throws Exception {
    TestNetwork first = running().get(0).container(2);
    TestHost moving = hosts.get(1);
    TestNetwork second = moving.container(2);
    IpAddress now = IpAddress.parse("192.0.2.102");
    TunnelDevice before = Plans.tunnel(2);
    moving.network().run("ip address del 192.0.2.2/24 dev eth0");
    moving.network().run("ip address add 192.0.2.102/24 dev eth0");

    HostReport moved =
        moving.apply(
            Plans.withTunnel(
                state(moving),
                new TunnelDevice(
                    before.name(),
                    before.vni(),
                    before.port(),
                    before.mac(),
                    now,
                    before.addresses(),
                    before.mtu())));
    HostReport told =
        hosts
            .get(0)
            .apply(
                Plans.withPeers(
                    state(hosts.get(0)),
                    List.of(Plans.movedTo(Plans.peer(2), now), Plans.peer(3))));

    assertThat(moved.faults()).isEmpty();
    assertThat(told.faults()).isEmpty();
    // The way to its address, added and removed, and where the tunnel sends frames.
    assertThat(List.of(told.added(), told.changed(), told.removed())).containsExactly(1, 1, 1);
    ping(first, Plans.container(2, 2));
    ping(second, Plans.container(1, 2));
    ping(first, now);
  }

  @Test
  void whereAllHostsAreOnOneLinkNoTunnelIsNeeded() throws Exception {
    for (TestHost host : hosts(NetlinkConfig.DEFAULT)) {
      HostReport report = host.apply(Plans.direct(hosts.indexOf(host) + 1, HOSTS));
      // They have no IPv6 addresses to each other, which is told for each of the two others.
      assertThat(report.faults())
          .hasSize(2)
          .allMatch(fault -> fault.code().equals("FAMILY") && fault.peer().isPresent());
      assertThat(report.mtu()).isEmpty();
    }
    TestNetwork first = hosts.get(0).container(2);
    var unused = hosts.get(2).container(2);

    ping(first, Plans.container(3, 2));
    assertThat(hosts.get(0).network().run("ip route show proto 201"))
        .contains("198.51.100.128/26 nhid", "via 192.0.2.2 dev eth0");
    assertThat(hosts.get(0).network().run("ip rule show")).doesNotContain("lookup 42");
  }

  @Test
  void kernelsWithoutNextHopsHaveAGatewayInEachRoute() throws Exception {
    for (TestHost host : hosts(NetlinkConfig.DEFAULT.withoutNextHops())) {
      assertThat(host.apply(state(host)).faults()).isEmpty();
    }
    TestNetwork first = hosts.get(0).container(2);
    var unused = hosts.get(1).container(2);

    ping(first, Plans.container(2, 2));
    ping(first, Plans.container6(2, 2));
    ping(first, Plans.ip(3));
    assertThat(hosts.get(0).network().run("ip nexthop show")).isEmpty();
    assertThat(hosts.get(0).network().run("ip route show table 42"))
        .contains("192.0.2.2 via 203.0.113.2 dev vtep1024 proto 201 onlink");
    HostReport again = hosts.get(0).apply(state(hosts.get(0)));
    assertThat(again.added() + again.changed() + again.removed()).isZero();
  }

  private static final int BULK = 3_000_000;
  private static final int PORT = 7000;

  private static void ping(TestNetwork from, IpAddress to) {
    from.run("ping -c 2 -i 0.2 -W 3 " + to);
  }

  /** Octets that come through a connection when as many as {@link #BULK} are sent. */
  private static int carried(TestNetwork from, TestNetwork at, IpAddress to) throws Exception {
    try (ServerSocketChannel server =
            at.namespace()
                .call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(PORT)));
        SocketChannel client =
            from.namespace()
                .call(
                    () ->
                        SocketChannel.open(
                            new InetSocketAddress(InetAddress.getByAddress(to.toBytes()), PORT)));
        SocketChannel accepted = server.accept()) {
      CompletableFuture<Integer> read =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return accepted.socket().getInputStream().readAllBytes().length;
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      ByteBuffer all = ByteBuffer.allocate(BULK);
      while (all.hasRemaining()) {
        int unused = client.write(all);
      }
      client.shutdownOutput();
      return read.get(30, TimeUnit.SECONDS);
    }
  }
}

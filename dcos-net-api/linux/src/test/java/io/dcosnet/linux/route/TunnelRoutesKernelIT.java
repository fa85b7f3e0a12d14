// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.route.LinkKind.Bridge;
import io.dcosnet.linux.route.LinkKind.Checksums;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import io.dcosnet.testkit.Required;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a tunnel needs to reach hosts and the networks behind them, beside what programs show. */
@Tag("kernel")
class TunnelRoutesKernelIT {

  private static final int OURS = 201;
  private static final IpAddress FIRST = IpAddress.parse("198.51.100.1");
  private static final IpAddress FIRST6 = IpAddress.parse("2001:db8::1");
  private static final IpAddress LOCAL = IpAddress.parse("198.51.100.2");

  private OwnNetwork network;
  private RouteSocket routes;

  @BeforeEach
  void open() {
    Required.program("ip", "iproute2");
    network = OwnNetwork.create();
    routes = network.namespace().call(RouteSocket::open);
  }

  @AfterEach
  void close() {
    if (network != null) {
      routes.close();
      network.close();
    }
  }

  @Test
  void aTunnelSendsAsItWasTold() {
    Vxlan wanted =
        new Vxlan(
            7,
            Optional.of(LOCAL),
            64_000,
            false,
            underlay().index(),
            9,
            4,
            new Checksums(false, false, true));

    Link made = routes.add(NewLink.of("vtep7", wanted).withMtu(1400));

    assertThat(made.kind()).isEqualTo(wanted);
    assertThat(made.mtu()).isEqualTo(1400);
    assertThat(network.run("ip", "-d", "link", "show", "vtep7"))
        .contains("dev br0", "ttl 9", "tos 0x4", "noudpcsum", "udp6zerocsumtx noudp6zerocsumrx");
  }

  @Test
  void aTunnelForwardsToTheHostsThatItWasTold() {
    Link tunnel = tunnel();
    MacAddress mac = MacAddress.parse("70:b3:d5:80:00:02");
    ForwardingEntry first = ForwardingEntry.of(tunnel.index(), mac, FIRST);
    ForwardingEntry moved =
        ForwardingEntry.of(tunnel.index(), mac, IpAddress.parse("198.51.100.9"))
            .withPort(4790)
            .withNetwork(77);
    network.run("ip", "link", "add", "other", "type", "bridge"); // has entries of its own

    routes.change(ForwardingEntries.replace(first));
    assertThat(routes.forwarding(tunnel.index())).containsExactly(first);
    assertThat(network.run("bridge", "fdb", "show", "dev", "vtep1024"))
        .contains("70:b3:d5:80:00:02 dst 198.51.100.1 self permanent");
    routes.change(ForwardingEntries.replace(moved));

    assertThat(routes.forwarding(tunnel.index())).containsExactly(moved);
    assertThat(network.run("bridge", "fdb", "show", "dev", "vtep1024"))
        .contains("70:b3:d5:80:00:02 dst 198.51.100.9 port 4790 vni 77 self permanent");
    boolean unused = routes.delete(ForwardingEntries.delete(first));
    assertThat(routes.forwarding(tunnel.index())).containsExactly(moved);
    assertThat(routes.delete(ForwardingEntries.delete(moved))).isTrue();
    assertThat(routes.delete(ForwardingEntries.delete(moved))).isFalse();
    assertThat(routes.forwarding(tunnel.index())).isEmpty();
  }

  @Test
  void aTunnelOverIpv4IsNotSentToAHostOfIpv6() {
    Link tunnel = tunnel();
    ForwardingEntry impossible =
        ForwardingEntry.of(tunnel.index(), MacAddress.parse("70:b3:d5:80:00:02"), FIRST6);

    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> routes.change(ForwardingEntries.replace(impossible)))
        .withMessageContaining("EAFNOSUPPORT");
  }

  @Test
  void routesShareANextHopThatMoves() {
    Link tunnel = tunnel();
    NextHop ipv4 = NextHop.via(7, IpAddress.parse("44.128.0.2"), tunnel.index()).withProtocol(OURS);
    NextHop ipv6 =
        NextHop.via(1 << 30, IpAddress.parse("fd01:a::2"), tunnel.index()).withProtocol(OURS);
    Route subnet = Route.by(Cidr.parse("9.0.1.0/24"), 7).withProtocol(OURS);
    Route agent = Route.by(Cidr.parse("198.51.100.9/32"), 7).withTable(42).withProtocol(OURS);
    Route subnet6 = Route.by(Cidr.parse("fd01:b:0:0:1::/80"), 1 << 30).withProtocol(OURS);

    assertThat(
            routes.changeAll(
                List.of(
                    NextHops.replace(ipv4),
                    NextHops.replace(ipv6),
                    Routes.replace(subnet),
                    Routes.replace(agent),
                    Routes.replace(subnet6))))
        .isEmpty();

    assertThat(routes.nextHops()).extracting(hop -> hop.withFlags(0)).containsExactly(ipv4, ipv6);
    assertThat(network.run("ip", "nexthop", "show"))
        .contains("id 7 via 44.128.0.2 dev vtep1024 scope link proto 201")
        .contains("id 1073741824 via fd01:a::2 dev vtep1024 scope link proto 201");
    assertThat(network.run("ip", "route", "show", "table", "42"))
        .contains("198.51.100.9 nhid 7 via 44.128.0.2 dev vtep1024 proto 201");
    assertThat(ours(AddressFamily.IPV4, Route.MAIN))
        .extracting(route -> route.withNextHop(route.nextHop()))
        .containsExactly(subnet);
    assertThat(ours(AddressFamily.IPV6, Route.MAIN))
        .extracting(route -> route.withNextHop(route.nextHop()))
        .containsExactly(subnet6.withMetric(1024));

    routes.change(
        NextHops.replace(
            NextHop.via(7, IpAddress.parse("44.128.0.3"), tunnel.index()).withProtocol(OURS)));
    assertThat(network.run("ip", "route", "get", "9.0.1.7")).contains("via 44.128.0.3");
    assertThat(network.run("ip", "route", "get", "198.51.100.9", "from", "44.128.0.1"))
        .doesNotContain("44.128.0.3"); // for which a rule would be needed
    assertThat(routes.delete(Routes.delete(subnet))).isTrue();
    assertThat(routes.delete(Routes.delete(subnet))).isFalse();
    assertThat(routes.delete(Routes.delete(subnet6))).isTrue();
    assertThat(routes.delete(NextHops.delete(ipv4))).isTrue();
    assertThat(routes.delete(NextHops.delete(ipv4))).isFalse();
    assertThat(ours(AddressFamily.IPV4, 42)).isEmpty();
  }

  @Test
  void readsTheNextHopsThatOthersAdded() {
    tunnel();
    network.run("ip", "nexthop", "add", "id", "3", "via", "44.128.0.9", "dev", "vtep1024");
    network.run("ip", "nexthop", "add", "id", "4", "dev", "vtep1024");
    network.run("ip", "nexthop", "add", "id", "5", "group", "3");

    List<NextHop> read = routes.nextHops();

    assertThat(read).extracting(NextHop::id).containsExactly(3, 4, 5);
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> routes.change(NextHops.add(read.get(0))))
        .withMessageContaining("EEXIST");
    assertThat(read.get(0).gateway()).contains(IpAddress.parse("44.128.0.9"));
    assertThat(read.get(2).family()).isEmpty();
  }

  @Test
  void monitorsTellOfForwardingNextHopsAndRules() {
    Link tunnel = tunnel();
    int[] groups = {Neighbours.GROUP, NextHops.GROUP, Rules.GROUP_IPV4, Rules.GROUP_IPV6};
    try (NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.ROUTE, groups))) {
      List<Object> told = new ArrayList<>();
      MacAddress mac = MacAddress.parse("70:b3:d5:80:00:02");
      network.run(
          "bridge", "fdb", "replace", mac.toString(), "dev", "vtep1024", "dst", "198.51.100.1");
      network.run("ip", "nexthop", "add", "id", "3", "via", "44.128.0.9", "dev", "vtep1024");
      network.run("ip", "rule", "add", "from", "9.0.0.0/8", "lookup", "42", "pref", "5");
      network.run("ip", "-6", "rule", "add", "from", "fd01:b::/64", "lookup", "42", "pref", "6");

      await()
          .untilAsserted(
              () -> {
                monitor.await(Duration.ZERO, new Telling(told));
                assertThat(told)
                    .anyMatch(w -> w instanceof ForwardingEntry e && e.mac().equals(mac))
                    .anyMatch(w -> w instanceof NextHop hop && hop.link() == tunnel.index())
                    .anyMatch(w -> w instanceof Rule rule && rule.priority() == 5)
                    .anyMatch(w -> w instanceof Rule rule && rule.priority() == 6);
              });
    }
  }

  @Test
  void monitorsTellWhoseChangeItWas() {
    Link tunnel = tunnel();
    int[] groups = {Routes.GROUP_IPV4, NextHops.GROUP};
    try (NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.ROUTE, groups))) {
      List<Integer> ports = new ArrayList<>();
      IpAddress gateway = IpAddress.parse("44.128.0.2");
      routes.change(NextHops.add(NextHop.via(7, gateway, tunnel.index())));
      routes.change(Routes.add(Route.by(Cidr.parse("9.0.1.0/24"), 7)));
      network.run("ip", "route", "add", "9.0.2.0/24", "dev", "vtep1024");

      await()
          .until(
              () -> {
                monitor.await(Duration.ZERO, new Ports(ports));
                return ports.size() == 3;
              });
      assertThat(routes.port()).isNotZero();
      assertThat(ports.subList(0, 2)).containsOnly(routes.port());
      assertThat(ports.get(2)).isNotEqualTo(routes.port());
    }
  }

  private record Ports(List<Integer> ports) implements NetlinkMonitor.Listener {
    @Override
    public void changed(Message message) {
      ports.add(message.port());
    }

    @Override
    public void lost() {
      throw new AssertionError("lost");
    }
  }

  private record Telling(List<Object> told) implements NetlinkMonitor.Listener {
    @Override
    public void changed(Message message) {
      switch (message.type()) {
        case Rules.NEW -> told.add(Rules.read(message));
        case NextHops.NEW -> told.add(NextHops.read(message));
        case Neighbours.NEW -> {
          if (ForwardingEntries.isReadable(message)) {
            told.add(ForwardingEntries.read(message));
          }
        }
        default -> {}
      }
    }

    @Override
    public void lost() {
      throw new AssertionError("lost");
    }
  }

  private Link underlay() {
    Link link = routes.add(NewLink.of("br0", new Bridge()).thatIsUp());
    routes.change(Addresses.add(Address.of(link.index(), LOCAL, 24)));
    return link;
  }

  private List<Route> ours(AddressFamily family, int table) {
    return routes.routes(family, table).stream().filter(route -> route.protocol() == OURS).toList();
  }

  private Link tunnel() {
    Link unused = underlay();
    Vxlan kind = new Vxlan(1024, Optional.of(LOCAL), 64_000, false, 0);
    Link tunnel =
        routes.add(
            NewLink.of("vtep1024", kind).withMac(MacAddress.parse("70:b3:d5:80:00:01")).thatIsUp());
    routes.change(Addresses.add(Address.of(tunnel.index(), IpAddress.parse("44.128.0.1"), 20)));
    routes.change(Addresses.add(Address.of(tunnel.index(), IpAddress.parse("fd01:a::1"), 64)));
    return tunnel;
  }
}

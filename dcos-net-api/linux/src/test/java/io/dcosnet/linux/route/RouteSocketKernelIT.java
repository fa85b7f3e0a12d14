// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.netlink.Refusal;
import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.route.LinkKind.Bridge;
import io.dcosnet.linux.route.LinkKind.Other;
import io.dcosnet.linux.route.LinkKind.Veth;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import io.dcosnet.testkit.Required;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is asked is what {@code ip} shows, and what {@code ip} does is what is read. */
@Tag("kernel")
class RouteSocketKernelIT {

  private static final int OURS = 201;
  private static final IpAddress FIRST = IpAddress.parse("198.51.100.1");
  private static final IpAddress FIRST6 = IpAddress.parse("2001:db8::1");

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
  void makesALinkThatHoldsTheAddressesOfANode() {
    Link made = routes.add(NewLink.of("spartan", new Bridge()).thatIsUp());
    routes.change(Links.setAlias(made.index(), "dcos-net"));
    routes.change(Addresses.add(Address.of(made.index(), FIRST, 32).withProtocol(OURS)));
    routes.change(Addresses.add(Address.of(made.index(), FIRST6, 128).withProtocol(OURS)));

    assertThat(made.isUp()).isTrue();
    assertThat(network.run("ip", "-d", "link", "show", "spartan"))
        .contains("UP", "bridge ", "alias dcos-net");
    assertThat(network.run("ip", "-o", "addr", "show", "dev", "spartan"))
        .contains("inet 198.51.100.1/32 scope global")
        .contains("inet6 2001:db8::1/128 scope global nodad"); // and is used at once
    assertThat(routes.link("spartan"))
        .hasValueSatisfying(link -> assertThat(link.alias()).isEqualTo("dcos-net"));
    assertThat(routes.addresses())
        .filteredOn(address -> address.protocol() == OURS)
        .extracting(Address::address)
        .containsExactly(FIRST, FIRST6);

    assertThat(routes.delete(Links.delete(made.index()))).isTrue();
    assertThat(routes.delete(Links.delete(made.index()))).isFalse();
    assertThat(routes.link("spartan")).isEmpty();
    assertThat(network.run("ip", "-o", "link", "show")).doesNotContain("spartan");
  }

  @Test
  void readsTheAddressesThatOthersAdded() {
    network.run("ip", "link", "add", "br0", "up", "type", "bridge");
    network.run("ip", "addr", "add", "192.0.2.5/24", "dev", "br0");
    network.run("ip", "addr", "add", "2001:db8::5/64", "dev", "br0", "nodad");
    int link = routes.link("br0").orElseThrow().index();

    List<Address> read = routes.addresses();

    Address ipv4 = Address.of(link, IpAddress.parse("192.0.2.5"), 24);
    Address ipv6 = Address.of(link, IpAddress.parse("2001:db8::5"), 64);
    assertThat(read).anyMatch(ipv4::isSameAs).anyMatch(ipv6::isSameAs);
    assertThat(read).allMatch(address -> (address.flags() & Address.PERMANENT) != 0);
    assertThat(routes.delete(Addresses.delete(ipv4))).isTrue();
    assertThat(routes.delete(Addresses.delete(ipv4))).isFalse();
    assertThat(network.run("ip", "addr", "show", "dev", "br0")).doesNotContain("192.0.2.5");
  }

  @Test
  void makesThisHostTakeAWholeRangeAsItsOwn() {
    routes.change(Links.setUp(1, true));
    Route ipv4 = Route.local(Cidr.parse("198.51.100.0/24"), 1).withProtocol(OURS);
    Route ipv6 = Route.local(Cidr.parse("2001:db8:c::/64"), 1).withProtocol(OURS);

    routes.change(Routes.replace(ipv4));
    routes.change(Routes.replace(ipv6));
    routes.change(Routes.replace(ipv4)); // again, and nothing changes

    assertThat(network.run("ip", "route", "show", "table", "local"))
        .contains("local 198.51.100.0/24 dev lo proto 201 scope host");
    assertThat(network.run("ip", "route", "get", "198.51.100.77")).contains("local");
    assertThat(network.run("ip", "route", "get", "2001:db8:c::77")).contains("local");
    assertThat(ours(AddressFamily.IPV4, Route.LOCAL_TABLE)).containsExactly(ipv4);
    assertThat(ours(AddressFamily.IPV6, Route.LOCAL_TABLE))
        .containsExactly(ipv6.withMetric(1024)); // which the kernel takes for none
    assertThat(routes.delete(Routes.delete(ipv4))).isTrue();
    assertThat(routes.delete(Routes.delete(ipv6))).isTrue();
    assertThat(ours(AddressFamily.IPV4, Route.LOCAL_TABLE)).isEmpty();
  }

  @Test
  void addsRoutesToAnyTable() {
    Link link = bridgeWithAddress();
    Route via = Route.via(Cidr.parse("203.0.113.0/24"), FIRST, link.index()).withTable(42);
    Route through =
        Route.through(Cidr.parse("203.0.113.128/25"), link.index())
            .withTable(100_000)
            .withMetric(7)
            .withSource(IpAddress.parse("198.51.100.2"))
            .withProtocol(OURS);

    routes.change(Routes.add(via));
    routes.change(Routes.add(through));

    assertThat(network.run("ip", "route", "show", "table", "42"))
        .contains("203.0.113.0/24 via 198.51.100.1 dev br0 proto static");
    assertThat(network.run("ip", "route", "show", "table", "100000"))
        .contains("203.0.113.128/25 dev br0 proto 201 scope link src 198.51.100.2 metric 7");
    assertThat(routes.routes(AddressFamily.IPV4, 42)).containsExactly(via);
    assertThat(routes.routes(AddressFamily.IPV4, 100_000)).containsExactly(through);
    assertThat(routes.routes(AddressFamily.IPV4, 43)).isEmpty();
    assertThat(routes.routes(AddressFamily.IPV6, 43)).isEmpty();
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> routes.change(Routes.add(via)))
        .withMessageStartingWith(
            "add route 203.0.113.0/24 via 198.51.100.1 link "
                + link.index()
                + " table 42: EEXIST (exists already)");
  }

  @Test
  void readsTheRoutesThatOthersAdded() {
    Link link = bridgeWithAddress();
    network.run("ip", "route", "add", "default", "via", "198.51.100.1");
    network.run("ip", "route", "add", "blackhole", "203.0.113.0/25");

    List<Route> read = routes.routes(AddressFamily.IPV4, Route.MAIN);

    assertThat(read)
        .anySatisfy(
            route -> {
              assertThat(route.destination()).isEqualTo(Cidr.parse("0.0.0.0/0"));
              assertThat(route.gateway()).contains(FIRST);
              assertThat(route.link()).isEqualTo(link.index());
            })
        .anySatisfy(
            route -> {
              assertThat(route.destination()).isEqualTo(Cidr.parse("203.0.113.0/25"));
              assertThat(route.type()).isEqualTo(Route.BLACKHOLE);
            });
  }

  @Test
  void addsAndDeletesRules() {
    Rule from = Rule.from(Cidr.parse("192.0.2.0/24"), 42, 100).withProtocol(OURS);
    Rule marked = Rule.to(Cidr.parse("2001:db8::/32"), 100_000, 101).withMark(0x10, 0xf0);

    routes.change(Rules.add(from));
    routes.change(Rules.add(marked));

    assertThat(network.run("ip", "rule", "show"))
        .contains("100:\tfrom 192.0.2.0/24 lookup 42 proto 201");
    assertThat(network.run("ip", "-6", "rule", "show"))
        .contains("101:\tfrom all to 2001:db8::/32 fwmark 0x10/0xf0 lookup 100000");
    assertThat(routes.rules(AddressFamily.IPV4)).contains(from).hasSize(4);
    assertThat(routes.rules(AddressFamily.IPV6)).contains(marked);
    assertThat(routes.delete(Rules.delete(from))).isTrue();
    assertThat(routes.delete(Rules.delete(from))).isFalse();
    assertThat(network.run("ip", "rule", "show")).doesNotContain("192.0.2.0");
  }

  @Test
  void keepsNeighbours() {
    Link link = bridgeWithAddress();
    MacAddress mac = MacAddress.parse("02:00:00:00:00:07");
    Neighbour wanted = Neighbour.permanent(link.index(), FIRST, mac).withProtocol(OURS);

    routes.change(Neighbours.replace(wanted));
    routes.change(Neighbours.replace(wanted));

    assertThat(network.run("ip", "neigh", "show", "dev", "br0"))
        .contains("198.51.100.1 lladdr 02:00:00:00:00:07 PERMANENT proto 201");
    assertThat(routes.neighbours(AddressFamily.IPV4)).contains(wanted);
    assertThat(routes.delete(Neighbours.delete(wanted))).isTrue();
    assertThat(routes.delete(Neighbours.delete(wanted))).isFalse();
  }

  @Test
  void makesAWireIntoAnotherNamespace() {
    try (OwnNetwork container = OwnNetwork.create();
        RouteSocket inside = container.namespace().call(RouteSocket::open)) {
      Link bridge = routes.add(NewLink.of("br0", new Bridge()).thatIsUp());
      NewLink peer =
          NewLink.of("eth0", new Other("")).withMac(MacAddress.parse("02:00:00:00:00:09"));

      Link host =
          routes.add(
              NewLink.of("veth0", Veth.to(peer, container.namespace().fd()))
                  .withMtu(1400)
                  .withMaster(bridge.index())
                  .thatIsUp());
      routes.change(Links.setPort(host.index(), true, true));

      assertThat(host.master()).isEqualTo(bridge.index());
      assertThat(host.mtu()).isEqualTo(1400);
      assertThat(network.run("ip", "-d", "link", "show", "veth0"))
          .contains("master br0", "veth", "hairpin on", "isolated on");
      Link eth0 = inside.link("eth0").orElseThrow();
      assertThat(eth0.mac()).contains(MacAddress.parse("02:00:00:00:00:09"));
      assertThat(eth0.kind()).isEqualTo(new Veth(Optional.empty()));
      assertThat(eth0.isUp()).isFalse();

      // A bridge stays in its namespace for good.
      assertThatExceptionOfType(KernelException.class)
          .isThrownBy(
              () -> routes.change(Links.move(bridge.index(), container.namespace().fd(), "br9")))
          .withMessageStartingWith("move link " + bridge.index() + ": EINVAL");
    }
  }

  @Test
  void renamesAndMovesALink() {
    try (OwnNetwork container = OwnNetwork.create();
        RouteSocket inside = container.namespace().call(RouteSocket::open)) {
      Link end = routes.add(NewLink.of("veth0", Veth.to(NewLink.of("veth1", new Other("")))));

      routes.change(Links.rename(end.index(), "left"));
      routes.change(Links.setMtu(end.index(), 1300));
      int other = routes.link("veth1").orElseThrow().index();
      routes.change(Links.move(other, container.namespace().fd(), "right"));

      assertThat(routes.links()).extracting(Link::name).contains("lo", "left");
      assertThat(routes.link("left").orElseThrow().mtu()).isEqualTo(1300);
      assertThat(inside.link("right")).isPresent();
      assertThat(routes.link("veth1")).isEmpty();
    }
  }

  @Test
  void makesATunnel() {
    Link underlay = bridgeWithAddress();
    Vxlan wanted = new Vxlan(1024, Optional.of(IpAddress.parse("198.51.100.2")), 64_000, false, 0);

    Link made =
        routes.add(NewLink.of("vtep1024", wanted).withMac(MacAddress.parse("70:b3:d5:80:00:01")));

    assertThat(made.kind()).isEqualTo(wanted);
    assertThat(network.run("ip", "-d", "link", "show", "vtep1024"))
        .contains("vxlan id 1024 local 198.51.100.2", "dstport 64000", "nolearning")
        .contains("70:b3:d5:80:00:01");
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> routes.add(NewLink.of("other", wanted)))
        .withMessage(
            "add vxlan other: EEXIST (exists already):"
                + " A VXLAN device with the specified VNI already exists");
    assertThat(routes.delete(Links.delete(made.index()))).isTrue();
    Link bound =
        routes.add(
            NewLink.of("vtep6", new Vxlan(7, Optional.of(FIRST6), 4789, true, underlay.index())));
    assertThat(bound.kind())
        .isEqualTo(new Vxlan(7, Optional.of(FIRST6), 4789, true, underlay.index()));
  }

  @Test
  void monitorsTellWhatTheReadersUnderstand() {
    Link link = bridgeWithAddress();
    int[] groups = {Links.GROUP, Addresses.GROUP_IPV4, Routes.GROUP_IPV4, Neighbours.GROUP};
    try (NetlinkMonitor monitor =
        network.namespace().call(() -> NetlinkMonitor.open(NetlinkProtocol.ROUTE, groups))) {
      List<Object> told = new ArrayList<>();
      Route route = Route.through(Cidr.parse("203.0.113.0/24"), link.index());
      network.run("ip", "link", "set", "br0", "mtu", "1400");
      network.run("ip", "route", "add", "203.0.113.0/24", "dev", "br0", "proto", "static");
      network.run("ip", "addr", "del", "198.51.100.2/24", "dev", "br0");

      await()
          .until(
              () -> {
                monitor.await(Duration.ZERO, new Telling(told));
                return told.contains(route)
                    && told.stream().anyMatch(what -> what instanceof Address)
                    && told.stream().anyMatch(w -> w instanceof Link l && l.mtu() == 1400);
              });
    }
  }

  private record Telling(List<Object> told) implements NetlinkMonitor.Listener {
    @Override
    public void changed(Message message) {
      switch (message.type()) {
        case Links.NEW -> told.add(Links.read(message));
        case Addresses.DELETED -> told.add(Addresses.read(message));
        case Routes.NEW -> told.add(Routes.read(message));
        default -> {}
      }
    }

    @Override
    public void lost() {
      throw new AssertionError("lost");
    }
  }

  @Test
  void doesThousandsAtOnce() {
    Link link = bridgeWithAddress();
    List<Request> requests =
        IntStream.range(0, 5000)
            .mapToObj(i -> Cidr.containing(IpAddress.ofIpv4(0x0a00_0000 + (i << 8)), 24))
            .map(prefix -> Routes.add(Route.through(prefix, link.index()).withTable(42)))
            .toList();

    assertThat(routes.changeAll(requests)).isEmpty();

    assertThat(routes.routes(AddressFamily.IPV4, 42)).hasSize(5000);
    assertThat(routes.changeAll(requests)).hasSize(5000).allMatch(this::isThereAlready);
  }

  private boolean isThereAlready(Refusal refusal) {
    return refusal.errno().equals(Errno.EEXIST);
  }

  private Link bridgeWithAddress() {
    Link link = routes.add(NewLink.of("br0", new Bridge()).thatIsUp());
    routes.change(Addresses.add(Address.of(link.index(), IpAddress.parse("198.51.100.2"), 24)));
    return link;
  }

  private List<Route> ours(AddressFamily family, int table) {
    return routes.routes(family, table).stream().filter(route -> route.protocol() == OURS).toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.Route;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.desired.TunnelDevice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * The links of this host that are not the overlay's own. <b>Immutable.</b>
 *
 * @param own names of the overlay's own
 */
record Underlay(List<Link> links, List<Address> addresses, Set<String> own) {

  /** What a frame costs in the tunnel: Ethernet 14, IPv4 20, UDP 8, VXLAN 8. */
  static final int OVERHEAD = 50;

  /** The same over IPv6, whose header has 40 octets. */
  static final int OVERHEAD6 = 70;

  /** What a link carries when nothing says otherwise. */
  static final int ETHERNET = 1500;

  Underlay {
    links = List.copyOf(links);
    addresses = List.copyOf(addresses);
    own = Set.copyOf(own);
  }

  /** The link that has an address. */
  Optional<Link> holding(IpAddress address) {
    return addresses.stream()
        .filter(there -> there.address().equals(address))
        .findFirst()
        .flatMap(this::linkOf);
  }

  /**
   * One way to others without a router.
   *
   * @param own address of this host there
   */
  record Way(Cidr network, IpAddress own, Link link) {

    boolean leadsTo(IpAddress address) {
      return leads(network, own, address);
    }

    /** Whether a network in which this host has an address is that of another address too. */
    static boolean leads(Cidr network, IpAddress own, IpAddress address) {
      return network.first().isIpv4() == address.isIpv4()
          && !own.equals(address)
          && network.contains(address);
    }
  }

  /** All ways, the longest prefix first: to be kept by who asks for many addresses. */
  List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (Address there : addresses) {
      linkOf(there)
          .ifPresent(
              link ->
                  ways.add(
                      new Way(
                          Cidr.containing(there.address(), there.prefixLength()),
                          there.address(),
                          link)));
    }
    ways.sort(Comparator.comparing(way -> -way.network().length()));
    return ways;
  }

  /** The link that reaches an address without a router; the one with the longest prefix. */
  static Optional<Link> leadingTo(IpAddress address, List<Way> ways) {
    return ways.stream()
        .filter(way -> way.link().isUp() && way.leadsTo(address))
        .map(Way::link)
        .findFirst();
  }

  private Optional<Link> linkOf(Address address) {
    return links.stream()
        .filter(link -> link.index() == address.link() && !own.contains(link.name()))
        .findFirst();
  }

  /** Longest packet that fits into the tunnel, as far as this host knows; empty if it does not. */
  private OptionalInt room(IpAddress local, Function<AddressFamily, List<Route>> routes) {
    int overhead = local.isIpv4() ? OVERHEAD : OVERHEAD6;
    return holding(local).stream()
        .mapToInt(
            link -> isLoopback(link) ? out(routes.apply(AddressFamily.of(local))) : link.mtu())
        .map(mtu -> mtu - overhead)
        .findFirst();
  }

  private static boolean isLoopback(Link link) {
    return (link.flags() & Link.LOOPBACK) != 0;
  }

  /** Hosts that tell routers their own address have it on the loopback device, which is no way. */
  private int out(List<Route> routes) {
    return routes.stream()
        .filter(route -> route.destination().length() == 0)
        .flatMap(route -> links.stream().filter(link -> link.index() == route.link()))
        .mapToInt(Link::mtu)
        .min()
        .orElse(ETHERNET);
  }

  /** Longest packet that every link carries which leads to one of these; empty if none does. */
  OptionalInt roomTo(List<Peer> peers) {
    List<Way> ways = ways();
    return peers.stream()
        .flatMap(peer -> leadingTo(peer.ip(), ways).stream())
        .mapToInt(Link::mtu)
        .min();
  }

  /**
   * What the operator wants, or less where that does not fit; empty to leave it to the kernel.
   *
   * @param routes of the main table; read when the links alone do not tell
   */
  OptionalInt mtu(TunnelDevice wanted, Function<AddressFamily, List<Route>> routes) {
    OptionalInt room = room(wanted.local(), routes);
    if (room.isEmpty() || wanted.mtu().isEmpty()) {
      return room.isPresent() ? room : wanted.mtu();
    }
    return OptionalInt.of(Math.min(room.getAsInt(), wanted.mtu().getAsInt()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Link;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.desired.TunnelDevice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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

  /** The link that reaches an address without a router; the one with the longest prefix. */
  Optional<Link> leadingTo(IpAddress address) {
    Optional<Link> best = Optional.empty();
    int length = -1;
    for (Address there : addresses) {
      Optional<Link> link = linkOf(there);
      if (link.isPresent()
          && link.get().isUp()
          && there.prefixLength() > length
          && there.address().isIpv4() == address.isIpv4()
          && !there.address().equals(address)
          && Cidr.containing(there.address(), there.prefixLength()).contains(address)) {
        best = link;
        length = there.prefixLength();
      }
    }
    return best;
  }

  private Optional<Link> linkOf(Address address) {
    return links.stream()
        .filter(link -> link.index() == address.link() && !own.contains(link.name()))
        .findFirst();
  }

  /** Longest packet that fits into the tunnel, as far as this host knows; empty if it does not. */
  OptionalInt room(IpAddress local) {
    return holding(local).stream()
        .mapToInt(link -> link.mtu() - (local.isIpv4() ? OVERHEAD : OVERHEAD6))
        .findFirst();
  }

  /** Longest packet that every link carries which leads to one of these; empty if none does. */
  OptionalInt roomTo(List<Peer> peers) {
    return peers.stream().flatMap(peer -> leadingTo(peer.ip()).stream()).mapToInt(Link::mtu).min();
  }

  /** What the operator wants, or less where that does not fit; empty to leave it to the kernel. */
  OptionalInt mtu(TunnelDevice wanted) {
    OptionalInt room = room(wanted.local());
    if (room.isEmpty() || wanted.mtu().isEmpty()) {
      return room.isPresent() ? room : wanted.mtu();
    }
    return OptionalInt.of(Math.min(room.getAsInt(), wanted.mtu().getAsInt()));
  }
}

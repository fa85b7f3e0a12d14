// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.Route;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.InterfaceAddress;
import io.dcosnet.overlay.desired.TunnelDevice;
import io.dcosnet.overlay.host.HostObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Makes the tunnel and the bridges, and gives them their addresses. A device that is as it must be
 * is left alone; one that is not is made anew, since its MAC address may not be changed while it is
 * in use: with it go all its neighbours. <b>Not thread-safe.</b>
 */
final class Devices {

  private static final int LEAST_MTU6 = 1280;

  /** Locally administered, the rest is of the address. */
  private static final long GATEWAY_MAC = 0x02_dc_00_00_00_00L;

  private final Kernel kernel;
  private final Steps steps;
  private final NetlinkConfig config;
  private List<Link> links;
  private final List<Address> addresses;
  private final boolean protocolsTold;
  private boolean touched;

  /** Reads what devices there are. */
  Devices(Kernel kernel, Steps steps, NetlinkConfig config) {
    this.kernel = kernel;
    this.steps = steps;
    this.config = config;
    this.links = kernel.links();
    this.addresses = new ArrayList<>(kernel.addresses());
    this.protocolsTold = addresses.stream().anyMatch(address -> address.protocol() != 0);
    steps.words().know(links);
  }

  /** Makes those that a state wants, without their addresses. */
  Placed make(DesiredState state) {
    Underlay underlay = new Underlay(links, addresses, names(state));
    OptionalInt room = OptionalInt.empty();
    Optional<Link> tunnel = Optional.empty();
    if (state.tunnel().isPresent()) {
      TunnelDevice wanted = state.tunnel().get();
      OptionalInt mtu = underlay.mtu(wanted, family -> kernel.routes(family, Route.MAIN));
      tunnel = make(wanted, mtu);
      room = tunnel.isPresent() ? OptionalInt.of(tunnel.get().mtu()) : mtu;
      check(state, wanted, underlay, room);
    } else if (state.backend() == Backend.DIRECT) {
      room = underlay.roomTo(state.peers());
    }
    List<Link> bridges = new ArrayList<>();
    for (Bridge wanted : state.bridges()) {
      make(wanted, room).ifPresent(bridges::add);
    }
    return new Placed(tunnel, bridges, touched, underlay);
  }

  /** Names of all devices that a state wants. */
  static Set<String> names(DesiredState state) {
    Set<String> names = new HashSet<>();
    state.tunnel().ifPresent(tunnel -> names.add(tunnel.name()));
    state.bridges().forEach(bridge -> names.add(bridge.name()));
    return names;
  }

  private static Optional<Integer> boxed(OptionalInt number) {
    return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.empty();
  }

  private void check(DesiredState state, TunnelDevice wanted, Underlay underlay, OptionalInt mtu) {
    if (underlay.holding(wanted.local()).isEmpty()) {
      steps.fault(
          HostObject.TUNNEL,
          wanted.name(),
          "NO_UNDERLAY",
          "no link of this host has the address " + wanted.local() + ", from which it would send");
    }
    boolean ipv6 =
        wanted.addresses().stream().anyMatch(address -> address.address().isIpv6())
            || state.spaces().stream().anyMatch(space -> space.first().isIpv6());
    if (ipv6 && mtu.isPresent() && mtu.getAsInt() < LEAST_MTU6) {
      steps.fault(
          HostObject.TUNNEL,
          wanted.name(),
          state.ipv6Overlays(),
          "MTU",
          "the underlay leaves "
              + mtu.getAsInt()
              + " octets for packets inside (IPv6 needs "
              + LEAST_MTU6
              + ")");
    }
  }

  private Optional<Link> make(TunnelDevice wanted, OptionalInt mtu) {
    Vxlan kind = new Vxlan(wanted.vni(), Optional.of(wanted.local()), wanted.port(), false, 0);
    NewLink link = NewLink.of(wanted.name(), kind).withMac(wanted.mac()).withMtu(mtu.orElse(0));
    return make(HostObject.TUNNEL, link, Optional.empty());
  }

  private Optional<Link> make(Bridge wanted, OptionalInt room) {
    int mtu =
        boxed(wanted.mtu())
            .map(asked -> Math.min(asked, room.orElse(asked)))
            .orElse(room.orElse(Underlay.ETHERNET));
    NewLink link = NewLink.of(wanted.name(), new LinkKind.Bridge()).withMtu(mtu);
    NewLink full = gatewayMac(wanted).map(link::withMac).orElse(link);
    return make(HostObject.BRIDGE, full, Optional.of(wanted.overlay()));
  }

  /**
   * Without one of its own a bridge takes the lowest of its ports, so it would change when a
   * container ends, and the others would send to the old one until they ask again.
   */
  private static Optional<MacAddress> gatewayMac(Bridge bridge) {
    return bridge.gateways().stream()
        .map(InterfaceAddress::address)
        .min(Comparator.comparing(IpAddress::isIpv6))
        .map(address -> new MacAddress(GATEWAY_MAC | (low32(address) & 0xffff_ffffL)));
  }

  private static int low32(IpAddress address) {
    return address.isIpv4()
        ? address.ipv4Bits()
        : Long.hashCode(31 * address.highBits() + address.lowBits());
  }

  private Optional<Link> make(HostObject kind, NewLink wanted, Optional<String> overlay) {
    Optional<Link> there = named(wanted.name());
    if (there.isPresent() && !Ours.isTagged(there.get())) {
      boolean ours =
          Ours.isHalfMade(there.get(), wanted.kind(), addresses)
              || Ours.hasLostTag(there.get(), wanted, addresses, config.protocol());
      if (!ours || !tag(kind, there.get(), overlay)) {
        foreign(kind, wanted, there.get(), overlay, "has that name");
        return Optional.empty();
      }
    }
    if (there.isPresent() && !isAsWanted(there.get(), wanted)) {
      if (!remove(kind, there.get(), overlay)) {
        return Optional.empty();
      }
      there = Optional.empty();
    }
    if (there.isPresent()) {
      return adapt(kind, there.get(), wanted, overlay);
    }
    return isFree(kind, wanted, overlay) ? create(kind, wanted, overlay) : Optional.empty();
  }

  private static boolean isAsWanted(Link there, NewLink wanted) {
    return there.kind().equals(wanted.kind())
        // A bridge that runs keeps the one it has: its containers know it.
        && (!(wanted.kind() instanceof Vxlan) || wanted.mac().equals(there.mac()));
  }

  /** The kernel has one tunnel at most for a network and a port. */
  private boolean isFree(HostObject kind, NewLink wanted, Optional<String> overlay) {
    if (!(wanted.kind() instanceof Vxlan tunnel)) {
      return true;
    }
    for (Link link : links) {
      if (link.kind() instanceof Vxlan other
          && other.id() == tunnel.id()
          && other.port() == tunnel.port()) {
        if (!Ours.isTagged(link)) {
          foreign(kind, wanted, link, overlay, "has the same network and port");
          return false;
        }
        if (!remove(kind, link, overlay)) {
          return false;
        }
      }
    }
    return true;
  }

  private void foreign(
      HostObject kind, NewLink wanted, Link owner, Optional<String> overlay, String how) {
    steps.fault(
        kind,
        steps.words().of(Change.ADD, wanted),
        overlay,
        Optional.empty(),
        Steps.FOREIGN,
        "link "
            + owner.name()
            + " (index "
            + owner.index()
            + (owner.kind().name().isEmpty() ? "" : ", type " + owner.kind().name())
            + (owner.alias().isEmpty() ? "" : ", alias " + owner.alias())
            + ") "
            + how
            + " and was made by somebody else");
  }

  private Optional<Link> create(HostObject kind, NewLink wanted, Optional<String> overlay) {
    if (!steps.run(new Step(Change.ADD, kind, wanted, Links.add(wanted)), overlay)) {
      return Optional.empty();
    }
    touched = true;
    links = kernel.links();
    steps.words().know(links);
    // Before it is of use, so that a crash leaves nothing that looks like another's.
    return named(wanted.name())
        .filter(made -> tag(kind, made, overlay) && switchOn(kind, made, overlay));
  }

  private boolean tag(HostObject kind, Link link, Optional<String> overlay) {
    String line = "ip link set " + link.name() + " alias '" + Ours.TAG + "'";
    return steps.also(kind, line, Links.setAlias(link.index(), Ours.TAG), overlay);
  }

  private boolean switchOn(HostObject kind, Link link, Optional<String> overlay) {
    String line = "ip link set " + link.name() + " up";
    return steps.also(kind, line, Links.setUp(link.index(), true), overlay);
  }

  private Optional<Link> adapt(
      HostObject kind, Link there, NewLink wanted, Optional<String> overlay) {
    Link now = there;
    if (wanted.mtu() != 0 && there.mtu() != wanted.mtu()) {
      NewLink only = NewLink.of(wanted.name(), wanted.kind()).withMtu(wanted.mtu());
      Step step = new Step(Change.CHANGE, kind, only, Links.setMtu(there.index(), wanted.mtu()));
      if (steps.run(step, overlay)) {
        now = withMtu(there, wanted.mtu());
      }
    }
    if (!there.isUp()) {
      touched = true;
      Step step = new Step(Change.CHANGE, kind, there, Links.setUp(there.index(), true));
      return steps.run(step, overlay) ? Optional.of(now) : Optional.empty();
    }
    return Optional.of(now);
  }

  private static Link withMtu(Link link, int mtu) {
    return new Link(
        link.index(),
        link.name(),
        link.kind(),
        link.flags(),
        mtu,
        link.mac(),
        link.master(),
        link.alias());
  }

  private boolean remove(HostObject kind, Link link, Optional<String> overlay) {
    touched = true;
    boolean done =
        steps.run(new Step(Change.REMOVE, kind, link, Links.delete(link.index())), overlay);
    if (done) {
      links = links.stream().filter(other -> other.index() != link.index()).toList();
      addresses.removeIf(address -> address.link() == link.index());
    }
    return done;
  }

  private Optional<Link> named(String name) {
    return links.stream().filter(link -> link.name().equals(name)).findFirst();
  }

  /** Gives the devices their addresses, and takes those of ours that nobody wants any more. */
  void address(DesiredState state, Placed placed) {
    state
        .tunnel()
        .ifPresent(
            wanted ->
                placed
                    .tunnel()
                    .ifPresent(
                        link -> address(link, wanted.addresses(), Set.of(), state.ipv6Overlays())));
    for (Bridge wanted : state.bridges()) {
      placed.bridges().stream()
          .filter(link -> link.name().equals(wanted.name()))
          .forEach(
              link -> {
                Set<String> overlay = Set.of(wanted.overlay());
                address(link, wanted.gateways(), overlay, overlay);
              });
    }
  }

  /** Overlays that an address fails are told by its family; none of them: all. */
  private void address(
      Link link, List<InterfaceAddress> wanted, Set<String> overlays, Set<String> overlays6) {
    List<Address> all = wanted.stream().map(address -> full(link, address)).toList();
    List<Address> surplus =
        addresses.stream()
            .filter(there -> there.link() == link.index() && isOurs(there))
            .filter(there -> all.stream().noneMatch(there::isSameAs))
            .toList();
    // The kernel has an address of IPv6 once, whatever its length: the old one must go first.
    surplus.stream()
        .filter(there -> all.stream().anyMatch(one -> one.address().equals(there.address())))
        .forEach(there -> remove(there, overlays));
    for (Address address : all) {
      if (addresses.stream().noneMatch(address::isSameAs)) {
        Step step = new Step(Change.ADD, HostObject.ADDRESS, address, Addresses.add(address));
        boolean unused = steps.run(step, address.address().isIpv6() ? overlays6 : overlays);
      }
    }
    surplus.stream()
        .filter(there -> all.stream().noneMatch(one -> one.address().equals(there.address())))
        .forEach(there -> remove(there, overlays));
  }

  private void remove(Address there, Set<String> overlays) {
    Step step = new Step(Change.REMOVE, HostObject.ADDRESS, there, Addresses.delete(there));
    boolean unused = steps.run(step, overlays);
  }

  /** Before Linux 5.18 no address has a protocol; on devices of ours, global ones are ours. */
  private boolean isOurs(Address address) {
    return protocolsTold
        ? address.protocol() == config.protocol()
        : address.scope() == Address.GLOBAL;
  }

  private Address full(Link link, InterfaceAddress address) {
    return Address.of(link.index(), address.address(), address.prefix())
        .withProtocol(config.protocol());
  }

  /** Removes devices of ours that a state does not want. */
  void removeSurplus(DesiredState state) {
    Set<String> wanted = names(state);
    for (Link link : links) {
      if (Ours.isTagged(link) && !wanted.contains(link.name())) {
        HostObject kind = link.kind() instanceof Vxlan ? HostObject.TUNNEL : HostObject.BRIDGE;
        boolean unused = remove(kind, link, Optional.empty());
      }
    }
  }
}

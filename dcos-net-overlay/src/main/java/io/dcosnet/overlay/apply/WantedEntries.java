// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.overlay.apply.Underlay.Way;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Works out what leads to other hosts, for the devices that there are. <b>Pure</b>, made for one
 * use.
 */
final class WantedEntries {

  private final DesiredState state;
  private final Placed placed;
  private final NetlinkConfig config;
  private final HopNumbers numbers;
  private final boolean byHop;
  private final Entries entries = Entries.empty();
  private final List<HostFault> faults = new ArrayList<>();

  private WantedEntries(
      DesiredState state, Placed placed, NetlinkConfig config, boolean canHop, HopNumbers numbers) {
    this.state = state;
    this.placed = placed;
    this.config = config;
    this.byHop = canHop && config.nextHops();
    this.numbers = numbers;
  }

  /**
   * What is wanted.
   *
   * @param entries what the kernel is to hold
   * @param faults peers that cannot be reached, and why
   */
  record Wanted(Entries entries, List<HostFault> faults) {}

  /**
   * All of it.
   *
   * @param held next hops that are there keep their numbers
   */
  static Wanted of(DesiredState state, Placed placed, NetlinkConfig config, HeldEntries held) {
    HopNumbers numbers = new HopNumbers(held.ours().hops(), held.hopIds());
    WantedEntries wanted = new WantedEntries(state, placed, config, held.canHop(), numbers);
    if (state.backend() == Backend.VXLAN) {
      placed.tunnel().ifPresent(wanted::throughTunnel);
    } else if (state.backend() == Backend.DIRECT) {
      wanted.direct();
    }
    return new Wanted(wanted.entries, wanted.faults);
  }

  private void throughTunnel(Link tunnel) {
    for (Cidr space : state.spaces()) {
      if (space.first().isIpv4()) {
        entries
            .rules()
            .add(
                Rule.from(space, config.table(), config.rulePriority())
                    .withProtocol(config.protocol()));
      }
    }
    int link = tunnel.index();
    for (Peer peer : state.peers()) {
      entries.forwarding().put(peer.mac(), ForwardingEntry.of(link, peer.mac(), peer.ip()));
      neighbour(link, peer.vtep(), peer);
      peer.vtep6().ifPresent(vtep -> neighbour(link, vtep, peer));
      for (Cidr subnet : peer.subnets()) {
        Optional<IpAddress> gateway =
            subnet.first().isIpv4() ? Optional.of(peer.vtep()) : peer.vtep6();
        if (gateway.isEmpty()) {
          fault(peer, subnet, "NO_VTEP6", "its host has no IPv6 address in the tunnel");
        } else if (isInside(peer, subnet)) {
          route(subnet, Route.MAIN, gateway.get(), link, Route.ON_LINK);
        }
      }
      if (peer.ip().isIpv4()) {
        Cidr alone = new Cidr(peer.ip(), peer.ip().bitLength());
        route(alone, config.table(), peer.vtep(), link, Route.ON_LINK);
      }
    }
  }

  private void neighbour(int link, IpAddress address, Peer peer) {
    Neighbour neighbour = Neighbour.permanent(link, address, peer.mac());
    entries.neighbours().put(address, neighbour.withProtocol(config.protocol()));
  }

  private void direct() {
    List<Way> ways = placed.underlay().ways();
    List<Cidr> others = new ArrayList<>();
    state.peers().forEach(peer -> direct(peer, ways, others));
    if (!others.isEmpty()) { // one for all: it is how the overlays are, not how a host is
      faults.add(
          new HostFault(
              HostObject.ROUTE,
              "routes to " + others.get(0) + " and its like",
              Optional.empty(),
              Optional.empty(),
              "FAMILY",
              others.size() + " subnets are of another family than the addresses of their hosts"));
    }
  }

  private void direct(Peer peer, List<Way> ways, List<Cidr> others) {
    Optional<Link> link = Underlay.leadingTo(peer.ip(), ways);
    for (Cidr subnet : peer.subnets()) {
      if (subnet.first().isIpv4() != peer.ip().isIpv4()) {
        others.add(subnet);
      } else if (link.isEmpty()) {
        fault(
            peer,
            subnet,
            "NOT_ON_LINK",
            "its host "
                + peer.ip()
                + " is in no network that a link of this host is in, as plain routes need");
      } else if (isInside(peer, subnet)) {
        route(subnet, Route.MAIN, peer.ip(), link.get().index(), 0);
      }
    }
  }

  /** A route to anything else would take this host off its network. */
  private boolean isInside(Peer peer, Cidr subnet) {
    boolean inside = state.spaces().stream().anyMatch(space -> space.contains(subnet));
    if (!inside) {
      fault(peer, subnet, "OUTSIDE", "it is within no overlay");
    }
    return inside;
  }

  private void route(Cidr destination, int table, IpAddress gateway, int link, int flags) {
    Route route =
        byHop
            ? Route.by(destination, hop(gateway, link, flags).id())
            : Route.via(destination, gateway, link).withFlags(flags);
    Route full = route.withTable(table).withProtocol(config.protocol());
    Route placedRoute = destination.first().isIpv4() ? full : full.withMetric(Place.METRIC6);
    entries.routes().put(Place.of(placedRoute), placedRoute);
  }

  private NextHop hop(IpAddress gateway, int link, int flags) {
    return entries
        .hops()
        .computeIfAbsent(
            gateway,
            to ->
                NextHop.via(numbers.of(to), to, link)
                    .withFlags(flags)
                    .withProtocol(config.protocol()));
  }

  private void fault(Peer peer, Cidr subnet, String code, String reason) {
    faults.add(
        new HostFault(
            HostObject.ROUTE,
            "route to " + subnet,
            Optional.empty(),
            Optional.of(peer.agent()),
            code,
            reason));
  }

  /**
   * Numbers of next hops: those that they have, and free ones for new ones. <b>Not thread-safe.</b>
   */
  static final class HopNumbers {

    /** High enough that those whom the kernel gives numbers, from 1 up, do not come here. */
    static final int FIRST = 0x0dc0_0000;

    private final Map<IpAddress, NextHop> held;
    private final Set<Integer> taken;
    private int next = FIRST;

    HopNumbers(Map<IpAddress, NextHop> held, Set<Integer> taken) {
      this.held = held;
      this.taken = taken;
    }

    int of(IpAddress gateway) {
      NextHop there = held.get(gateway);
      if (there != null) {
        return there.id();
      }
      while (taken.contains(next)) {
        next++;
      }
      return next++;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.ForwardingEntries;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import io.dcosnet.linux.route.Links;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.Neighbours;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.NextHops;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.linux.route.Rules;
import io.dcosnet.overlay.apply.Underlay.Way;
import io.dcosnet.overlay.config.Backend;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.Peer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which changes of the kernel call for a comparison: those after which something is not as wanted,
 * whoever made them. What we do ourselves is as wanted, and so calls for none. <b>Immutable.</b>
 */
final class Concerns {

  private static final int SETTINGS_IPV4 = 24;
  private static final int SETTINGS_IPV6 = 25;

  /** That forwarding, a filter by reverse path or the like was switched, of a link or of all. */
  private static final int NEW_SETTING = 80;

  private static final int SETTING_FIXED = 4;
  private static final int SETTING_LINK = 1;
  private static final int FORWARDING = 2;
  private static final int REVERSE_PATH = 3;
  private static final int ALL_LINKS = -1;
  private static final int LOOSE = 2;

  /** What monitors of routes join to hear of all that may concern us. */
  static final int[] GROUPS = {
    Links.GROUP,
    Neighbours.GROUP,
    Addresses.GROUP_IPV4,
    Routes.GROUP_IPV4,
    Rules.GROUP_IPV4,
    Addresses.GROUP_IPV6,
    Routes.GROUP_IPV6,
    Rules.GROUP_IPV6,
    NextHops.GROUP,
    SETTINGS_IPV4,
    SETTINGS_IPV6
  };

  /** Which part of netfilter a type of message is of stands in its high octet. */
  private static final int NF_TABLES = 10;

  private static final int NEW_CHAIN = 3;
  private static final int DELETED_RULE = 8;
  private static final int GENERATION = 15;
  private static final int NETFILTER_FIXED = 4;
  private static final int TABLE = 1;
  private static final int HOOK = 4;
  private static final int LINK_FIXED = 16;

  private final int protocol;
  private final Set<String> names;
  private final Placed placed;
  private final Entries wanted;
  private final Set<String> passed;
  private final Set<Integer> hopIds = new HashSet<>();
  private final boolean isDirect;
  private final List<Peer> peers;
  private final Set<Integer> waysTo = new HashSet<>();
  private final Optional<IpAddress> local;
  private final Optional<Link> underlay;

  /**
   * Those of a host.
   *
   * @param placed its devices
   * @param wanted what it is to hold
   * @param passed names of tables of others in which rules of ours are
   */
  Concerns(
      DesiredState state, Placed placed, Entries wanted, Set<String> passed, NetlinkConfig config) {
    this.protocol = config.protocol();
    this.names = Devices.names(state);
    this.placed = placed;
    this.wanted = wanted;
    this.passed = Set.copyOf(passed);
    wanted.hops().values().forEach(hop -> hopIds.add(hop.id()));
    this.isDirect = state.backend() == Backend.DIRECT;
    this.peers = isDirect ? state.peers() : List.of();
    if (isDirect) {
      placed.underlay().ways().stream()
          .filter(way -> peers.stream().anyMatch(peer -> way.leadsTo(peer.ip())))
          .forEach(way -> waysTo.add(way.link().index()));
    }
    this.local = state.tunnel().map(tunnel -> tunnel.local());
    this.underlay = local.flatMap(placed.underlay()::holding);
  }

  /** Those of a host that is to hold nothing. */
  static Concerns none(NetlinkConfig config) {
    Underlay nothing = new Underlay(List.of(), List.of(), Set.of());
    Placed nowhere = new Placed(Optional.empty(), List.of(), false, nothing);
    return new Concerns(DesiredState.NOTHING, nowhere, Entries.empty(), Set.of(), config);
  }

  /** Whether a change of links, addresses, routes and so on does. */
  boolean test(Message message) {
    try {
      return switch (message.type()) {
        case Links.NEW, Links.DELETED -> isOfLink(message) && link(message);
        case Addresses.NEW, Addresses.DELETED ->
            Addresses.isReadable(message)
                && address(Addresses.read(message), message.type() == Addresses.DELETED);
        case Neighbours.NEW, Neighbours.DELETED ->
            neighbour(message, message.type() == Neighbours.DELETED);
        case Routes.NEW, Routes.DELETED ->
            Routes.isReadable(message)
                && route(Routes.read(message), message.type() == Routes.DELETED);
        case Rules.NEW, Rules.DELETED ->
            Rules.isReadable(message) && rule(Rules.read(message), message.type() == Rules.DELETED);
        case NextHops.NEW, NextHops.DELETED ->
            hop(NextHops.read(message), message.type() == NextHops.DELETED);
        case NEW_SETTING -> setting(message.attributes(SETTING_FIXED));
        default -> false;
      };
    } catch (DecodeException e) {
      return true; // what it says is not known, so all is looked at
    }
  }

  /** Of those that we need, the kernel tells these two; it also tells them of each new link. */
  private boolean setting(Attributes attributes) {
    int link = attributes.u32(SETTING_LINK, 0);
    if (link == ALL_LINKS) {
      return !names.isEmpty() && attributes.u32(FORWARDING, 1) == 0;
    }
    return isTunnel(link) && attributes.u32(REVERSE_PATH, LOOSE) != LOOSE;
  }

  /** Others tell of ports of bridges. */
  private static boolean isOfLink(Message message) {
    return message.fixed(LINK_FIXED).get(0) == 0;
  }

  private boolean link(Message message) {
    Link link = Links.read(message);
    boolean own = names.contains(link.name()) || isOwn(link.index()); // whatever its name is now
    if (isDirect && !own) {
      if (!waysTo.contains(link.index())) {
        return false; // such as of each new container
      }
      // The kernel drops the routes of a link that is switched off without a word.
      return placed.underlay().links().stream()
          .filter(known -> known.index() == link.index())
          .noneMatch(
              known ->
                  message.type() == Links.NEW
                      && known.isUp() == link.isUp()
                      && known.mtu() == link.mtu());
    }
    if (underlay.isPresent() && link.index() == underlay.get().index()) {
      return link.mtu() != underlay.get().mtu();
    }
    if (!own) {
      return false;
    }
    return message.type() == Links.DELETED || !isAsPlaced(link);
  }

  private boolean isAsPlaced(Link link) {
    return placed.tunnel().filter(expected -> isSame(link, expected)).isPresent()
        || placed.bridges().stream().anyMatch(expected -> isSame(link, expected));
  }

  private static boolean isSame(Link link, Link expected) {
    return link.index() == expected.index()
        && link.isUp()
        && Ours.isTagged(link)
        && link.name().equals(expected.name())
        && link.mtu() == expected.mtu()
        && link.kind().equals(expected.kind())
        && (!(link.kind() instanceof Vxlan) || link.mac().equals(expected.mac()));
  }

  private boolean address(Address address, boolean deleted) {
    return (isDirect && isWay(address))
        || local.filter(address.address()::equals).isPresent()
        || (deleted && isOwn(address.link()));
  }

  private boolean isWay(Address address) {
    Cidr network = Cidr.containing(address.address(), address.prefixLength());
    return peers.stream().anyMatch(peer -> Way.leads(network, address.address(), peer.ip()));
  }

  private boolean isOwn(int link) {
    return isTunnel(link) || placed.bridges().stream().anyMatch(own -> own.index() == link);
  }

  private boolean isTunnel(int link) {
    return placed.tunnel().filter(own -> own.index() == link).isPresent();
  }

  private boolean neighbour(Message message, boolean deleted) {
    if (ForwardingEntries.isReadable(message)) {
      ForwardingEntry entry = HeldEntries.told(ForwardingEntries.read(message));
      if (!isTunnel(entry.link()) || !entry.isOfLink()) {
        return false;
      }
      ForwardingEntry expected = wanted.forwarding().get(entry.mac());
      return deleted ? expected != null : !entry.equals(expected);
    }
    if (!Neighbours.isReadable(message)) {
      return false;
    }
    Neighbour neighbour = Neighbours.read(message);
    if (!isTunnel(neighbour.link())) {
      return false;
    }
    Neighbour expected = wanted.neighbours().get(neighbour.address());
    if (expected == null) {
      return !deleted && neighbour.protocol() == protocol;
    }
    return deleted
        || !HeldEntries.isPermanent(neighbour)
        || !neighbour.mac().equals(expected.mac());
  }

  private boolean route(Route route, boolean deleted) {
    Route told = HeldEntries.told(route);
    Route expected = wanted.routes().get(Place.of(told));
    if (expected == null) {
      return !deleted && route.protocol() == protocol;
    }
    return deleted || !told.equals(expected);
  }

  private boolean rule(Rule rule, boolean deleted) {
    return rule.protocol() == protocol && wanted.rules().contains(rule) == deleted;
  }

  private boolean hop(NextHop hop, boolean deleted) {
    if (deleted) {
      return hopIds.contains(hop.id());
    }
    return (hopIds.contains(hop.id()) || hop.protocol() == protocol)
        && !wanted.hops().containsValue(HeldEntries.told(hop));
  }

  /**
   * Whether a change of netfilter does: of our tables, of chains that may drop what this host hands
   * on, and of rules beside which there are some of ours.
   */
  boolean testFilter(Message message) {
    if (message.type() >> 8 != NF_TABLES) {
      return false;
    }
    try {
      Attributes attributes = message.attributes(NETFILTER_FIXED);
      int type = message.type() & 0xff;
      if (type == NEW_CHAIN && attributes.has(HOOK)) {
        return true;
      }
      Optional<Attribute> table = attributes.find(TABLE).filter(name -> type != GENERATION);
      return table.isPresent()
          && (table.get().text().equals(FilterRules.NAME)
              || (type == DELETED_RULE && passed.contains(table.get().text())));
    } catch (DecodeException e) {
      return true;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NewLink;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Steps as one would tell {@code ip} and {@code bridge} of them. <b>Not thread-safe</b>: it learns
 * the names of links.
 */
final class Words {

  private static final String[] TYPES = {
    "",
    "",
    "local ",
    "broadcast ",
    "anycast ",
    "multicast ",
    "blackhole ",
    "unreachable ",
    "prohibit "
  };

  private final Map<Integer, String> names = new HashMap<>();

  void know(Collection<Link> links) {
    links.forEach(this::know);
  }

  void know(Link link) {
    names.put(link.index(), link.name());
  }

  String name(int link) {
    return names.getOrDefault(link, "#" + link);
  }

  /** Such as {@code ip route replace 9.0.1.0/24 nhid 7 proto 201}. */
  String of(Step step) {
    return of(step.change(), step.object());
  }

  String of(Change change, Object object) {
    boolean removes = change == Change.REMOVE;
    String verb = removes ? "del" : "replace";
    if (object instanceof Route route) {
      return family(route.destination().first().isIpv6()) + "route " + verb + " " + route(route);
    } else if (object instanceof NextHop hop) {
      return "ip nexthop " + verb + " " + (removes ? "id " + hop.id() : hop(hop));
    } else if (object instanceof Neighbour neighbour) {
      return family(neighbour.address().isIpv6())
          + "neigh "
          + verb
          + " "
          + neighbour.address()
          + (removes ? "" : neighbour.mac().map(mac -> " lladdr " + mac).orElse(""))
          + dev(neighbour.link())
          + (removes ? "" : " nud permanent proto " + neighbour.protocol());
    } else if (object instanceof ForwardingEntry entry) {
      return "bridge fdb "
          + verb
          + " "
          + entry.mac()
          + dev(entry.link())
          + entry.to().map(to -> " dst " + to).orElse("")
          + " self"
          + (removes ? "" : " permanent");
    } else if (object instanceof Rule rule) {
      return family(rule.from().first().isIpv6())
          + "rule "
          + (removes ? "del " : "add ")
          + rule(rule);
    } else if (object instanceof Address address) {
      return family(address.address().isIpv6())
          + "address "
          + verb
          + " "
          + address.address()
          + "/"
          + address.prefixLength()
          + dev(address.link())
          + (removes ? "" : " proto " + address.protocol());
    } else if (object instanceof NewLink link) {
      return change == Change.CHANGE ? "ip link set " + link.name() + settings(link) : link(link);
    } else if (object instanceof Link link) {
      return "ip link " + (removes ? "del " : "set ") + link.name() + (removes ? "" : " up");
    }
    return verb + " " + object;
  }

  private static String family(boolean ipv6) {
    return ipv6 ? "ip -6 " : "ip ";
  }

  private String dev(int link) {
    return link == 0 ? "" : " dev " + name(link);
  }

  /** As {@code ip route} shows it. */
  String route(Route route) {
    String type = route.type() < TYPES.length ? TYPES[route.type()] : "type " + route.type() + " ";
    String way =
        route.nextHop() != 0
            ? " nhid " + route.nextHop()
            : route.gateway().map(gateway -> " via " + gateway).orElse("") + dev(route.link());
    return type
        + route.destination()
        + way
        + (route.table() == Route.MAIN ? "" : " table " + route.table())
        + " proto "
        + route.protocol()
        + ((route.flags() & Route.ON_LINK) == 0 ? "" : " onlink");
  }

  private String hop(NextHop hop) {
    return "id "
        + hop.id()
        + hop.gateway().map(gateway -> " via " + gateway).orElse("")
        + dev(hop.link())
        + " proto "
        + hop.protocol()
        + ((hop.flags() & Route.ON_LINK) == 0 ? "" : " onlink");
  }

  private static String rule(Rule rule) {
    return "from "
        + rule.from()
        + " lookup "
        + rule.table()
        + " pref "
        + rule.priority()
        + " proto "
        + rule.protocol();
  }

  private static String link(NewLink link) {
    String kind = " type " + link.kind().name();
    if (link.kind() instanceof Vxlan vxlan) {
      kind +=
          " id "
              + vxlan.id()
              + vxlan.local().map(local -> " local " + local).orElse("")
              + " dstport "
              + vxlan.port()
              + (vxlan.learning() ? "" : " nolearning");
    }
    return "ip link add " + link.name() + settings(link) + kind;
  }

  private static String settings(NewLink link) {
    return link.mac().map(mac -> " address " + mac).orElse("")
        + (link.mtu() == 0 ? "" : " mtu " + link.mtu());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask about which names: the route with the longest suffix at or above a name is the one,
 * whatever the case of its letters.
 *
 * <pre>{@code
 * RoutingTable routes = RoutingTable.builder()
 *     .route(DomainName.parse("mesos"), Policy.ALL, masters)
 *     .route(DomainName.parse("corp.example.org"), Policy.SEQUENTIAL, corporate)
 *     .defaultRoute(Policy.DUAL_HEDGED, resolvers)
 *     .build();
 * }</pre>
 *
 * <p>The {@link SpecialNames} are denied unless a route other than the default one covers them, and
 * the names of our own zones never leave.
 *
 * <p><b>Immutable.</b>
 */
public final class RoutingTable {

  /** Nobody is asked anything. */
  public static final RoutingTable NOBODY = builder().build();

  private final Route defaultRoute;
  private final List<Route> routes;

  // Open addressing by the hash of the suffix, so that a name in a message needs no object. Has
  // twice the room that it needs, so each search ends at a hole.
  private final @Nullable Route[] bySuffix;

  private RoutingTable(Route defaultRoute, Collection<Route> others) {
    this.defaultRoute = defaultRoute;
    List<Route> all = new ArrayList<>(others);
    all.add(defaultRoute);
    routes = List.copyOf(all);
    bySuffix = new Route[Integer.highestOneBit(others.size() + 1) * 4];
    for (Route route : others) {
      int at = route.suffix().hashCode() & bySuffix.length - 1;
      while (bySuffix[at] != null) {
        at = at + 1 & bySuffix.length - 1;
      }
      bySuffix[at] = route;
    }
  }

  /** Begins with no routes, so that nobody would be asked, and all special names denied. */
  public static Builder builder() {
    return new Builder();
  }

  /** What happens to questions about this name. */
  public Route route(DomainName name) {
    byte[] wire = name.toWire();
    return route(wire, 0, wire.length);
  }

  /** As {@link #route(DomainName)} for a name in a message; allocates nothing. */
  public Route route(byte[] octets, int offset, int length) {
    int end = offset + length;
    for (int at = offset; octets[at] != 0; at += octets[at] + 1) {
      Route route = find(octets, at, end - at);
      if (route != null) {
        return route;
      }
    }
    return defaultRoute;
  }

  private @Nullable Route find(byte[] octets, int offset, int length) {
    int at = DomainName.hash(octets, offset, length) & bySuffix.length - 1;
    for (Route route = bySuffix[at]; route != null; route = bySuffix[at]) {
      if (route.suffix().isWire(octets, offset, length)) {
        return route;
      }
      at = at + 1 & bySuffix.length - 1;
    }
    return null;
  }

  /** All of them, the default one last. */
  public List<Route> routes() {
    return routes;
  }

  /** The routes with servers. */
  public List<Route.Ask> asking() {
    List<Route.Ask> asking = new ArrayList<>();
    for (Route route : routes) {
      if (route instanceof Route.Ask ask) {
        asking.add(ask);
      }
    }
    return asking;
  }

  /** Every server of any route, once. */
  public Set<Upstream> upstreams() {
    Set<Upstream> upstreams = new LinkedHashSet<>();
    asking().forEach(route -> upstreams.addAll(route.upstreams()));
    return upstreams;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RoutingTable that
        && defaultRoute.equals(that.defaultRoute)
        && Set.copyOf(routes).equals(Set.copyOf(that.routes));
  }

  @Override
  public int hashCode() {
    return Set.copyOf(routes).hashCode();
  }

  @Override
  public String toString() {
    return "RoutingTable" + Arrays.toString(asking().toArray());
  }

  /** <b>Confined to</b> one thread. */
  public static final class Builder {
    private final Map<DomainName, Route> routes = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private Collection<DomainName> special = SpecialNames.all();
    private Collection<DomainName> own = List.of();
    private @Nullable Route defaultRoute;

    private Builder() {}

    /**
     * Asks these servers about {@code suffix} and all names below it.
     *
     * @param upstreams in the order of preference; with none the answer is SERVFAIL
     */
    public Builder route(DomainName suffix, Policy policy, List<Upstream> upstreams) {
      return add(new Route.Ask(suffix, policy, upstreams));
    }

    /** As the other one, with the policy {@link Policy#DEFAULT}. */
    public Builder route(DomainName suffix, List<Upstream> upstreams) {
      return route(suffix, Policy.DEFAULT, upstreams);
    }

    /** Asks nobody about {@code suffix} and all names below it. */
    public Builder none(DomainName suffix) {
      return add(new Route.Refuse(suffix));
    }

    /** Asks these servers about names that no other route covers; nobody unless set. */
    public Builder defaultRoute(Policy policy, List<Upstream> upstreams) {
      return add(new Route.Ask(DomainName.ROOT, policy, upstreams));
    }

    private Builder add(Route route) {
      if (route.suffix().isRoot()) {
        if (defaultRoute != null) {
          problems.add("route: . given twice (expected: one default route)");
        }
        defaultRoute = route;
      } else if (routes.putIfAbsent(route.suffix(), route) != null) {
        problems.add(
            "route: " + route.suffix() + " given twice (expected: one route for each name)");
      }
      return this;
    }

    /**
     * Names that are denied together with all names below them, unless a route covers them; {@link
     * SpecialNames#all} unless set.
     */
    public Builder specialNames(Collection<DomainName> names) {
      special = List.copyOf(names);
      return this;
    }

    /**
     * Origins of the zones of this server. Questions about names in there are refused; a route for
     * a name inside of a zone has precedence over the zone, as zones inside of zones have.
     */
    public Builder ownZones(Collection<DomainName> origins) {
      own = List.copyOf(origins);
      return this;
    }

    /**
     * Makes the table.
     *
     * @throws IllegalArgumentException that lists all problems: a name with two routes, a route for
     *     the very name of an own zone
     */
    public RoutingTable build() {
      List<String> all = new ArrayList<>(problems);
      Map<DomainName, Route> made = new LinkedHashMap<>(routes);
      for (DomainName origin : own) {
        if (routes.containsKey(origin)) {
          all.add("route: " + origin + " (expected: a name that is not that of an own zone)");
        }
        made.put(origin, new Route.Own(origin));
      }
      if (!all.isEmpty()) {
        throw new IllegalArgumentException(String.join("\n", all));
      }
      for (DomainName name : special) {
        if (made.keySet().stream().noneMatch(name::isUnder)) {
          made.put(requireNonNull(name), new Route.Deny(name));
        }
      }
      Route others = defaultRoute == null ? new Route.Refuse(DomainName.ROOT) : defaultRoute;
      return new RoutingTable(others, made.values());
    }
  }
}

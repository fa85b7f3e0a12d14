// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.linux.netlink.Request;
import io.dcosnet.linux.route.ForwardingEntries;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.Neighbours;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.NextHops;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Routes;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.linux.route.Rules;
import io.dcosnet.overlay.host.HostObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The steps from what the kernel holds to what is wanted, in the order in which no packet meets a
 * way that is half made: what a route needs comes before it, and goes after it. <b>Pure.</b>
 *
 * @param before rules, forwarding, neighbours and next hops that are new or otherwise
 * @param routes those that are new or otherwise
 * @param removals all that nobody wants any more
 * @param foreign wanted routes whose place somebody else has, with his
 */
record EntryDifference(
    List<Step> before, List<Step> routes, List<Step> removals, Map<Route, Route> foreign) {

  /**
   * All of them.
   *
   * @param keepsOthers whether what leads to other hosts stays, wanted or not
   */
  static EntryDifference between(
      Entries wanted, HeldEntries held, NetlinkConfig config, boolean keepsOthers) {
    Entries there = held.ours();
    List<Step> before = new ArrayList<>();
    for (Rule rule : wanted.rules()) {
      if (!there.rules().contains(rule) && !held.foreignRules().contains(rule.withProtocol(0))) {
        before.add(new Step(Change.ADD, HostObject.RULE, rule, Rules.add(rule)));
      }
    }
    missing(
        HostObject.FDB,
        wanted.forwarding(),
        there.forwarding(),
        ForwardingEntries::replace,
        ForwardingEntries::replace,
        before);
    neighbours(wanted.neighbours(), there.neighbours(), config, before);
    // Somebody else may have taken a number that was free a moment ago.
    missing(
        HostObject.NEXT_HOP, wanted.hops(), there.hops(), NextHops::add, NextHops::replace, before);
    Map<Route, Route> foreign = new HashMap<>();
    List<Step> routes = routes(wanted, held, foreign);
    List<Step> removals = new ArrayList<>();
    if (!keepsOthers) {
      surplusWays(wanted, held, config, removals);
    }
    surplusRules(wanted, held, removals);
    return new EntryDifference(before, routes, removals, foreign);
  }

  private static <K, V> void missing(
      HostObject kind,
      Map<K, V> wanted,
      Map<K, V> there,
      Function<V, Request> add,
      Function<V, Request> replace,
      List<Step> target) {
    wanted.forEach(
        (key, value) -> {
          V now = there.get(key);
          if (now == null || !now.equals(value)) {
            target.add(
                now == null
                    ? new Step(Change.ADD, kind, value, add.apply(value))
                    : new Step(Change.CHANGE, kind, value, replace.apply(value)));
          }
        });
  }

  /** Older kernels do not tell who made a neighbour, and it is the same to packets. */
  private static <K> void neighbours(
      Map<K, Neighbour> wanted, Map<K, Neighbour> there, NetlinkConfig config, List<Step> target) {
    Map<K, Neighbour> asOurs = new HashMap<>(there);
    asOurs.replaceAll((key, neighbour) -> neighbour.withProtocol(config.protocol()));
    missing(HostObject.NEIGHBOUR, wanted, asOurs, Neighbours::replace, Neighbours::replace, target);
  }

  private static List<Step> routes(Entries wanted, HeldEntries held, Map<Route, Route> foreign) {
    List<Step> routes = new ArrayList<>();
    wanted
        .routes()
        .forEach(
            (place, route) -> {
              Route now = held.ours().routes().get(place);
              Route other = held.foreign().get(place.anyMetric());
              if (other != null && now == null) {
                foreign.put(route, other);
              } else if (now == null) {
                routes.add(new Step(Change.ADD, HostObject.ROUTE, route, Routes.add(route)));
              } else if (!now.equals(route)) {
                routes.add(new Step(Change.CHANGE, HostObject.ROUTE, route, Routes.replace(route)));
              }
            });
    return routes;
  }

  private static void surplusWays(
      Entries wanted, HeldEntries held, NetlinkConfig config, List<Step> steps) {
    Entries there = held.ours();
    surplus(HostObject.ROUTE, there.routes(), wanted.routes().keySet(), Routes::delete, steps);
    surplus(HostObject.NEXT_HOP, there.hops(), wanted.hops().keySet(), NextHops::delete, steps);
    for (NextHop hop : held.surplusHops()) {
      steps.add(new Step(Change.REMOVE, HostObject.NEXT_HOP, hop, NextHops.delete(hop)));
    }
    Map<Object, Neighbour> neighbours = new HashMap<>(there.neighbours());
    neighbours.values().removeIf(neighbour -> neighbour.protocol() != config.protocol());
    surplus(
        HostObject.NEIGHBOUR, neighbours, wanted.neighbours().keySet(), Neighbours::delete, steps);
    surplus(
        HostObject.FDB,
        there.forwarding(),
        wanted.forwarding().keySet(),
        ForwardingEntries::delete,
        steps);
  }

  private static void surplusRules(Entries wanted, HeldEntries held, List<Step> steps) {
    for (Rule rule : held.ours().rules()) {
      if (!wanted.rules().contains(rule)) {
        steps.add(new Step(Change.REMOVE, HostObject.RULE, rule, Rules.delete(rule)));
      }
    }
  }

  private static <K, V> void surplus(
      HostObject kind,
      Map<? extends K, V> there,
      Set<? extends K> wanted,
      Function<V, Request> delete,
      List<Step> target) {
    there.forEach(
        (key, value) -> {
          if (!wanted.contains(key)) {
            target.add(new Step(Change.REMOVE, kind, value, delete.apply(value)));
          }
        });
  }
}

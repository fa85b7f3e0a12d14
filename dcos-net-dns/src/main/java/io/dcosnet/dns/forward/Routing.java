// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The routes of one moment together with what is known of their servers. The maps never change,
 * though what is known does.
 *
 * <p><b>Thread-safe.</b>
 *
 * @param healths by server; one for all routes that have it
 */
record Routing(
    RoutingTable table,
    Map<Upstream, UpstreamHealth> healths,
    Map<DomainName, Upstreams> bySuffix) {

  static final Routing NONE = new Routing(RoutingTable.NOBODY, Map.of(), Map.of());

  /**
   * The routing of a table.
   *
   * @param before where servers that stay are taken from
   * @param newcomer makes what is known of the others
   */
  static Routing of(
      RoutingTable table,
      Routing before,
      Function<Upstream, UpstreamHealth> newcomer,
      BiFunction<Route.Ask, List<UpstreamHealth>, Upstreams> joined) {
    Map<Upstream, UpstreamHealth> healths = new LinkedHashMap<>();
    for (Upstream upstream : table.upstreams()) {
      UpstreamHealth known = before.healths.get(upstream);
      healths.put(upstream, known == null ? newcomer.apply(upstream) : known);
    }
    Map<DomainName, Upstreams> bySuffix = new HashMap<>();
    for (Route.Ask route : table.asking()) {
      List<UpstreamHealth> members = new ArrayList<>();
      for (Upstream upstream : route.upstreams()) {
        members.add(requireNonNull(healths.get(upstream), "the table has it"));
      }
      bySuffix.put(route.suffix(), joined.apply(route, members));
    }
    return new Routing(table, healths, bySuffix);
  }

  Upstreams upstreams(Route.Ask route) {
    return requireNonNull(bySuffix.get(route.suffix()), "made for all routes");
  }

  Collection<Upstreams> routes() {
    return bySuffix.values();
  }

  Collection<UpstreamHealth> members() {
    return healths.values();
  }

  boolean isUp(Upstream upstream) {
    UpstreamHealth health = healths.get(upstream);
    return health != null && !health.isDown() && !health.isLooping();
  }

  /** -1 when nothing is known. */
  long srtt(Upstream upstream) {
    UpstreamHealth health = healths.get(upstream);
    return health == null ? -1 : health.srtt();
  }

  /** Suffixes of the routes that have this server. */
  List<DomainName> suffixesOf(UpstreamHealth health) {
    List<DomainName> suffixes = new ArrayList<>();
    for (Route.Ask route : table.asking()) {
      if (route.upstreams().contains(health.upstream())) {
        suffixes.add(route.suffix());
      }
    }
    return suffixes;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.apply;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.MacAddress;
import io.dcosnet.linux.route.ForwardingEntry;
import io.dcosnet.linux.route.Neighbour;
import io.dcosnet.linux.route.NextHop;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.overlay.host.HostObject;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What leads to other hosts, each kind by what the kernel holds one of. <b>Not thread-safe</b>
 * until nobody changes it any more.
 *
 * @param forwarding of the tunnel, by MAC address
 * @param neighbours behind the tunnel
 * @param hops by gateway
 * @param rules with their protocol; one of another program that is there already does as well
 */
record Entries(
    Map<MacAddress, ForwardingEntry> forwarding,
    Map<IpAddress, Neighbour> neighbours,
    Map<IpAddress, NextHop> hops,
    Map<Place, Route> routes,
    Set<Rule> rules) {

  /** Nothing yet, to be filled. */
  static Entries empty() {
    return new Entries(
        new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashSet<>());
  }

  /** How many of these are missing there, are otherwise, or are more than here. */
  Map<HostObject, Integer> differences(Entries there) {
    Map<HostObject, Integer> counts = new EnumMap<>(HostObject.class);
    counts.put(HostObject.FDB, differences(forwarding, there.forwarding));
    counts.put(HostObject.NEIGHBOUR, differences(neighbours, there.neighbours));
    counts.put(HostObject.NEXT_HOP, differences(hops, there.hops));
    counts.put(HostObject.ROUTE, differences(routes, there.routes));
    Set<Rule> all = new HashSet<>(rules);
    all.addAll(there.rules);
    all.removeIf(rule -> rules.contains(rule) && there.rules.contains(rule));
    counts.put(HostObject.RULE, all.size());
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private static <K, V> int differences(Map<K, V> here, Map<K, V> there) {
    int count = 0;
    for (Map.Entry<K, V> entry : here.entrySet()) {
      count += Objects.equals(entry.getValue(), there.get(entry.getKey())) ? 0 : 1;
    }
    for (K key : there.keySet()) {
      count += here.containsKey(key) ? 0 : 1;
    }
    return count;
  }
}

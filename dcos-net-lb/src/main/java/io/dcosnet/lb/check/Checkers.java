// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes try which back end: for each one those with the greatest hash of both together, so
 * all nodes come to the same without a word, each has about as much to do, and a node that comes or
 * goes moves only what it takes or had.
 *
 * <p><b>Confined to</b> one thread.
 */
public final class Checkers {

  private final int number;
  private Set<NodeId> nodes = Set.of();
  private final Map<Place, List<NodeId>> chosen = new HashMap<>();

  /**
   * Nobody, for nothing.
   *
   * @param number how many nodes try each
   */
  public Checkers(int number) {
    this.number = number;
  }

  /** Takes what is to be tried, and who can do so. */
  public void follow(Collection<Place> places, Set<NodeId> live) {
    chosen.keySet().retainAll(places);
    if (!live.equals(nodes)) {
      Set<NodeId> came = new HashSet<>(live);
      came.removeAll(nodes);
      nodes = Set.copyOf(live);
      chosen.replaceAll((place, before) -> next(place, before, came));
    }
    places.forEach(place -> chosen.computeIfAbsent(place, p -> best(p, nodes)));
  }

  private List<NodeId> next(Place place, List<NodeId> before, Set<NodeId> came) {
    if (!nodes.containsAll(before)) {
      return best(place, nodes);
    }
    List<NodeId> asking = new ArrayList<>(before);
    asking.addAll(came);
    return came.isEmpty() ? before : best(place, asking);
  }

  private List<NodeId> best(Place place, Collection<NodeId> from) {
    long hash = hash(place);
    return from.stream()
        .sorted(
            Comparator.<NodeId>comparingLong(node -> rank(hash, node))
                .reversed()
                .thenComparing(Comparator.naturalOrder()))
        .limit(number)
        .toList();
  }

  /** Who tries this one. */
  public List<NodeId> of(Place place) {
    return chosen.getOrDefault(place, List.of());
  }

  /** How many try each. */
  public int each() {
    return Math.min(number, nodes.size());
  }

  /** FNV-1a of the text that names it on all nodes. */
  private static long hash(Place place) {
    long hash = 0xcbf29ce484222325L;
    for (byte octet : (place.key() + "/" + place.endpoint()).getBytes(UTF_8)) {
      hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  private static long rank(long hash, NodeId node) {
    long bits = node.uuid().getMostSignificantBits() * 0x9e3779b97f4a7c15L;
    return mixed(hash ^ mixed(bits ^ node.uuid().getLeastSignificantBits()));
  }

  /** The last steps of MurmurHash3. */
  private static long mixed(long bits) {
    long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}

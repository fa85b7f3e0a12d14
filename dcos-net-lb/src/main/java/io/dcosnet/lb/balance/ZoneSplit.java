// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import io.dcosnet.lb.vip.VipTable.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the zones of a service split its load when each prefers its own back ends. All zones work it
 * out from the same figures, so it holds together although nobody asks anybody.
 *
 * <p>Each zone with back ends is taken to bring as much load as any other. It keeps its own, as far
 * as {@link Nearness#OVERPROVISIONING} lets it and as none of its back ends gets more than 1.5
 * times the mean of all. What is too much goes to the other zones in proportion to the room that
 * they have left; what still finds none there goes wherever there is room.
 *
 * <p><b>Immutable.</b>
 */
final class ZoneSplit {

  /** Most that a back end may get, in means over all. */
  static final double MOST = 1.5;

  private static final double NOTHING = 1e-9;

  private final Map<String, Integer> zones;
  private final double[] weights;
  private final double[] kept; // by the zone itself, of the load of all zones together
  private final double[] sent; // by the zone to others, per room that they have
  private final double[] room; // of each zone after it kept its own
  private final double[] roomLeft; // after what others sent
  private final double load; // that each zone brings

  private ZoneSplit(Map<String, Integer> zones, double[] weights, double[] shares) {
    this.zones = zones;
    this.weights = weights;
    int size = weights.length;
    load = 1.0 / size;
    kept = new double[size];
    sent = new double[size];
    room = new double[size];
    double all = Arrays.stream(weights).sum();
    for (int i = 0; i < size; i++) {
      double most = MOST * weights[i] / all;
      double fit = Math.min(1, Nearness.OVERPROVISIONING * weights[i] / shares[i]);
      kept[i] = Math.min(load * fit, most);
      room[i] = most - kept[i];
    }
    double allRoom = Arrays.stream(room).sum();
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double others = allRoom - room[i];
      sent[i] = others > NOTHING ? (load - kept[i]) / others : 0;
      sum += sent[i];
    }
    double fullest = 1; // what the zone with the most of it would get, of the room that it has
    for (int i = 0; i < size; i++) {
      fullest = room[i] > NOTHING ? Math.max(fullest, sum - sent[i]) : fullest;
    }
    roomLeft = new double[size];
    for (int i = 0; i < size; i++) {
      sent[i] /= fullest;
    }
    for (int i = 0; i < size; i++) {
      roomLeft[i] = Math.max(0, room[i] * (1 - (sum / fullest - sent[i])));
    }
  }

  /** The split among those zones that have back ends with a share. */
  static ZoneSplit of(List<Target> targets) {
    Map<String, Integer> zones = new TreeMap<>();
    for (Target target : targets) {
      if (target.share() > 0 || target.weight() > 0) {
        zones.putIfAbsent(target.origin().zone(), zones.size());
      }
    }
    double[] weights = new double[zones.size()];
    double[] shares = new double[zones.size()];
    for (Target target : targets) {
      Integer zone = zones.get(target.origin().zone());
      if (zone != null) {
        weights[zone] += target.weight();
        shares[zone] += Math.max(target.share(), target.weight());
      }
    }
    return Arrays.stream(weights).sum() == 0
        ? new ZoneSplit(Map.of(), new double[0], new double[0])
        : new ZoneSplit(zones, weights, shares);
  }

  int indexOf(String zone) {
    @Nullable Integer index = zones.get(zone);
    return index == null ? -1 : index;
  }

  double weight(int zone) {
    return weights[zone];
  }

  /** What each zone gets of the load that comes from one; together 1. Empty where there is none. */
  double[] partsFrom(String zone) {
    double[] parts = new double[weights.length];
    int own = indexOf(zone);
    double left = 1;
    if (own >= 0) {
      for (int i = 0; i < parts.length; i++) {
        parts[i] = (i == own ? kept[i] : sent[own] * room[i]) / load;
        left -= parts[i];
      }
    }
    double allLeft = Arrays.stream(roomLeft).sum();
    for (int i = 0; i < parts.length && left > NOTHING; i++) {
      parts[i] += left * roomLeft[i] / allLeft;
    }
    return parts;
  }
}

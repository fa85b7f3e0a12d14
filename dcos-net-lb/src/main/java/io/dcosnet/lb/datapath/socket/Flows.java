// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the rules say of connections: which go on, which are counted, whose last one has ended.
 * <b>Pure</b>, apart from what it remembers of the last look.
 *
 * <p><b>Confined to</b> the thread of the path; {@link #active} may be read by all.
 */
final class Flows {

  /** A back end of a service. */
  record Place(Frontend frontend, HostPort backend) {}

  private final Set<Place> draining = new HashSet<>();
  private volatile Map<Frontend, Map<HostPort, Integer>> active = Map.of();

  /** Open connections of each service at the last look, by their back end; 0 is left out. */
  Map<HostPort, Integer> active(Frontend frontend) {
    return active.getOrDefault(frontend, Map.of());
  }

  long open() {
    return active.values().stream()
        .flatMap(each -> each.values().stream())
        .mapToLong(Integer::longValue)
        .sum();
  }

  /** Whether somebody waits for the last connection of a back end. */
  boolean hasDraining() {
    return !draining.isEmpty();
  }

  /** Those that may not go on, by this table and at this time. */
  static List<Carried> doomed(List<Carried> all, VipTable table, long now) {
    return all.stream().filter(each -> !goesOn(each, table, now)).toList();
  }

  private static boolean goesOn(Carried each, VipTable table, long now) {
    Optional<Target> target = target(table, each.frontend(), each.backend());
    if (target.isEmpty() || target.get().drainIsOver(now)) {
      return false;
    }
    return each.frontend().protocol() == Protocol.TCP || keeps(target.get());
  }

  /** Whether UDP clients stay with a back end; what drains loses them at once. */
  static boolean keeps(Target target) {
    return target.state() == Backend.State.UP;
  }

  private static Optional<Target> target(VipTable table, Frontend frontend, HostPort backend) {
    Optional<Service> service = table.service(frontend);
    if (service.isEmpty()) {
      return Optional.empty();
    }
    return service.get().targets().stream()
        .filter(target -> target.endpoint().equals(backend))
        .findFirst();
  }

  /**
   * Takes note of what is open after a look.
   *
   * @return back ends that get nothing new and have just lost their last connection
   */
  Set<Place> note(List<Carried> open, VipTable table) {
    Map<Frontend, Map<HostPort, Integer>> counts = new HashMap<>();
    for (Carried each : open) {
      counts
          .computeIfAbsent(each.frontend(), f -> new HashMap<>())
          .merge(each.backend(), 1, Integer::sum);
    }
    active = counts;
    Set<Place> ended = new HashSet<>();
    draining.removeIf(
        place -> {
          boolean drains =
              target(table, place.frontend(), place.backend())
                  .map(target -> !target.takesNew())
                  .orElse(false);
          boolean over = !active(place.frontend()).containsKey(place.backend());
          if (drains && over) {
            ended.add(place);
          }
          return !drains || over;
        });
    counts.forEach(
        (frontend, backends) ->
            backends.forEach(
                (backend, count) -> {
                  if (target(table, frontend, backend).filter(t -> !t.takesNew()).isPresent()) {
                    draining.add(new Place(frontend, backend));
                  }
                }));
    return ended;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable.Frontend;
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

  /** Those for whose last connection somebody waits. */
  Set<HostPort> draining() {
    return draining.stream().map(Place::backend).collect(toUnmodifiableSet());
  }

  /** Those that may not go on, by this table and at this time. */
  static List<Carried> doomed(List<Carried> all, Targets targets, long now) {
    return all.stream().filter(each -> !goesOn(each, targets, now)).toList();
  }

  private static boolean goesOn(Carried each, Targets targets, long now) {
    Optional<Target> target = targets.of(each.frontend(), each.backend());
    if (target.isEmpty() || target.get().drainIsOver(now)) {
      return false;
    }
    return each.frontend().protocol() == Protocol.TCP || keeps(target.get());
  }

  /** Whether UDP clients stay with a back end; what drains loses them at once. */
  static boolean keeps(Target target) {
    return target.state() == Backend.State.UP;
  }

  /**
   * Takes note of what is open after a look.
   *
   * @param at where it was; what is elsewhere stays as it was at the look before
   * @return back ends that get nothing new and have just lost their last connection
   */
  Set<Place> note(List<Carried> open, Targets targets, Scope at) {
    Map<Frontend, Map<HostPort, Integer>> counts = elsewhere(at);
    for (Carried each : open) {
      counts
          .computeIfAbsent(each.frontend(), f -> new HashMap<>())
          .merge(each.backend(), 1, Integer::sum);
    }
    active = counts;
    Set<Place> ended = new HashSet<>();
    draining.removeIf(
        place -> {
          if (!at.contains(place.backend())) {
            return false;
          }
          boolean drains =
              targets
                  .of(place.frontend(), place.backend())
                  .map(target -> !target.takesNew())
                  .orElse(false);
          boolean over = !active(place.frontend()).containsKey(place.backend());
          if (drains && over) {
            ended.add(place);
          }
          return !drains || over;
        });
    for (Carried each : open) {
      if (targets.of(each.frontend(), each.backend()).filter(t -> !t.takesNew()).isPresent()) {
        draining.add(new Place(each.frontend(), each.backend()));
      }
    }
    return ended;
  }

  private Map<Frontend, Map<HostPort, Integer>> elsewhere(Scope at) {
    Map<Frontend, Map<HostPort, Integer>> counts = new HashMap<>();
    active.forEach(
        (frontend, backends) -> {
          Map<HostPort, Integer> kept = new HashMap<>(backends);
          kept.keySet().removeIf(at::contains);
          if (!kept.isEmpty()) {
            counts.put(frontend, kept);
          }
        });
    return counts;
  }
}

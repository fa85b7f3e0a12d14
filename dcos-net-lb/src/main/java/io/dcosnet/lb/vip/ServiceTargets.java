// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.vip.VipTable.Origin;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the targets of one VIP in one family of addresses out of its back ends, and remembers when
 * the connections to those are cut that are on their way out. A deadline may come nearer, and is
 * forgotten when the back end is back.
 *
 * <p><b>Confined to</b> one thread. Times are nanoseconds of one monotonic clock.
 */
final class ServiceTargets {

  private final long drainNanos;
  private final long terminalNanos;
  private final Map<HostPort, Long> deadlines = new HashMap<>();
  private List<Target> targets = List.of();
  private boolean failOpen;

  ServiceTargets(TableLimits limits) {
    drainNanos = limits.drain().toNanos();
    terminalNanos = limits.terminal().toNanos();
  }

  /** True when back ends believed dead are used, as there are no others. */
  boolean failOpen() {
    return failOpen;
  }

  /**
   * The targets now, sorted by endpoint.
   *
   * @param ended which of those that were there before are gone as their tasks have ended
   */
  List<Target> next(List<Candidate> candidates, Set<HostPort> ended, long nowNanos) {
    failOpen = !candidates.isEmpty() && candidates.stream().noneMatch(Candidate::reachable);
    boolean someReached =
        candidates.stream().anyMatch(c -> c.reach() == Reach.REACHED && c.backend().takesNew());
    Map<HostPort, Target> next = new TreeMap<>();
    Set<HostPort> known = new HashSet<>();
    for (Candidate candidate : candidates) {
      HostPort endpoint = candidate.backend().endpoint();
      known.add(endpoint);
      long grace = failOpen ? Target.NEVER : graceOf(candidate.reach());
      long deadline = deadline(endpoint, nowNanos, grace);
      if (deadline == Target.NEVER || deadline - nowNanos > 0) { // else what it still has is cut
        Target target = target(candidate, candidate.reachable() || failOpen, deadline);
        boolean spared = candidate.reach() == Reach.DOUBTED && someReached;
        next.put(endpoint, spared ? target.withWeight(0) : target);
      }
    }
    for (Target old : targets) {
      HostPort endpoint = old.endpoint();
      if (!known.contains(endpoint)) {
        long grace = ended.contains(endpoint) ? terminalNanos : drainNanos;
        long deadline = deadline(endpoint, nowNanos, grace);
        if (deadline - nowNanos > 0) {
          Target gone = new Target(endpoint, Backend.State.DRAINING, 0, deadline);
          next.put(endpoint, gone.at(old.origin()));
        }
      }
    }
    known.addAll(next.keySet());
    deadlines.keySet().retainAll(known);
    targets = List.copyOf(next.values());
    return targets;
  }

  private long graceOf(Reach reach) {
    return switch (reach) {
      case REACHED, DOUBTED, UNCERTAIN -> Target.NEVER;
      case LEFT -> drainNanos;
      case DEAD -> terminalNanos;
    };
  }

  /** When it is cut that goes now, or went before. */
  private long deadline(HostPort endpoint, long nowNanos, long graceNanos) {
    if (graceNanos == Target.NEVER) {
      deadlines.remove(endpoint);
      return Target.NEVER;
    }
    return deadlines.merge(
        endpoint, nowNanos + graceNanos, (known, asked) -> asked - known < 0 ? asked : known);
  }

  private static Target target(Candidate candidate, boolean usable, long deadline) {
    Backend backend = candidate.backend();
    Backend.State state = usable ? backend.state() : Backend.State.DOWN;
    int weight = usable && backend.takesNew() ? backend.weight() : 0;
    return new Target(backend.endpoint(), state, weight, deadline)
        .at(new Origin(backend.node(), candidate.zone()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Those for whom the kernel did not take what is wanted: why, and when it is tried again, which is
 * less and less often. <b>Not thread-safe.</b>
 */
final class Refusals {

  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<Owner, Refused> refused = new HashMap<>();

  private record Refused(String words, long pauseNanos, long againNanos) {}

  /** The next try for these is the first one again, and may be at once. */
  void forget(Collection<Owner> owners) {
    refused.keySet().removeAll(owners);
  }

  /** All who were refused, resting or not. */
  Set<Owner> owners() {
    return Set.copyOf(refused.keySet());
  }

  /** Whether it is not yet time to try again. */
  boolean isResting(Owner owner, long nowNanos) {
    Refused last = refused.get(owner);
    return last != null && last.againNanos() - nowNanos > 0;
  }

  /** Whether it is time to try somebody again. */
  boolean isDue(long nowNanos) {
    return refused.values().stream().anyMatch(each -> each.againNanos() - nowNanos <= 0);
  }

  /**
   * Takes what came of a try for all that were not resting.
   *
   * @param words of the kernel, for those that it refused
   */
  void tried(Map<Owner, String> words, long nowNanos) {
    Set<Owner> done = new HashSet<>(refused.keySet());
    done.removeIf(each -> isResting(each, nowNanos) || words.containsKey(each));
    refused.keySet().removeAll(done);
    words.forEach(
        (owner, said) -> {
          Refused last = refused.get(owner);
          long pause =
              last == null
                  ? FIRST_PAUSE_NANOS
                  : Math.min(LONGEST_PAUSE_NANOS, 2 * last.pauseNanos());
          refused.put(owner, new Refused(said, pause, nowNanos + pause));
        });
  }

  /** What this means for services: one whose address is refused is not served either. */
  Map<Frontend, Outcome> outcomes(Collection<Frontend> served) {
    Map<Frontend, Outcome> outcomes = new HashMap<>();
    Map<IpAddress, Outcome> ofAddresses = new HashMap<>();
    refused.forEach(
        (owner, last) -> {
          Outcome failed = new Outcome(State.FAILED, null, last.words());
          Frontend frontend = owner.frontend();
          if (frontend == null) {
            ofAddresses.put(owner.address(), failed);
          } else {
            outcomes.put(frontend, failed);
          }
        });
    if (!ofAddresses.isEmpty()) {
      for (Frontend frontend : served) {
        Outcome failed = ofAddresses.get(frontend.endpoint().address());
        if (failed != null) {
          outcomes.putIfAbsent(frontend, failed);
        }
      }
    }
    return outcomes;
  }
}

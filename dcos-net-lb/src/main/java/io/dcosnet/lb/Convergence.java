// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.ChangeHistory;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Measures how long it takes from a task event, wherever it was, to the data path of this node, and
 * remembers the last changes of each VIP. Compares the clocks of two machines, so it is as good as
 * these agree.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class Convergence {

  /** Most events that wait for a data path; further ones are not measured. */
  private static final int MAX_WAITING = 100_000;

  /**
   * Most tables that a data path has not taken; when it takes none for so long, further ones count
   * as one, and their events are not measured.
   */
  static final int MAX_OPEN = 100;

  /** What one table brought. */
  record Step(Set<VipKey> changed, List<Long> events, long decidedMillis) {}

  private final TimeSource time;
  private final LbMetrics metrics;
  private final ChangeHistory history = new ChangeHistory();
  private List<Long> events = new ArrayList<>();
  private final List<Step> open = new ArrayList<>();

  Convergence(TimeSource time, LbMetrics metrics) {
    this.time = time;
    this.metrics = metrics;
  }

  /**
   * An entry changed.
   *
   * @param sourceMillis when its writer learnt of it; 0 when not known
   */
  void noted(VipKey key, String why, long sourceMillis) {
    history.noted(key, why, sourceMillis);
    if (sourceMillis > 0 && events.size() < MAX_WAITING) {
      events.add(sourceMillis);
    }
  }

  /** A table was made. */
  void decided(VipTable before, VipTable after) {
    long now = time.wallMillis();
    Set<VipKey> changed = history.decided(before, after, now);
    if (!changed.isEmpty()) { // else they made no difference, and nothing is applied for them
      if (open.size() < MAX_OPEN) {
        open.add(new Step(changed, events, now));
      } else {
        Step last = open.remove(open.size() - 1);
        Set<VipKey> both = new HashSet<>(last.changed);
        both.addAll(changed);
        open.add(new Step(both, last.events, now));
      }
    }
    events = new ArrayList<>();
  }

  /** What the data path is about to get. */
  List<Step> open() {
    return List.copyOf(open);
  }

  /** The data path has it. */
  void applied(List<Step> steps) {
    long now = time.wallMillis();
    // These very steps; to compare what they hold would cost as much as they hold.
    Set<Step> done = Collections.newSetFromMap(new IdentityHashMap<>());
    done.addAll(steps);
    for (Step step : List.copyOf(open)) {
      if (done.contains(step)) {
        open.remove(step);
        history.applied(step.changed, step.decidedMillis, now);
        step.events.forEach(event -> metrics.convergeMillis.accept(Math.max(0, now - event)));
      }
    }
  }

  List<VipChange> of(VipKey key) {
    return history.of(key);
  }
}

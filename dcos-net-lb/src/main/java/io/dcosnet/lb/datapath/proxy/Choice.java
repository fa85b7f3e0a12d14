// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.balance.Picker;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who gets one new connection or session; used over and over.
 *
 * <p><b>Confined to</b> an event loop.
 */
final class Choice implements IntPredicate {

  private final List<HostPort> failed = new ArrayList<>(2);
  private @Nullable Route route;
  private boolean onlyUp;
  private boolean someFull;

  /**
   * Begins anew with the targets of this route.
   *
   * @param notDraining leaves out what drains also where affinity would come back to it
   */
  void of(Route newRoute, boolean notDraining) {
    route = newRoute;
    onlyUp = notDraining;
    someFull = false;
    failed.clear();
  }

  /**
   * The index of a target, whose load counts one more then; {@link Picker#NONE} when there is none.
   */
  int pick(long flow, long nowNanos, RandomGenerator random) {
    Route current = requireNonNull(route);
    for (int i = 0; i <= current.size(); i++) {
      int index = current.picker().pick(flow, nowNanos, random, this);
      if (index == Picker.NONE || current.begin(index)) {
        return index;
      }
    }
    return Picker.NONE;
  }

  /** Leaves a target out from now on. */
  void without(HostPort endpoint) {
    failed.add(endpoint);
  }

  /** True when a target was left out as it has as many as it may have. */
  boolean someFull() {
    return someFull;
  }

  /** True for a target that must not be chosen. */
  @Override
  public boolean test(int index) {
    Route current = requireNonNull(route);
    Target target = current.target(index);
    if (failed.contains(target.endpoint()) || (onlyUp && target.state() != Backend.State.UP)) {
      return true;
    }
    boolean full = current.full(index);
    someFull |= full;
    return full;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.balance.Picker;
import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who gets one new session; used over and over.
 *
 * <p><b>Confined to</b> the event loop of its front end.
 */
final class UdpChoice implements IntPredicate {

  private final BitSet failed = new BitSet();
  private @Nullable Route route;
  private boolean someFull;

  /** Begins anew with the targets of this route. */
  void of(Route newRoute) {
    route = newRoute;
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
  void without(int index) {
    failed.set(index);
  }

  /** True when a target was left out as it has as many as it may have. */
  boolean someFull() {
    return someFull;
  }

  /** True for a target that must not be chosen. */
  @Override
  public boolean test(int index) {
    Route current = requireNonNull(route);
    // Affinity would come back to one that drains; what is new of UDP never goes there.
    if (failed.get(index) || current.target(index).state() != Backend.State.UP) {
      return true;
    }
    boolean full = current.full(index);
    someFull |= full;
    return full;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.exchange.BackendView;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What drains and checks allow a back end. A check that finds most of a VIP wrong rather errs
 * itself, or the service is worth trying all the same, so then it is not heeded; a drain always is.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class BackendLimits implements BackendView.Limit {

  private final Drains drains;
  private final Predicate<Place> failing;
  private final int leastPassing;

  /**
   * @param failing back ends that fail their checks
   * @param leastPassing see {@link #leastPassing()}
   */
  BackendLimits(Drains drains, Predicate<Place> failing, int leastPassing) {
    this.drains = drains;
    this.failing = failing;
    this.leastPassing = leastPassing;
  }

  @Override
  public Backend.State best(Place place, Set<String> tasks) {
    // Not just draining: once a drain is everywhere, no client that sticks may come either.
    return drains.view().isDrained(place, tasks) ? Backend.State.DOWN : Backend.State.UP;
  }

  @Override
  public boolean fails(Place place) {
    return failing.test(place);
  }

  @Override
  public int leastPassing() {
    return leastPassing;
  }
}

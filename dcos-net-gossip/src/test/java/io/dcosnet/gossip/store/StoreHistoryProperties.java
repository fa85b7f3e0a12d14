// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * Any history of some stores against a model that forgets nothing: they come together, nothing that
 * was deleted comes back, and no write is lost that somebody had safe.
 */
class StoreHistoryProperties {

  @Property(tries = 1000)
  void storesHoldWhatTheirHistoryGives(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 4) int nodes,
      @ForAll @IntRange(min = 1, max = 250) int steps) {
    run(seed, nodes, steps);
  }

  @Property(tries = 10_000)
  @Tag("long")
  void storesHoldWhatTheirHistoryGivesTenThousandTimes(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 4) int nodes,
      @ForAll @IntRange(min = 1, max = 400) int steps) {
    run(seed, nodes, steps);
  }

  private static void run(long seed, int nodes, int steps) {
    StoreHistory history = new StoreHistory(seed, nodes);
    for (int i = 0; i < steps; i++) {
      history.step();
    }
    history.heal();
  }
}

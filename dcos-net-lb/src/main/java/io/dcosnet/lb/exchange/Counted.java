// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What belongs to each of some things, each as often as it was added.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Counted<A, B> {

  private final Map<A, Map<B, Integer>> counts = new HashMap<>();

  /** Counts one more, or one less with -1. */
  void count(A whose, B what, int by) {
    Map<B, Integer> all = counts.computeIfAbsent(whose, w -> new HashMap<>());
    all.merge(what, by, (a, b) -> a + b == 0 ? null : a + b);
    if (all.isEmpty()) {
      counts.remove(whose);
    }
  }

  /** What belongs there, a live view. */
  Set<B> of(A whose) {
    return Collections.unmodifiableSet(counts.getOrDefault(whose, Map.of()).keySet());
  }

  void clear() {
    counts.clear();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Stamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Own deltas that are about to be told, those of one key as one where that may be. <b>Not
 * thread-safe.</b>
 */
final class Gathering {

  /** More writes than this do not travel as one. */
  static final int MOST_WRITES = 1_000;

  private final Map<String, List<Delta>> byKey = new LinkedHashMap<>();

  void add(Delta delta) {
    List<Delta> earlier = byKey.computeIfAbsent(delta.key(), key -> new ArrayList<>(1));
    int last = earlier.size() - 1;
    if (last >= 0 && goTogether(earlier.get(last), delta)) {
      earlier.set(last, earlier.get(last).then(delta));
    } else {
      earlier.add(delta);
    }
  }

  /**
   * Whether the later one builds on nothing but the earlier one and what that builds on. A write of
   * somebody else between them may build on the earlier one: as one delta the two would wait for
   * that write for ever, and that write for them.
   */
  private static boolean goTogether(Delta earlier, Delta later) {
    if (!earlier.origin().equals(later.origin())
        || earlier.writes().size() + later.writes().size() > MOST_WRITES) {
      return false;
    }
    Set<Dot> known = new HashSet<>(earlier.needs());
    earlier.writes().stream().map(Stamp::dot).forEach(known::add);
    return known.containsAll(later.needs());
  }

  /** All of them, those of one key in their order; none are left. */
  List<Delta> drain() {
    List<Delta> all = new ArrayList<>();
    byKey.values().forEach(all::addAll);
    byKey.clear();
    return all;
  }
}

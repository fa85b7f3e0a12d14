// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stream ends that one process holds, in the order in which they began; a handful. */
final class LinkTable {

  private final List<StreamEnd> ends = new ArrayList<>(8);

  void add(StreamEnd end) {
    ends.add(end);
  }

  void remove(StreamEnd end) {
    ends.remove(end);
  }

  @Nullable StreamEnd get(int link) {
    for (int i = 0; i < ends.size(); i++) {
      StreamEnd end = ends.get(i);
      if (end.link == link) {
        return end;
      }
    }
    return null;
  }

  /** All of them; a copy. */
  List<StreamEnd> all() {
    return List.copyOf(ends);
  }

  int size() {
    return ends.size();
  }
}

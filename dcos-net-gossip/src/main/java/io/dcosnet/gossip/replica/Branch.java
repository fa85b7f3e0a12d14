// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Dot;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One neighbour as {@link Spread} sees it. <b>Not thread-safe.</b> */
final class Branch {

  final int link;

  /** Whether deltas go there at once; otherwise only word of them. */
  boolean eager = true;

  /** Whether so much waits to be sent there that deltas are left to an exchange. */
  boolean stuffed;

  /** Octets that waited to be sent when last something was written. */
  long waiting;

  private final Set<Dot> word = new LinkedHashSet<>();

  Branch(int link) {
    this.link = link;
  }

  /** This write is to be mentioned there. */
  void mention(Dot dot) {
    word.add(dot);
  }

  /** What is to be mentioned, in parts of at most so many; nothing is left. */
  List<List<Dot>> word(int most) {
    List<List<Dot>> parts = new ArrayList<>();
    List<Dot> part = new ArrayList<>();
    for (Dot dot : word) {
      part.add(dot);
      if (part.size() == most) {
        parts.add(part);
        part = new ArrayList<>();
      }
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    word.clear();
    return parts;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Facts about members that we do not know yet, since accusations and good-byes say nothing of name
 * and address: kept for a while, until the member itself is heard of.
 */
final class Orphans {

  /** Most of them; the oldest goes first. */
  static final int MOST = 1024;

  private static final Duration KEPT = Duration.ofSeconds(60);

  private record Orphan(Fact fact, long until) {}

  private final Node node;
  private final Map<NodeId, Orphan> facts = new LinkedHashMap<>();

  Orphans(Node node) {
    this.node = node;
  }

  /** Keeps a fact; false when it says nothing new. */
  boolean keep(Fact fact) {
    dropOld();
    Orphan known = facts.get(fact.node());
    if (known != null
        && !fact.beats(known.fact().epoch(), known.fact().incarnation(), known.fact().state())) {
      return false;
    }
    // The newest stands last, so that the oldest comes first.
    facts.remove(fact.node());
    facts.put(fact.node(), new Orphan(fact, node.host.nanos() + KEPT.toNanos()));
    if (facts.size() > MOST) {
      Iterator<NodeId> oldest = facts.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return true;
  }

  /** Takes out what is kept of a member; null when that is nothing. */
  @Nullable Fact take(NodeId id) {
    dropOld();
    Orphan orphan = facts.remove(id);
    return orphan == null ? null : orphan.fact();
  }

  int size() {
    return facts.size();
  }

  private void dropOld() {
    long now = node.host.nanos();
    Iterator<Orphan> oldest = facts.values().iterator();
    while (oldest.hasNext() && oldest.next().until() - now <= 0) {
      oldest.remove();
    }
  }
}

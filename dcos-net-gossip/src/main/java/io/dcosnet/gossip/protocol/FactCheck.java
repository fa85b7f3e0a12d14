// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.GossipEvent.EpochInFuture;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps out what cannot be: a member with a wild clock must not lock others out. */
final class FactCheck {

  /** Most members of a table. */
  static final int MOST_MEMBERS = 200_000;

  /** A member cannot have raised its incarnation by more than this unheard. */
  static final long LARGEST_JUMP = 1L << 32;

  private static final Duration LARGEST_LEAD = Duration.ofDays(1);
  private static final Duration BETWEEN_EVENTS = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final int MOST_TOLD = 128;

  private final Node node;
  private final Map<NodeId, Long> told = new LinkedHashMap<>();
  private @Nullable HostPort lastAddress;
  private @Nullable NodeId lastMember;
  private long lookedAt;

  FactCheck(Node node) {
    this.node = node;
  }

  /** Whether a fact may be true; counted when not. */
  boolean isPossible(Fact fact) {
    if (fact.epoch() > node.host.wallMillis() + LARGEST_LEAD.toMillis() && isLater(fact)) {
      node.beliefMetrics.refused(BeliefMetrics.Refusal.EPOCH);
      tell(fact);
      return false;
    }
    if (fact.incarnation() > LARGEST_JUMP) {
      MemberRecord known = node.table.find(fact.node());
      long from = known != null && known.epoch() == fact.epoch() ? known.incarnation() : 0;
      if (fact.incarnation() - from > LARGEST_JUMP) {
        node.beliefMetrics.refused(BeliefMetrics.Refusal.INCARNATION);
        return false;
      }
    }
    return true;
  }

  /**
   * What is known already stays possible, also when our own clock was set back: else no objection
   * of anybody would count, and all would be dead.
   */
  private boolean isLater(Fact fact) {
    MemberRecord known = node.table.find(fact.node());
    return known == null || fact.epoch() > known.epoch();
  }

  private void tell(Fact fact) {
    long now = node.host.nanos();
    Long last = told.get(fact.node());
    if (last != null && now - last < BETWEEN_EVENTS.toNanos()) {
      return;
    }
    told.remove(fact.node());
    told.put(fact.node(), now);
    if (told.size() > MOST_TOLD) {
      Iterator<NodeId> oldest = told.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    node.host.tell(new EpochInFuture(fact.node(), fact.epoch()));
  }

  /** Whether one more member can be known; counted when not. */
  boolean hasRoom() {
    if (node.table.size() < MOST_MEMBERS) {
      return true;
    }
    node.beliefMetrics.refused(BeliefMetrics.Refusal.MEMBERS);
    return false;
  }

  /** The living member with this address; null when there is none. */
  @Nullable NodeId memberAt(HostPort address) {
    // An exchange tells many facts in a row: nobody is looked for again at once.
    boolean fresh = node.host.nanos() - lookedAt < BETWEEN_LOOKS.toNanos();
    if (!fresh || !address.equals(lastAddress)) {
      lookedAt = node.host.nanos();
      lastAddress = address;
      lastMember = null;
      for (int i = 0; i < node.table.size(); i++) {
        MemberRecord member = node.table.at(i);
        if (member.isLiving() && member.profile().addresses().contains(address)) {
          lastMember = member.id();
          break;
        }
      }
    }
    return lastMember;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.wire.Fact;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Since when members are suspect, dead or gone, and on whose word; forgets them when that is long
 * ago, or when there are too many. No timer runs while nobody is away.
 */
final class Absences {

  /** So many are remembered also in a small cluster. */
  private static final int LEAST_KEPT = 1000;

  private static final Duration SHORTEST_SWEEP = Duration.ofSeconds(1);

  /** Since when, and who said so; null where the member said good-bye itself. */
  private record Absence(long since, @Nullable Accusation by) {}

  private final Node node;

  // In order of time, as nothing is put in but at the present moment.
  private final Map<NodeId, Absence> dead = new LinkedHashMap<>();
  private final Map<NodeId, Absence> left = new LinkedHashMap<>();
  // Only looked up in.
  private final Map<NodeId, Long> suspected = new HashMap<>();
  private Host.@Nullable Timer sweep;
  private long sweepDue;

  Absences(Node node) {
    this.node = node;
  }

  /** A member took the state of this fact. */
  void taken(Fact fact) {
    NodeId id = fact.node();
    dead.remove(id);
    left.remove(id);
    if (fact instanceof Fact.Suspect) {
      suspected.putIfAbsent(id, node.host.nanos());
      return;
    }
    Long since = suspected.remove(id);
    if (fact instanceof Fact.Dead verdict) {
      if (since != null) {
        node.beliefMetrics.detected(node.host.nanos() - since);
      }
      Accusation by = new Accusation(verdict.accuser(), verdict.grade());
      dead.put(id, new Absence(node.host.nanos(), by));
    } else if (fact instanceof Fact.Left) {
      left.put(id, new Absence(node.host.nanos(), null));
    } else {
      return;
    }
    while (dead.size() + left.size() > Math.max(LEAST_KEPT, node.table.living())) {
      forgetOldest();
    }
    sweepLater();
  }

  /** On whose word a member is dead; null when it is not. */
  @Nullable Accusation verdict(NodeId id) {
    Absence absence = dead.get(id);
    return absence == null ? null : absence.by();
  }

  /** Whether a dead member still gets gossip, so that it hears of it if it lives. */
  boolean isRecentlyDead(NodeId id) {
    Absence absence = dead.get(id);
    return absence != null
        && node.host.nanos() - absence.since() < node.settings.gossipToDeadTime().toNanos();
  }

  /** The member is no longer in the table for another reason. */
  void remove(NodeId id) {
    suspected.remove(id);
    dead.remove(id);
    left.remove(id);
  }

  private void forgetOldest() {
    Map.Entry<NodeId, Absence> ofDead = first(dead);
    Map.Entry<NodeId, Absence> ofLeft = first(left);
    if (ofDead == null
        || (ofLeft != null && ofLeft.getValue().since() < ofDead.getValue().since())) {
      forget(left);
    } else {
      forget(dead);
    }
  }

  private void forget(Map<NodeId, Absence> members) {
    Iterator<NodeId> oldest = members.keySet().iterator();
    NodeId id = oldest.next();
    oldest.remove();
    MemberRecord member = node.table.find(id);
    if (member != null) {
      node.beliefs.forget(member);
    }
  }

  private void sweepLater() {
    long now = node.host.nanos();
    long wait =
        Math.min(
            rest(dead, node.settings.deadRetention(), now),
            rest(left, node.settings.leftRetention(), now));
    if (wait == Long.MAX_VALUE) {
      return;
    }
    wait = Math.max(wait, SHORTEST_SWEEP.toNanos());
    Host.Timer before = sweep;
    if (before != null) {
      if (sweepDue - now <= wait) {
        return;
      }
      before.cancel();
    }
    sweepDue = now + wait;
    sweep = node.host.schedule(wait, this::sweep);
  }

  private static long rest(Map<NodeId, Absence> members, Duration retention, long now) {
    Map.Entry<NodeId, Absence> oldest = first(members);
    return oldest == null ? Long.MAX_VALUE : oldest.getValue().since() - now + retention.toNanos();
  }

  private void sweep() {
    sweep = null;
    sweep(dead, node.settings.deadRetention());
    sweep(left, node.settings.leftRetention());
    sweepLater();
  }

  private void sweep(Map<NodeId, Absence> members, Duration retention) {
    long now = node.host.nanos();
    for (Map.Entry<NodeId, Absence> oldest = first(members);
        oldest != null && now - oldest.getValue().since() >= retention.toNanos();
        oldest = first(members)) {
      forget(members);
    }
  }

  private static <V> Map.@Nullable Entry<NodeId, V> first(Map<NodeId, V> members) {
    return members.isEmpty() ? null : members.entrySet().iterator().next();
  }
}

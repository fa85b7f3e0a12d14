// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.TimelineStep;
import io.dcosnet.gossip.wire.Fact;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What happened to each member and on whose word, for explanations; the last steps of each member
 * that the table has.
 */
final class Timeline {

  private final Node node;
  private final Map<NodeId, Deque<TimelineStep>> steps = new HashMap<>();

  Timeline(Node node) {
    this.node = node;
  }

  /** Notes a fact that was taken. */
  void taken(Fact fact, Hearsay how) {
    int most = node.settings.timelineLength();
    if (most == 0) {
      return;
    }
    NodeId accuser = null;
    Grade grade = null;
    if (fact instanceof Fact.Suspect suspect) {
      accuser = suspect.accuser();
      grade = suspect.grade();
    } else if (fact instanceof Fact.Dead dead) {
      accuser = dead.accuser();
      grade = dead.grade();
    }
    Deque<TimelineStep> ofMember = steps.computeIfAbsent(fact.node(), any -> new ArrayDeque<>(1));
    if (ofMember.size() == most) {
      ofMember.removeFirst();
    }
    ofMember.addLast(
        new TimelineStep(
            Instant.ofEpochMilli(node.host.wallMillis()),
            fact.state(),
            fact.epoch(),
            fact.incarnation(),
            how.channel().name().toLowerCase(Locale.ROOT),
            how.from(),
            accuser,
            grade));
  }

  /** Forgets a member. */
  void remove(NodeId id) {
    steps.remove(id);
  }

  /** The steps of a member, oldest first. */
  List<TimelineStep> of(NodeId id) {
    Deque<TimelineStep> ofMember = steps.get(id);
    return ofMember == null ? List.of() : List.copyOf(ofMember);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.Grade;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a stream and a fresh connect tell together of a member: gone beyond doubt, or
 * worth a question.
 */
final class CrashSensor {

  private final Node node;

  CrashSensor(Node node) {
    this.node = node;
  }

  /**
   * Nobody listens at the member's address, or another node does.
   *
   * @param lost epoch of the life whose stream was lost just before, if one was
   */
  void absent(NodeId id, OptionalLong lost) {
    MemberRecord member = judged(id);
    if (member == null) {
      return;
    }
    if (lost.isEmpty()) {
      ask(member);
    } else if (member.epoch() == lost.getAsLong()) {
      node.beliefs.accuse(member, Grade.CRASH);
    }
  }

  /** The member's address does not answer, which is no evidence unless a stream was lost too. */
  void silent(NodeId id, OptionalLong lost) {
    MemberRecord member = judged(id);
    if (member != null && lost.isPresent() && member.epoch() == lost.getAsLong()) {
      ask(member);
    }
  }

  private @Nullable MemberRecord judged(NodeId id) {
    MemberRecord member = node.table.find(id);
    return member != null && member.isLiving() && !node.leaving.isLeaving() ? member : null;
  }

  private void ask(MemberRecord member) {
    node.probing.ask(
        member.address(),
        member.id(),
        answered -> {
          MemberRecord now = judged(member.id());
          if (!answered && now != null && now.epoch() == member.epoch()) {
            node.beliefs.accuse(now, Grade.LINK);
          }
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.GossipEvent.NameConflict;
import io.dcosnet.gossip.member.GossipEvent.ViewChanged;
import io.dcosnet.gossip.wire.ShortId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a name that two members use: the one that had it, if it lives and answers; a rebuilt
 * host gets its name back at once. Members are told apart by their identity whatever their names,
 * so this only decides how they are shown.
 */
final class Names {

  /** Most conflicts that are told apart; beyond, members are shown by their plain names. */
  private static final int MOST = 1024;

  /** Both want the name; the second one has it. */
  private record Conflict(String name, NodeId owner) {}

  private final Node node;
  private final Map<NodeId, Conflict> refused = new LinkedHashMap<>();

  Names(Node node) {
    this.node = node;
  }

  /** How a member is shown. */
  String shown(MemberRecord member) {
    String name = member.profile().name();
    return refused.containsKey(member.id())
        ? name + "#" + ShortId.text(member.key().shortId())
        : name;
  }

  /** A member is new, or has another state, or perhaps another name. */
  void changed(MemberRecord member, boolean otherProfile) {
    if (!refused.isEmpty()) {
      settle(member);
    }
    if (member.isLiving() && otherProfile && !refused.containsKey(member.id())) {
      MemberRecord other = node.table.livingNamesake(member);
      if (other != null && !isSettled(member, other)) {
        dispute(member, other);
      }
    }
  }

  private boolean isSettled(MemberRecord owner, MemberRecord other) {
    Conflict conflict = refused.get(other.id());
    return conflict != null && conflict.owner().equals(owner.id());
  }

  /** A member is no longer remembered. */
  void gone(MemberRecord member) {
    refused.remove(member.id());
    if (!refused.isEmpty()) {
      release(member.id());
    }
  }

  private void settle(MemberRecord member) {
    String name = member.isLiving() ? member.profile().name() : "";
    Conflict own = refused.get(member.id());
    if (own != null && !own.name().equals(name)) {
      refused.remove(member.id());
    }
    boolean gaveUp = false;
    for (Conflict conflict : refused.values()) {
      gaveUp |= conflict.owner().equals(member.id()) && !conflict.name().equals(name);
    }
    if (gaveUp) {
      release(member.id());
    }
  }

  /** Who was refused in favour of this member gets its name. */
  private void release(NodeId owner) {
    List<NodeId> freed = new ArrayList<>();
    refused.forEach(
        (id, conflict) -> {
          if (conflict.owner().equals(owner)) {
            freed.add(id);
          }
        });
    for (NodeId id : freed) {
      refused.remove(id);
      MemberRecord member = node.table.find(id);
      if (member != null) {
        node.host.tell(new ViewChanged(id));
        // Several may have waited for it.
        changed(member, true);
      }
    }
  }

  private void dispute(MemberRecord member, MemberRecord other) {
    boolean otherOwns = isOlder(other, member);
    MemberRecord owner = otherOwns ? other : member;
    MemberRecord claimant = otherOwns ? member : other;
    if (owner == node.table.self()) {
      refuse(claimant.id(), owner.id(), true);
      return;
    }
    // All nodes see the conflict at once, and should not all ask in the same moment.
    node.host.schedule(
        node.somewhereIn(node.settings.probeInterval()),
        () -> ask(owner.id(), claimant.id(), claimant.profile().name()));
  }

  /** All nodes must judge alike, whomever they met first: by the time of start. */
  private static boolean isOlder(MemberRecord a, MemberRecord b) {
    int byEpoch = Long.compare(a.epoch(), b.epoch());
    return byEpoch != 0 ? byEpoch < 0 : a.id().compareTo(b.id()) < 0;
  }

  private void ask(NodeId owner, NodeId claimant, String name) {
    MemberRecord now = using(owner, name);
    if (now != null && using(claimant, name) != null) {
      node.probing.ask(
          now.address(),
          owner,
          answered -> {
            if (using(owner, name) != null && using(claimant, name) != null) {
              if (answered) {
                refuse(claimant, owner, true);
              } else {
                refuse(owner, claimant, false);
              }
            }
          });
    }
  }

  private @Nullable MemberRecord using(NodeId id, String name) {
    MemberRecord member = node.table.find(id);
    return member != null && member.isLiving() && member.profile().name().equals(name)
        ? member
        : null;
  }

  private void refuse(NodeId id, NodeId owner, boolean conflict) {
    MemberRecord member = node.table.find(id);
    if (member == null || refused.size() >= MOST || refused.containsKey(id)) {
      return;
    }
    String name = member.profile().name();
    refused.put(id, new Conflict(name, owner));
    if (conflict) {
      node.host.tell(new NameConflict(name, owner, id));
    }
    node.host.tell(new ViewChanged(id));
  }
}

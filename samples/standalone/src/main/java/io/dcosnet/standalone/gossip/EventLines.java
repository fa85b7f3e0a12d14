// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.EpochInFuture;
import io.dcosnet.gossip.member.GossipEvent.IdentityCloned;
import io.dcosnet.gossip.member.GossipEvent.Joined;
import io.dcosnet.gossip.member.GossipEvent.LinkImpaired;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.GossipEvent.NameConflict;
import io.dcosnet.gossip.member.GossipEvent.PartitionSuspected;
import io.dcosnet.gossip.member.GossipEvent.Refused;
import io.dcosnet.gossip.member.GossipEvent.Resync;
import io.dcosnet.gossip.member.GossipEvent.UdpImpaired;

/**
 * What a member noticed, as one JSON object each: {@code {"nanos":…,"event":…,"member":…}}, where
 * the nanoseconds are of the monotonic clock, which on Linux all processes of a machine share.
 *
 * <p><b>Thread-safe.</b>
 */
final class EventLines {

  private final MemberNames names;
  private final TimeSource time;

  EventLines(MemberNames names, TimeSource time) {
    this.names = names;
    this.time = time;
  }

  /** An event that is none of the protocol. */
  ObjectNode line(String event) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    return line.put("nanos", time.nanos()).put("event", event);
  }

  /** An event about one member. */
  ObjectNode line(String event, NodeId member) {
    return line(event).put("member", names.of(member)).put("id", member.toString());
  }

  /** Takes note of names, too. */
  ObjectNode line(GossipEvent event) {
    if (event instanceof MemberChanged changed) {
      return changed(changed);
    }
    if (event instanceof Joined joined) {
      return line("joined", joined.with()).put("members", joined.members());
    }
    if (event instanceof NameConflict conflict) {
      return line("name-conflict", conflict.owner())
          .put("name", conflict.name())
          .put("refused", conflict.refused().toString());
    }
    if (event instanceof IdentityCloned cloned) {
      return line("identity-cloned", cloned.id()).put("epoch", cloned.theirEpoch());
    }
    if (event instanceof UdpImpaired impaired) {
      return line("udp-impaired", impaired.id());
    }
    if (event instanceof LinkImpaired impaired) {
      return line("link-impaired", impaired.id()).put("impaired", impaired.impaired());
    }
    if (event instanceof PartitionSuspected suspected) {
      return line("partition-suspected")
          .put("suspects", suspected.suspects())
          .put("members", suspected.members());
    }
    if (event instanceof EpochInFuture future) {
      return line("epoch-in-future", future.id()).put("epoch", future.epoch());
    }
    if (event instanceof Refused refused) {
      return line("refused").put("peer", refused.peer()).put("reason", refused.reason());
    }
    if (event instanceof Resync resync) {
      return line("resync").put("lost", resync.lost());
    }
    return line("unknown").put("what", event.toString());
  }

  private ObjectNode changed(MemberChanged changed) {
    // A name that is forgotten with this event is wanted once more for its line.
    String name = changed.profile().name();
    names.note(changed);
    ObjectNode line =
        line(word(changed))
            .put("member", name)
            .put("id", changed.id().toString())
            .put("address", changed.profile().address().toString());
    if (!changed.accusations().isEmpty()) {
      line.set("accusations", MemberDocuments.accusations(changed.accusations(), names));
    }
    return line;
  }

  /** What it says of itself, or who accuses it, may change while its state does not. */
  private static String word(MemberChanged changed) {
    if (changed.after() == null) {
      return "removed";
    }
    return changed.after() == changed.before() ? "changed" : MemberDocuments.word(changed.after());
  }
}

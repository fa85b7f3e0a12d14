// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.netty.NettyHost;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.store.StoreState;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of a node as JSON, for people. Holds no secrets: of keys only the ids. */
final class DebugSnapshot {

  private DebugSnapshot() {}

  /** On the thread of the core. */
  static String of(GossipCore core, ClusterPlan plan, @Nullable RunningNode node) {
    NettyHost host = node == null ? null : node.host();
    JsonText json = new JsonText();
    MemberRecord self = core.self();
    json.beginObject();
    json.field("id", self.id().toString());
    json.field("name", self.profile().name());
    json.field("address", self.address().toString());
    json.field("epoch", self.epoch());
    json.field("incarnation", self.incarnation());
    json.field("label", plan.label().text());
    json.field("digest", Long.toHexString(core.digest()));
    KeyRing keys = plan.keys();
    json.field("keys", keys == null ? "none" : keys.presence().toString());
    if (host != null) {
      json.field("links", host.links());
      json.field("timers", host.timers());
      json.field("unknownKey", host.unknownKey());
    }
    if (node != null) {
      json.name("dropped").beginObject();
      node.drops().byReason().forEach(json::field);
      json.endObject();
    }
    Replica replica = core.replica();
    if (replica != null) {
      store(json, replica);
    }
    json.name("members").beginArray();
    List<MemberRecord> members = core.members();
    members.sort(Comparator.comparing(MemberRecord::id));
    for (MemberRecord member : members) {
      member(json, core, member);
    }
    json.endArray();
    json.endObject();
    return json.toString();
  }

  private static void store(JsonText json, Replica replica) {
    StoreState state = replica.state();
    json.name("store").beginObject();
    json.field("replica", state.self().toString());
    json.field("keys", state.keys());
    json.field("ghosts", state.ghosts());
    json.field("octets", state.octets());
    json.field("replicas", state.clock().replicas().size());
    json.field("clock", Long.toHexString(state.clock().digest()));
    json.field("live", Long.toHexString(state.liveDigest()));
    json.field("oldestUnstable", state.oldestUnstable());
    json.endObject();
  }

  private static void member(JsonText json, GossipCore core, MemberRecord member) {
    json.beginObject();
    json.field("id", member.id().toString());
    json.field("name", member.profile().name());
    json.field("address", member.address().toString());
    json.field("state", member.state().name());
    json.field("epoch", member.epoch());
    json.field("incarnation", member.incarnation());
    List<Accusation> accusations = core.accusations(member.id());
    if (!accusations.isEmpty()) {
      json.name("accusations").beginArray();
      for (Accusation accusation : accusations) {
        json.beginObject();
        json.field("accuser", accusation.accuser().toString());
        json.field("grade", accusation.grade().name());
        json.endObject();
      }
      json.endArray();
    }
    json.endObject();
  }
}

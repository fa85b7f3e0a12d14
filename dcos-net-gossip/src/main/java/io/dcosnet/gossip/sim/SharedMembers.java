// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.protocol.MemberKey;
import io.dcosnet.gossip.protocol.MemberPool;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.wire.KnownFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The member records of one simulation, each made once, so that ten thousand tables of ten thousand
 * members fit into memory.
 */
final class SharedMembers implements MemberPool {

  /** Beyond so many per member the oldest is made anew when it is met again. */
  private static final int MOST = 32;

  private final KnownFacts known = new KnownFacts(1 << 15);
  private final Map<NodeId, MemberKey> keys = new HashMap<>();
  private final Map<MemberKey, List<MemberRecord>> records = new HashMap<>();

  @Override
  public KnownFacts known() {
    return known;
  }

  @Override
  public MemberKey key(NodeId id) {
    return keys.computeIfAbsent(id, MemberKey::new);
  }

  @Override
  public MemberRecord record(
      MemberKey key, Profile profile, long epoch, long incarnation, State state) {
    List<MemberRecord> known = records.computeIfAbsent(key, any -> new ArrayList<>(4));
    // From the end: the newest are asked for most.
    for (int i = known.size() - 1; i >= 0; i--) {
      MemberRecord record = known.get(i);
      if (record.epoch() == epoch
          && record.incarnation() == incarnation
          && record.state() == state
          && record.profile().equals(profile)) {
        return record;
      }
    }
    MemberRecord record = MemberPool.plain().record(key, profile, epoch, incarnation, state);
    if (known.size() == MOST) {
      known.remove(0);
    }
    known.add(record);
    return record;
  }
}

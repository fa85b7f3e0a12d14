// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.wire.KnownFacts;

/**
 * Makes the immutable objects of member tables. The nodes of a simulation share one that hands out
 * equal objects once only; otherwise ten thousand tables of ten thousand members fit nowhere.
 */
public interface MemberPool {

  MemberKey key(NodeId id);

  MemberRecord record(MemberKey key, Profile profile, long epoch, long incarnation, State state);

  /** Facts that were read lately; asked for once by each node. */
  default KnownFacts known() {
    return new KnownFacts(256);
  }

  /** Makes a new object each time. */
  static MemberPool plain() {
    return PlainMemberPool.INSTANCE;
  }
}

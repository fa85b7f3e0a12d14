// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Profile;

/** New objects each time. */
final class PlainMemberPool implements MemberPool {

  static final PlainMemberPool INSTANCE = new PlainMemberPool();

  private PlainMemberPool() {}

  @Override
  public MemberKey key(NodeId id) {
    return new MemberKey(id);
  }

  @Override
  public MemberRecord record(
      MemberKey key, Profile profile, long epoch, long incarnation, State state) {
    return new MemberRecord(key, profile, epoch, incarnation, state);
  }
}

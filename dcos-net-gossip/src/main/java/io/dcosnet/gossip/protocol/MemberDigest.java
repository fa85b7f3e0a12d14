// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.wire.Xxh64;

/** The part that a member has in the digest of a member table, which is the XOR of all parts. */
final class MemberDigest {

  private MemberDigest() {}

  /**
   * XXH64 with seed 0 over identity (16 octets), epoch (8), incarnation (8) and state (1),
   * big-endian, where SUSPECT counts as ALIVE: whom one suspects need not be told by repair.
   *
   * <p>0 for members that are dead or have left. Each node forgets these in its own time, and one
   * that joins never hears of them; tables that agree on who lives must be equal all the same, or
   * there would be repair without end.
   */
  static long of(NodeId id, long epoch, long incarnation, State state) {
    if (state.compareTo(State.SUSPECT) > 0) {
      return 0;
    }
    return Xxh64.hash(
        id.uuid().getMostSignificantBits(),
        id.uuid().getLeastSignificantBits(),
        epoch,
        incarnation,
        0);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.links;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Xxh64;

/** Somebody who has a place on each ring. */
public interface RingMember {

  NodeId id();

  /** Its place on a ring, unsigned: {@link #place} of its identity, kept where that pays. */
  long ringPlace(int ring);

  /** XXH64 over the 16 octets of the identity, with the number of the ring as its seed. */
  static long place(NodeId id, int ring) {
    return Xxh64.hash(
        id.uuid().getMostSignificantBits(), id.uuid().getLeastSignificantBits(), ring);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.links.RingMember;
import io.dcosnet.gossip.wire.ShortId;
import org.jspecify.annotations.Nullable;

/** A node's identity and what is computed from it once. <b>Immutable.</b> */
public final class MemberKey implements RingMember {

  private static final int COMMON_RINGS = 3;

  private final NodeId id;
  private final long shortId;

  // Computed when first asked for; every computation gives the same.
  private volatile long @Nullable [] ringPlaces;

  public MemberKey(NodeId id) {
    this.id = id;
    this.shortId = ShortId.of(id);
  }

  @Override
  public NodeId id() {
    return id;
  }

  /** See {@link ShortId}. */
  public long shortId() {
    return shortId;
  }

  @Override
  public long ringPlace(int ring) {
    long[] places = ringPlaces;
    if (places == null || places.length <= ring) {
      places = new long[Math.max(ring + 1, COMMON_RINGS)];
      for (int i = 0; i < places.length; i++) {
        places[i] = RingMember.place(id, i);
      }
      ringPlaces = places;
    }
    return places[ring];
  }

  @Override
  public String toString() {
    return id.toString();
  }
}

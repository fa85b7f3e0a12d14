// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.ShortId;

/** A node's identity and what is computed from it once. <b>Immutable.</b> */
public final class MemberKey {

  private final NodeId id;
  private final long shortId;

  public MemberKey(NodeId id) {
    this.id = id;
    this.shortId = ShortId.of(id);
  }

  public NodeId id() {
    return id;
  }

  /** See {@link ShortId}. */
  public long shortId() {
    return shortId;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}

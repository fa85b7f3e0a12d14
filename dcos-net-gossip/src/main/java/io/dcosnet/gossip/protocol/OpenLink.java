// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import org.jspecify.annotations.Nullable;

/** What is known of a link that is open or about to be. */
final class OpenLink {

  /** Whether the other side opened it. */
  final boolean inbound;

  /** Null until the first message of an inbound link shows what it is for. */
  @Nullable LinkUser user;

  /** Null until it is open. */
  @Nullable LinkPeer peer;

  /** Stays open for long, and its user sees to it that it is not dead. */
  boolean lasting;

  /** May carry as much as it likes, as long as it makes progress. */
  boolean bulk;

  /** Monotonic time of the last frame in either direction. */
  long progress;

  /** Octets of the frames in both directions. */
  long octets;

  OpenLink(boolean inbound, @Nullable LinkUser user, @Nullable LinkPeer peer, long now) {
    this.inbound = inbound;
    this.user = user;
    this.peer = peer;
    this.progress = now;
  }

  /** Whether it counts as one of those that others may open here. */
  boolean isGuest() {
    return inbound && !lasting;
  }
}

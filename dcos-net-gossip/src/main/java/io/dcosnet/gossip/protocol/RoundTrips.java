// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;

/** Round trips to members, smoothed as TCP does (RFC 6298). */
final class RoundTrips {

  private final Node node;

  RoundTrips(Node node) {
    this.node = node;
  }

  /** A direct answer came after this time. */
  void sample(NodeId id, long nanos) {
    throw new UnsupportedOperationException();
  }

  /** How long to wait for a direct answer of a member, in nanoseconds. */
  long timeoutNanos(NodeId id) {
    throw new UnsupportedOperationException();
  }

  /** Forgets a member. */
  void remove(NodeId id) {
    throw new UnsupportedOperationException();
  }
}

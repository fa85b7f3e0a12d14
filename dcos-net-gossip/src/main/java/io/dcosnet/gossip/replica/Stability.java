// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;

/**
 * Which writes all replicas have. Each replica of the register tells from time to time the number
 * and the time of its last write, and up to which time it has all writes of all others; the least
 * of the latter is stable, and what deletions up to then left behind can go.
 *
 * <p>The register is part of the store: one entry for each replica that ever wrote, below a prefix
 * that no user sees ({@link #REGISTER}).
 */
final class Stability {

  private final Replica replica;

  Stability(Replica replica) {
    this.replica = replica;
  }

  /** Where the register lies: no key of users begins like that. */
  static final String REGISTER = "\u0000replica/";

  /** Enters this replica into the register, and begins to tell. */
  void start() {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** Watermarks on the stream of a neighbour. */
  void received(ReplicaHost.Neighbour from, StoreMessage message) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** Watermarks that came by datagram. */
  void rumour(NodeId from, StoreMessage message) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#membersChanged}. */
  void membersChanged(NodeId member) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#why}. */
  String why(String key) {
    throw new UnsupportedOperationException(replica.toString());
  }
}

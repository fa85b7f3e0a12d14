// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.Delta;

/**
 * Passes deltas on along the links of the rings: at once on those that make up a tree, as a mere
 * list of what there is on the others, from which a node takes what the tree did not bring (after
 * Leitao and others, Epidemic Broadcast Trees, 2007). Where no link is open, deltas ride on gossip.
 */
final class Spread {

  private final Replica replica;

  Spread(Replica replica) {
    this.replica = replica;
  }

  /** A write of this node, safe and to be told. */
  void own(Delta delta) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** A delta of another node that waited in {@link Intake} was taken in. */
  void taken(Delta delta) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#neighbourUp}. */
  void up(ReplicaHost.Neighbour neighbour) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#neighbourDown}. */
  void down(ReplicaHost.Neighbour neighbour) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** A message of its kinds on the stream of a neighbour. */
  void received(ReplicaHost.Neighbour from, StoreMessage message) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** A delta that came by datagram. */
  void rumour(NodeId from, StoreMessage message) {
    throw new UnsupportedOperationException(replica.toString());
  }
}

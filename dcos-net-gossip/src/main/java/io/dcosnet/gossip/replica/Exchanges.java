// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;

/**
 * Finds and repairs differences between two replicas over a stream of its own: digests first, then
 * the parts of the clocks that differ, then each key with a write that the other side lacks, both
 * ways; now and then the live atoms too. With neighbours and anybody in turn, and soon with a
 * member whose digest differs for long.
 */
final class Exchanges {

  private final Replica replica;

  Exchanges(Replica replica) {
    this.replica = replica;
  }

  /** Begins the periodic exchanges. */
  void start() {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** Ends those under way. */
  void stop() {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#digest}. */
  long digest() {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#digestSeen}. */
  void digestSeen(NodeId member, long digest) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#begun}. */
  void begun(int link, NodeId from, StoreMessage first) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#opened}. */
  void opened(int link) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#received(int, StoreMessage)}. */
  void received(int link, StoreMessage message) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#writable}. */
  void writable(int link) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#closed}. */
  void closed(int link) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** An exchange with somebody soon: something is missing that no link brought. */
  void soon() {
    throw new UnsupportedOperationException(replica.toString());
  }
}

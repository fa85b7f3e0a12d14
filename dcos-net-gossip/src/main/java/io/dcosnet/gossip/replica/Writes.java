// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.crdt.CrdtOp;
import java.util.List;

/**
 * Writes of this node: takes them in at once, keeps them in order, and hands them to {@link Spread}
 * when they are safe. Writes to one key within the flush interval travel as one delta.
 */
final class Writes {

  private final Replica replica;

  Writes(Replica replica) {
    this.replica = replica;
  }

  /** See {@link Replica#update}. */
  void update(String key, List<CrdtOp> ops, WriteResult result) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** See {@link Replica#delete}. */
  void delete(String key, WriteResult result) {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** A time for a write, later than all that was seen. */
  long time() {
    throw new UnsupportedOperationException(replica.toString());
  }

  /** Takes note of the time of a write of another node. */
  void observed(long time) {
    throw new UnsupportedOperationException(replica.toString());
  }
}

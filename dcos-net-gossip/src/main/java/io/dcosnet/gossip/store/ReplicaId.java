// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;

/**
 * Who numbers writes: a node, and which of the stores that it ever had. A node whose store was
 * lost, or may have lost its last writes, goes on with the next generation, since a number that was
 * used once must never come back for something else. <b>Immutable.</b>
 *
 * @param generation from 1
 */
public record ReplicaId(NodeId node, int generation) implements Comparable<ReplicaId> {

  public ReplicaId {
    requireNonNull(node, "node");
    if (generation < 1) {
      throw new IllegalArgumentException("generation: " + generation + " (expected: 1 or more)");
    }
  }

  @Override
  public int compareTo(ReplicaId other) {
    int byNode = node.compareTo(other.node);
    return byNode != 0 ? byNode : Integer.compare(generation, other.generation);
  }

  @Override
  public String toString() {
    return node + "/" + generation;
  }
}

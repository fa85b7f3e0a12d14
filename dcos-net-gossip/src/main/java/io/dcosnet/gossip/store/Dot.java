// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

/**
 * The number of one write, removals included: the counter runs over all keys of a replica.
 * <b>Immutable.</b>
 *
 * @param counter from 1, without gaps at its origin
 */
public record Dot(ReplicaId replica, long counter) implements Comparable<Dot> {

  public Dot {
    requireNonNull(replica, "replica");
    if (counter < 1) {
      throw new IllegalArgumentException("counter: " + counter + " (expected: 1 or more)");
    }
  }

  @Override
  public int compareTo(Dot other) {
    int byReplica = replica.compareTo(other.replica);
    return byReplica != 0 ? byReplica : Long.compare(counter, other.counter);
  }

  @Override
  public String toString() {
    return replica + ":" + counter;
  }
}

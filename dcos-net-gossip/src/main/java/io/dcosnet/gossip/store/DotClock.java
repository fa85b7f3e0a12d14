// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.Set;

/**
 * Which writes of all replicas are taken in: for each replica all up to a number, and single ones
 * above it. <b>Not thread-safe.</b>
 */
public final class DotClock implements Seen {

  /** An empty clock. */
  public DotClock() {}

  @Override
  public boolean has(Dot dot) {
    throw new UnsupportedOperationException();
  }

  /** Adds a write; false when it was there. */
  public boolean add(Dot dot) {
    throw new UnsupportedOperationException();
  }

  /** Adds all of another clock. */
  public void addAll(DotClock other) {
    throw new UnsupportedOperationException();
  }

  /** All writes of a replica up to this one are there; 0 for none. */
  public long base(ReplicaId replica) {
    throw new UnsupportedOperationException();
  }

  /** The highest write of a replica that is there; 0 for none. */
  public long highest(ReplicaId replica) {
    throw new UnsupportedOperationException();
  }

  /** Whether all writes of the other clock are in this one. */
  public boolean covers(DotClock other) {
    throw new UnsupportedOperationException();
  }

  /** The replicas that any write is there of. */
  public Set<ReplicaId> replicas() {
    throw new UnsupportedOperationException();
  }

  /** Forgets a replica that has no data any more. */
  public void forget(ReplicaId replica) {
    throw new UnsupportedOperationException();
  }

  /**
   * A number that equal clocks have in common, kept up to date with each change: the XOR of one for
   * each replica.
   */
  public long digest() {
    throw new UnsupportedOperationException();
  }

  /** Digest of the replicas whose id falls into this bucket, 0 to 255. */
  public long digest(int bucket) {
    throw new UnsupportedOperationException();
  }

  /** The bucket of a replica, 0 to 255; the same on all nodes. */
  public static int bucket(ReplicaId replica) {
    throw new UnsupportedOperationException();
  }

  /** The part that belongs to these buckets. */
  public DotClock only(java.util.BitSet buckets) {
    throw new UnsupportedOperationException();
  }

  public DotClock copy() {
    throw new UnsupportedOperationException();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which writes of all replicas are taken in: for each replica all up to a number, and single ones
 * above it. <b>Not thread-safe.</b>
 */
public final class DotClock implements Seen {

  private static final int BUCKETS = 256;

  /** None of them is {@link Progress#isNone}. */
  private final Map<ReplicaId, Progress> progress;

  private long digest;

  /** Digests of the buckets; made when somebody asks, and then kept up to date. */
  private long @Nullable [] buckets;

  /** An empty clock. */
  public DotClock() {
    this.progress = new LinkedHashMap<>();
  }

  private DotClock(DotClock other) {
    this.progress = new LinkedHashMap<>(other.progress);
    this.digest = other.digest;
    long[] theirs = other.buckets;
    this.buckets = theirs == null ? null : theirs.clone();
  }

  @Override
  public boolean has(Dot dot) {
    Progress of = progress.get(dot.replica());
    return of != null && of.has(dot.counter());
  }

  /** Adds a write; false when it was there. */
  @SuppressWarnings("ReferenceEquality") // unchanged is the same one
  public boolean add(Dot dot) {
    Progress before = progress.get(dot.replica());
    Progress from = before == null ? Progress.none(dot.replica()) : before;
    Progress after = from.with(dot.counter());
    if (after == before) {
      return false;
    }
    set(dot.replica(), before, after);
    return true;
  }

  /** Adds all of another clock. */
  @SuppressWarnings("ReferenceEquality") // unchanged is the same one
  public void addAll(DotClock other) {
    other.progress.forEach(
        (replica, theirs) -> {
          Progress before = progress.get(replica);
          Progress after = before == null ? theirs : before.union(theirs);
          if (after != before) {
            set(replica, before, after);
          }
        });
  }

  /** Takes over what was read, which is new. */
  void put(ReplicaId replica, Progress read) {
    set(replica, null, read);
  }

  /** Of one replica; null for none. */
  @Nullable Progress progress(ReplicaId replica) {
    return progress.get(replica);
  }

  private void set(ReplicaId replica, @Nullable Progress before, @Nullable Progress after) {
    if (after == null) {
      progress.remove(replica);
    } else {
      progress.put(replica, after);
    }
    long change = (before == null ? 0 : before.digest()) ^ (after == null ? 0 : after.digest());
    digest ^= change;
    if (buckets != null) {
      buckets[bucket(replica)] ^= change;
    }
  }

  /** All writes of a replica up to this one are there; 0 for none. */
  public long base(ReplicaId replica) {
    Progress of = progress.get(replica);
    return of == null ? 0 : of.base();
  }

  /** The highest write of a replica that is there; 0 for none. */
  public long highest(ReplicaId replica) {
    Progress of = progress.get(replica);
    return of == null ? 0 : of.highest();
  }

  /** Whether all writes of the other clock are in this one. */
  public boolean covers(DotClock other) {
    for (Map.Entry<ReplicaId, Progress> theirs : other.progress.entrySet()) {
      Progress ours = progress.get(theirs.getKey());
      if (ours == null || !ours.covers(theirs.getValue())) {
        return false;
      }
    }
    return true;
  }

  /**
   * The replicas that any write is there of, in the order in which they came; not to be changed.
   */
  public Set<ReplicaId> replicas() {
    return Collections.unmodifiableSet(progress.keySet());
  }

  /** Forgets a replica that has no data any more. */
  public void forget(ReplicaId replica) {
    Progress before = progress.get(replica);
    if (before != null) {
      set(replica, before, null);
    }
  }

  /**
   * A number that equal clocks have in common, kept up to date with each change: the XOR of one for
   * each replica; 0 for an empty clock.
   */
  public long digest() {
    return digest;
  }

  /** Digest of the replicas whose id falls into this bucket, 0 to 255. */
  public long digest(int bucket) {
    long[] digests = buckets;
    if (digests == null) {
      digests = new long[BUCKETS];
      for (Map.Entry<ReplicaId, Progress> of : progress.entrySet()) {
        digests[bucket(of.getKey())] ^= of.getValue().digest();
      }
      buckets = digests;
    }
    return digests[bucket];
  }

  /** The bucket of a replica, 0 to 255; the same on all nodes. */
  public static int bucket(ReplicaId replica) {
    return (int) Progress.hash(replica) & (BUCKETS - 1);
  }

  /** The part that belongs to these buckets. */
  public DotClock only(BitSet buckets) {
    DotClock part = new DotClock();
    progress.forEach(
        (replica, of) -> {
          if (buckets.get(bucket(replica))) {
            part.put(replica, of);
          }
        });
    return part;
  }

  /**
   * The part that belongs to the replicas that an earlier copy of this clock has other writes of.
   */
  public DotClock changedSince(DotClock earlier) {
    DotClock part = new DotClock();
    progress.forEach(
        (replica, of) -> {
          Progress before = earlier.progress.get(replica);
          if (before == null || !of.equals(before)) {
            part.put(replica, of);
          }
        });
    return part;
  }

  /** Another clock with the same writes; takes time only for references. */
  public DotClock copy() {
    return new DotClock(this);
  }

  /** Sorted by replica, for encoding. */
  SortedMap<ReplicaId, Progress> sorted() {
    return new TreeMap<>(progress);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DotClock that
        && digest == that.digest
        && progress.equals(that.progress);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(digest);
  }

  /** As {@code replica:base+further}, sorted. */
  @Override
  public String toString() {
    return sorted().toString();
  }
}

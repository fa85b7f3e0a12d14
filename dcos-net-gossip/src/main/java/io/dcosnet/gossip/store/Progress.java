// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.gossip.wire.Xxh64;
import java.util.Arrays;

/**
 * Which writes of one replica are there: all up to a base, and ranges above it. However long a gap
 * is, it takes no room. <b>Immutable.</b>
 */
final class Progress {

  private static final long[] NO_RANGES = {};

  /** Hash of the replica. */
  private final long id;

  private final long base;

  /** First and last of each range, ascending, with at least one missing before each. */
  private final long[] ranges;

  private final long digest;

  private Progress(long id, long base, long[] ranges, long digest) {
    this.id = id;
    this.base = base;
    this.ranges = ranges;
    this.digest = digest;
  }

  /** No write of a replica; not to be kept in a clock, where it would count in its digest. */
  static Progress none(ReplicaId replica) {
    long id = hash(replica);
    return new Progress(id, 0, NO_RANGES, ofBase(id, 0));
  }

  /** Of parts that were checked. */
  static Progress of(ReplicaId replica, long base, long[] ranges) {
    long id = hash(replica);
    long digest = ofBase(id, base);
    for (int i = 0; i < ranges.length; i += 2) {
      digest ^= ofRange(id, ranges[i], ranges[i + 1]);
    }
    return new Progress(id, base, ranges.length == 0 ? NO_RANGES : ranges, digest);
  }

  /** A number that spreads replicas evenly, the same on all nodes. */
  static long hash(ReplicaId replica) {
    return Xxh64.hash(
        replica.node().uuid().getMostSignificantBits(),
        replica.node().uuid().getLeastSignificantBits(),
        replica.generation());
  }

  private static long ofBase(long id, long base) {
    return Xxh64.hash(id, base, 1);
  }

  private static long ofRange(long id, long from, long to) {
    return Xxh64.hash(id, from, to, 0, 2);
  }

  long base() {
    return base;
  }

  long highest() {
    return ranges.length == 0 ? base : ranges[ranges.length - 1];
  }

  /** Not to be changed. */
  long[] ranges() {
    return ranges;
  }

  long digest() {
    return digest;
  }

  boolean isNone() {
    return base == 0 && ranges.length == 0;
  }

  boolean has(long counter) {
    return counter <= base || (ranges.length > 0 && isWithin(after(counter) - 2, counter));
  }

  /** Whether a range, which may not exist, goes on to at least this. */
  private boolean isWithin(int range, long counter) {
    return range >= 0 && counter <= ranges[range + 1];
  }

  /** Place of the first range that begins after {@code counter}. */
  private int after(long counter) {
    int low = 0;
    int high = ranges.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges[2 * middle] > counter) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return 2 * low;
  }

  /** With one more; the same when it is there. */
  Progress with(long counter) {
    if (has(counter)) {
      return this;
    }
    if (counter == base + 1) {
      return onBase(counter);
    }
    int next = after(counter);
    boolean joinsBefore = next > 0 && ranges[next - 1] + 1 == counter;
    boolean joinsNext = next < ranges.length && ranges[next] - 1 == counter;
    int cutFrom = joinsBefore ? next - 2 : next;
    int cutTo = joinsNext ? next + 2 : next;
    long from = joinsBefore ? ranges[cutFrom] : counter;
    long to = joinsNext ? ranges[next + 1] : counter;
    long changed = digest ^ ofRange(id, from, to);
    for (int i = cutFrom; i < cutTo; i += 2) {
      changed ^= ofRange(id, ranges[i], ranges[i + 1]);
    }
    long[] result = new long[ranges.length + 2 - (cutTo - cutFrom)];
    System.arraycopy(ranges, 0, result, 0, cutFrom);
    result[cutFrom] = from;
    result[cutFrom + 1] = to;
    System.arraycopy(ranges, cutTo, result, cutFrom + 2, ranges.length - cutTo);
    return new Progress(id, base, result, changed);
  }

  /** With a new base, which reaches to the end of the first range when it meets it. */
  private Progress onBase(long newBase) {
    long changed = digest ^ ofBase(id, base);
    if (ranges.length == 0 || ranges[0] - 1 != newBase) {
      return new Progress(id, newBase, ranges, changed ^ ofBase(id, newBase));
    }
    long end = ranges[1];
    changed ^= ofRange(id, ranges[0], end) ^ ofBase(id, end);
    long[] rest = ranges.length == 2 ? NO_RANGES : Arrays.copyOfRange(ranges, 2, ranges.length);
    return new Progress(id, end, rest, changed);
  }

  boolean covers(Progress other) {
    if (other.base > base) {
      return false;
    }
    for (int i = 0; i < other.ranges.length; i += 2) {
      long from = Math.max(other.ranges[i], base + 1);
      long to = other.ranges[i + 1];
      if (from <= to && !isWithin(after(from) - 2, to)) {
        return false;
      }
    }
    return true;
  }

  /** All that one of both has. */
  Progress union(Progress other) {
    if (covers(other)) {
      return this;
    }
    if (other.covers(this)) {
      return other;
    }
    long newBase = Math.max(base, other.base);
    long[] merged = new long[ranges.length + other.ranges.length];
    int length = 0;
    int ours = 0;
    int theirs = 0;
    while (ours < ranges.length || theirs < other.ranges.length) {
      boolean isOurs =
          theirs == other.ranges.length
              || (ours < ranges.length && ranges[ours] <= other.ranges[theirs]);
      long from = isOurs ? ranges[ours] : other.ranges[theirs];
      long to = isOurs ? ranges[ours + 1] : other.ranges[theirs + 1];
      ours += isOurs ? 2 : 0;
      theirs += isOurs ? 0 : 2;
      if (from - 1 <= newBase) {
        newBase = Math.max(newBase, to);
      } else if (length > 0 && from - 1 <= merged[length - 1]) {
        merged[length - 1] = Math.max(merged[length - 1], to);
      } else {
        merged[length++] = from;
        merged[length++] = to;
      }
    }
    long newDigest = ofBase(id, newBase);
    for (int i = 0; i < length; i += 2) {
      newDigest ^= ofRange(id, merged[i], merged[i + 1]);
    }
    return new Progress(
        id, newBase, length == 0 ? NO_RANGES : Arrays.copyOf(merged, length), newDigest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Progress that
        && id == that.id
        && base == that.base
        && Arrays.equals(ranges, that.ranges);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(id) + Long.hashCode(base)) + Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(base);
    for (int i = 0; i < ranges.length; i += 2) {
      text.append('+').append(ranges[i]);
      if (ranges[i] != ranges[i + 1]) {
        text.append("..").append(ranges[i + 1]);
      }
    }
    return text.toString();
  }
}

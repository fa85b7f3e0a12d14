// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Stamp;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deltas that were passed on lately, for those whom the tree did not bring them; bounded in number,
 * size and age. <b>Not thread-safe.</b>
 */
final class Recents {

  /** One of them. */
  record Kept(StoreMessage message, List<Stamp> writes, long nanos) {
    Stamp last() {
      return writes.get(writes.size() - 1);
    }
  }

  private static final int MOST = 4_096;
  private static final long MOST_OCTETS = 8L << 20;

  /** About what a write takes here, beside the message that has it. */
  private static final int WRITE_OCTETS = 128;

  private static final long AGE_NANOS = Duration.ofSeconds(60).toNanos();

  private final Map<Dot, Kept> byWrite = new HashMap<>();
  private final Deque<Kept> inOrder = new ArrayDeque<>();
  private long octets;
  private boolean lost;
  private long lostNanos;

  void add(Kept kept) {
    inOrder.add(kept);
    octets += size(kept);
    for (Stamp write : kept.writes) {
      byWrite.put(write.dot(), kept);
    }
    while (inOrder.size() > MOST || octets > MOST_OCTETS) {
      removeOldest();
      lost = true;
      lostNanos = kept.nanos;
    }
    forgetOld(kept.nanos);
  }

  /** The delta that brought a write. */
  @Nullable Kept find(Dot write, long nanos) {
    forgetOld(nanos);
    return byWrite.get(write);
  }

  /** Whether some that are not old had to make room lately. */
  boolean lost(long nanos) {
    return lost && nanos - lostNanos < AGE_NANOS;
  }

  int size() {
    return inOrder.size();
  }

  private static long size(Kept kept) {
    return kept.message.body().size() + (long) WRITE_OCTETS * kept.writes.size();
  }

  private void forgetOld(long nanos) {
    for (Kept oldest = inOrder.peek();
        oldest != null && nanos - oldest.nanos >= AGE_NANOS;
        oldest = inOrder.peek()) {
      removeOldest();
    }
  }

  private void removeOldest() {
    Kept oldest = inOrder.remove();
    octets -= size(oldest);
    for (Stamp write : oldest.writes) {
      byWrite.remove(write.dot(), oldest);
    }
  }
}

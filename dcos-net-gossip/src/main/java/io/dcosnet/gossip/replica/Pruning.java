// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.Stamp;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the links that the tree of {@link Spread} can do without. The links on which one delta came
 * first reach all nodes, and no two of them lead to the same one: all others may go. But two deltas
 * that cross each other come first on different links, and when some nodes go by one of them and
 * some by the other, the tree falls into pieces. So all go by the same one, the earliest of each
 * span of time by the clock of the writes, and the others of that span stay without consequence.
 *
 * <p>Nodes wait a while for an earlier one before they act, and the next one counts only when all
 * have acted, as it must not have run over links that went in the meantime. <b>Not thread-safe.</b>
 */
final class Pruning {

  /** Neighbours wait for the tree much longer than it takes; this part of it is enough. */
  private static final int WAIT_SHARE = 3;

  /** From one delta that counts to the next: so long until all have acted, and some to spare. */
  private static final int WAITS_BETWEEN = 2;

  /** Longer than that, so that nodes that took different ones take the same one next time. */
  private static final int WAITS_IN_SPAN = 4;

  /** After so long by our own clock any delta counts, as that of the writes may be far ahead. */
  private static final int WAITS_UNTIL_ANY = 20;

  private final ReplicaHost host;
  private final long waitNanos;
  private final long waitMillis;
  private final IntPredicate inTree;
  private final IntConsumer prune;
  private @Nullable Round round;

  /** One span, and the delta to go by in it. */
  private static final class Round {
    private final long begunNanos;

    /** Time of the delta of the round before, in milliseconds. */
    private final long before;

    private Stamp stamp;

    /** The link on which it came first; {@link Spread#NO_LINK} where it came another way. */
    private int parent;

    private boolean isOwn;
    private final Set<Integer> slower = new LinkedHashSet<>();
    private boolean waiting;
    private boolean over;

    Round(long begunNanos, long before, Stamp stamp, int parent, boolean isOwn) {
      this.begunNanos = begunNanos;
      this.before = before;
      this.stamp = stamp;
      this.parent = parent;
      this.isOwn = isOwn;
    }
  }

  /**
   * @param ihaveNanos how long a delta is waited for that a neighbour has
   * @param inTree whether a link is open and part of the tree
   * @param prune takes a link out of it
   */
  Pruning(ReplicaHost host, long ihaveNanos, IntPredicate inTree, IntConsumer prune) {
    this.host = host;
    this.waitNanos = Math.max(1_000_000, ihaveNanos / WAIT_SHARE);
    this.waitMillis = waitNanos / 1_000_000;
    this.inTree = inTree;
    this.prune = prune;
  }

  /**
   * A delta is new here, or made here.
   *
   * @param stamp of the last write in it
   * @param link on which it came; {@link Spread#NO_LINK} for another way
   */
  void first(Stamp stamp, int link, boolean isOwn) {
    long now = host.nanos();
    long millis = Hlc.millis(stamp.time());
    Round current = round;
    if (current == null || now - current.begunNanos > WAITS_UNTIL_ANY * waitNanos) {
      round = new Round(now, Long.MIN_VALUE / 2, stamp, link, isOwn);
      return;
    }
    long last = Hlc.millis(current.stamp.time());
    long span = span(millis) - span(last);
    if (span > 0 && millis - last >= WAITS_BETWEEN * waitMillis) {
      round = new Round(now, last, stamp, link, isOwn);
    } else if (span == 0
        && !current.over
        && isEarlier(stamp, current.stamp)
        && millis - current.before >= WAITS_BETWEEN * waitMillis) {
      current.stamp = stamp;
      current.parent = link;
      current.isOwn = isOwn;
      current.slower.clear();
    }
  }

  private long span(long millis) {
    return Math.floorDiv(millis, WAITS_IN_SPAN * waitMillis);
  }

  private static boolean isEarlier(Stamp one, Stamp other) {
    int byTime = Long.compare(one.time(), other.time());
    return byTime != 0 ? byTime < 0 : one.dot().compareTo(other.dot()) < 0;
  }

  /** The delta with this last write came once more, on this link. */
  void again(Dot dot, int link) {
    Round current = round;
    if (current == null || !current.stamp.dot().equals(dot) || link == current.parent) {
      return;
    }
    current.slower.add(link);
    if (current.over) {
      end(current); // so slow that the others have acted
    } else if (!current.waiting) {
      current.waiting = true;
      long rest = current.begunNanos + waitNanos - host.nanos();
      host.schedule(Math.max(0, rest), () -> end(current));
    }
  }

  private void end(Round ended) {
    if (ended != round) {
      return;
    }
    ended.over = true;
    // Where the link that was faster is gone, the slower ones may be all there is.
    if (ended.isOwn || inTree.test(ended.parent)) {
      ended.slower.forEach(prune::accept);
    }
    ended.slower.clear();
  }
}

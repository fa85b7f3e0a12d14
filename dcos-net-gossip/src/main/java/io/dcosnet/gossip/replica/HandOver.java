// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.store.DotClock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before this member says good-bye: makes sure that somebody who stays has all that is here, since
 * nobody will ask this one for it any more. Done when a member's clock shows that, which takes one
 * exchange where it has all, and two where it has not; given up after a while, as nobody may be in
 * reach. <b>Not thread-safe.</b>
 */
final class HandOver {

  private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

  /** A member that does not answer for so long is left to itself, and another one is asked too. */
  private static final long PATIENCE_NANOS = Duration.ofMillis(300).toNanos();

  private enum Phase {
    /** Not asked for. */
    NONE,

    UNDER_WAY,

    /** Somebody has all. */
    DONE,

    GIVEN_UP
  }

  private final Replica replica;
  private Phase phase = Phase.NONE;
  private DotClock needed = new DotClock();
  private Runnable then = () -> {};
  private ReplicaHost.Timer next = () -> {};
  private long deadline;
  private int turns;

  HandOver(Replica replica) {
    this.replica = replica;
  }

  /** See {@link Replica#handOver}. */
  void begin(Duration limit, Runnable whenOver) {
    if (phase != Phase.NONE) {
      throw new IllegalStateException("a second good-bye");
    }
    phase = Phase.UNDER_WAY;
    then = whenOver;
    deadline = replica.host.nanos() + limit.toNanos();
    needed = replica.state.clock().copy();
    lookAfter(0, null);
  }

  /**
   * Whether this one is no longer to be counted on by others: who leaves must not hand over to one
   * who leaves as well. What nobody took, others may still come for.
   */
  boolean isOnlyTaking() {
    return phase == Phase.UNDER_WAY || phase == Phase.DONE;
  }

  boolean hasBegun() {
    return phase != Phase.NONE;
  }

  /** Whether the good-bye is said, be it with or without success here. */
  boolean isOver() {
    return phase == Phase.DONE || phase == Phase.GIVEN_UP;
  }

  boolean isDone() {
    return phase == Phase.DONE;
  }

  /** What a writer is told who comes too late. */
  static DcosNetException refusal() {
    return new DcosNetException("store: this member leaves, nobody would hear of the write");
  }

  private void lookAfter(long nanos, @Nullable NodeId preferred) {
    long left = Math.max(0, deadline - replica.host.nanos());
    next.cancel();
    next = replica.host.schedule(Math.min(nanos, left), () -> look(preferred));
  }

  private void look(@Nullable NodeId preferred) {
    if (phase != Phase.UNDER_WAY) {
      return;
    }
    if (needed.replicas().isEmpty()) {
      over(Phase.DONE); // nothing is here
    } else if (deadline - replica.host.nanos() <= 0) {
      LOG.warn(
          "store: leaving though no member has confirmed to have all that is here; what is missing"
              + " comes back with this node only");
      over(Phase.GIVEN_UP);
    } else {
      NodeId with = preferred != null ? preferred : somebody();
      if (with != null) {
        replica.exchanges.begin(with, Exchange.Kind.LEAVE);
      }
      lookAfter(PATIENCE_NANOS, null);
    }
  }

  /** Neighbours first, as they are known to be in reach; everybody when there are none. */
  private @Nullable NodeId somebody() {
    List<ReplicaHost.Neighbour> neighbours = List.copyOf(replica.host.neighbours());
    int turn = turns++;
    return neighbours.isEmpty() || turn % 2 == 1
        ? replica.host.anybody()
        : neighbours.get(turn / 2 % neighbours.size()).node();
  }

  /** An exchange is over, whoever began it and whatever for. */
  void ended(Exchange exchange, Exchange.Outcome outcome) {
    if (phase != Phase.UNDER_WAY) {
      return;
    }
    if (exchange.shows(needed)) {
      if (hasWritten()) {
        needed = replica.state.clock().copy();
        lookAfter(0, exchange.with);
      } else {
        over(Phase.DONE);
      }
    } else if (outcome == Exchange.Outcome.DIFFERENT && exchange.keysSent() > 0) {
      lookAfter(0, exchange.with); // what it had before is no word of what it has now
    } else if (exchange.kind == Exchange.Kind.LEAVE) {
      lookAfter(PATIENCE_NANOS / 10, null);
    }
  }

  /** Whether this node has written since. */
  private boolean hasWritten() {
    var self = replica.state.self();
    return replica.state.clock().highest(self) > needed.highest(self);
  }

  private void over(Phase end) {
    phase = end;
    next.cancel();
    replica.metrics.handedOver(end == Phase.DONE);
    then.run();
  }
}

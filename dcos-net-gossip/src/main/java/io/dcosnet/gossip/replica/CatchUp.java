// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a replica that begins with nothing comes to the data of the others, and when it may do
 * without. What all have removed and forgotten could come back by a delta that was on its way for
 * very long, or by a key of another one that begins; so until it has all of somebody who has caught
 * up, it takes in nothing else.
 *
 * <p>In a new cluster nobody has caught up. It is taken for that when some members, or all there
 * are, say that they begin too; or when for a while nobody says anything. Who is alone goes on
 * waiting for others.
 */
final class CatchUp {

  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

  /** Members of any cluster that say that they begin: so many are no chance. */
  private static final int ENOUGH = 3;

  /** Others may become known in the meantime. */
  private static final long LEAST_NANOS = Duration.ofMillis(300).toNanos();

  /** For members that do not answer. */
  private static final long MOST_NANOS = Duration.ofSeconds(3).toNanos();

  /** After the last word of one that has caught up: it may have died, or be full of others. */
  private static final long LOST_NANOS = Duration.ofSeconds(20).toNanos();

  private static final long GAP_NANOS = Duration.ofMillis(50).toNanos();
  private static final int PICKS = 4;

  private final Replica replica;
  private final Exchanges exchanges;
  private final Set<NodeId> beginners = new LinkedHashSet<>();
  private boolean asking;
  private boolean scheduled;
  private boolean isOthersThere;
  private long since;

  CatchUp(Replica replica, Exchanges exchanges) {
    this.replica = replica;
    this.exchanges = exchanges;
  }

  /** A member is known now, or changed: if none was known before, it can be asked. */
  void membersChanged() {
    if (!asking) {
      lookLater(1);
    }
  }

  /** A member begins too. */
  void beginner(NodeId member) {
    if (beginners.size() < ENOUGH && !replica.state.hasCaughtUp()) {
      beginners.add(member);
    }
  }

  /** There is one that has caught up, though it has no time or broke off. */
  void othersThere() {
    isOthersThere = true;
    since = replica.host.nanos();
  }

  private void lookLater(long nanos) {
    if (!scheduled && exchanges.isRunning() && !replica.state.hasCaughtUp()) {
      scheduled = true;
      replica.host.schedule(
          nanos,
          () -> {
            scheduled = false;
            look();
          });
    }
  }

  /** Asks one more member, or decides that there is nobody to ask. */
  void look() {
    if (!exchanges.isRunning() || replica.state.hasCaughtUp()) {
      return;
    }
    if (replica.host.size() <= 1) {
      asking = false;
      return;
    }
    long now = replica.host.nanos();
    if (!asking) {
      asking = true;
      since = now;
    }
    if (!exchanges.isTaking()) {
      NodeId next = next();
      if (isNew(now - since, next == null)) {
        LOG.debug("store: nobody has caught up, beginning with what is here");
        replica.intake.foundNobody();
        return;
      }
      if (next != null) {
        exchanges.begin(next, Exchange.Kind.START);
      }
    }
    lookLater(GAP_NANOS + replica.host.random().nextLong(GAP_NANOS));
  }

  private boolean isNew(long nanos, boolean isNobodyLeft) {
    if (isOthersThere) {
      return nanos >= LOST_NANOS;
    }
    return nanos >= MOST_NANOS
        || (nanos >= LEAST_NANOS && (isNobodyLeft || beginners.size() >= ENOUGH));
  }

  /** A living member that did not say that it begins. */
  private @Nullable NodeId next() {
    for (int i = 0; i < PICKS; i++) {
      NodeId member = replica.host.anybody();
      if (member != null && !beginners.contains(member)) {
        return member;
      }
    }
    for (NodeId member : replica.host.living()) {
      if (!beginners.contains(member)) {
        return member;
      }
    }
    return null;
  }
}

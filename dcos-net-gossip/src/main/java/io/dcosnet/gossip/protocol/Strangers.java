// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.GossipEvent.ViewChanged;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Members of which we have only heard in an exchange, long after we came ourselves: gossip would
 * have told us of them, so perhaps nobody reaches them. No traffic should go to them before they
 * have answered us.
 */
final class Strangers {

  private static final int MOST_AT_ONCE = 4;
  private static final Duration UNTIL_NEXT_TRY = Duration.ofSeconds(10);

  private final Node node;
  private final Set<NodeId> unproven = new LinkedHashSet<>();
  private final Deque<NodeId> waiting = new ArrayDeque<>();
  private int asked;
  private long started;

  Strangers(Node node) {
    this.node = node;
  }

  /** This node has come; what it hears in its first exchanges is all that it has to go by. */
  void start() {
    started = node.host.nanos();
  }

  /** A member that was not known was told of in an exchange. */
  void met(NodeId id) {
    long age = node.host.nanos() - started;
    if (age > node.settings.syncInterval().toNanos() && unproven.add(id)) {
      waiting.add(id);
      // Later, since it is not in the table yet.
      node.host.schedule(0, this::askNext);
    }
  }

  /** A member has answered us, or is not remembered any more. */
  void remove(NodeId id) {
    // It may still wait; then it is skipped.
    unproven.remove(id);
  }

  /** Whether a member has not answered us yet. */
  boolean has(NodeId id) {
    return !unproven.isEmpty() && unproven.contains(id);
  }

  private void askNext() {
    while (asked < MOST_AT_ONCE && !waiting.isEmpty()) {
      NodeId id = waiting.remove();
      MemberRecord member = node.table.find(id);
      if (member == null || !member.isLiving()) {
        unproven.remove(id);
      } else if (unproven.contains(id)) {
        asked++;
        node.probing.ask(member.address(), id, answered -> asked(id, answered));
      }
    }
  }

  private void asked(NodeId id, boolean answered) {
    asked--;
    if (answered) {
      if (unproven.remove(id)) {
        node.host.tell(new ViewChanged(id));
      }
    } else if (unproven.contains(id)) {
      node.host.schedule(
          UNTIL_NEXT_TRY.toNanos(),
          () -> {
            waiting.add(id);
            askNext();
          });
    }
    askNext();
  }
}

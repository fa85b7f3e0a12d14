// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.member.GossipEvent.PartitionSuspected;
import java.util.ArrayDeque;

/**
 * Notices when so many members go suspect at once that rather we are cut off: a quarter of all, and
 * five at least, within two periods of probing.
 */
final class MassFailure {

  private static final int LEAST = 5;
  private static final int PART = 4;

  private final Node node;
  private final long window;
  private final ArrayDeque<Long> begun = new ArrayDeque<>();
  private boolean seen;
  private long lastSeen;

  MassFailure(Node node) {
    this.node = node;
    this.window = 2 * node.settings.probeInterval().toNanos();
  }

  /** A member went suspect now. */
  void begun() {
    long now = node.host.nanos();
    forget(now);
    begun.addLast(now);
    int living = node.table.living();
    // Whoever flaps counts again and again; more than all members need not be remembered.
    if (begun.size() > living) {
      begun.removeFirst();
    }
    if (begun.size() < LEAST || (long) begun.size() * PART < living) {
      return;
    }
    boolean lasting = seen && now - lastSeen <= window;
    seen = true;
    lastSeen = now;
    if (!lasting) {
      node.host.tell(new PartitionSuspected(begun.size(), living));
    }
  }

  /** Whether a suspicion that began then may be part of it. */
  boolean touches(long began) {
    return seen && lastSeen >= began - window;
  }

  private void forget(long now) {
    while (!begun.isEmpty() && now - begun.getFirst() > window) {
      begun.removeFirst();
    }
  }
}

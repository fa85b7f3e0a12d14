// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.spi.Member.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has the members kept for the next start, also those that are dead: after an outage of all nobody
 * is alive in anybody's table. Some while after a change, sooner when much has changed.
 */
final class Keeping {

  private static final Duration AFTER_CHANGE = Duration.ofSeconds(30);
  private static final Duration AFTER_MUCH_CHANGE = Duration.ofSeconds(1);

  /** Much is one in so many. */
  private static final int PART = 10;

  private final Node node;
  private int changes;
  private boolean hurried;
  private Host.@Nullable Timer timer;

  Keeping(Node node) {
    this.node = node;
  }

  /** Something in the table has changed. */
  void changed() {
    if (!node.host.keeps()) {
      return;
    }
    changes++;
    boolean much = changes * PART >= node.table.size();
    Host.Timer before = timer;
    if (before == null) {
      timer = schedule(much);
    } else if (much && !hurried) {
      before.cancel();
      timer = schedule(true);
    }
  }

  private Host.Timer schedule(boolean much) {
    hurried = much;
    return node.host.schedule((much ? AFTER_MUCH_CHANGE : AFTER_CHANGE).toNanos(), this::keep);
  }

  private void keep() {
    timer = null;
    hurried = false;
    changes = 0;
    List<KeptMember> kept = new ArrayList<>(node.table.size());
    for (int i = 0; i < node.table.size(); i++) {
      MemberRecord member = node.table.at(i);
      if (member != node.table.self() && member.state() != State.LEFT) {
        kept.add(
            new KeptMember(
                member.id(),
                member.epoch(),
                member.incarnation(),
                member.state(),
                member.profile().name(),
                member.profile().addresses()));
      }
    }
    node.host.keep(kept);
  }
}

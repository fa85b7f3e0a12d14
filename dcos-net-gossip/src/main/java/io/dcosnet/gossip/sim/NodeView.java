// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.IdentityCloned;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.GossipEvent.ViewChanged;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.view.MemberView;

/** The members as one life of a node sees them, for those that asked for it. */
final class NodeView {

  private final NodeScheduler scheduler;
  private final GossipCore core;
  private final MemberView view;
  private boolean publishes;

  NodeView(NodeScheduler scheduler, GossipCore core) {
    this.scheduler = scheduler;
    this.core = core;
    this.view = new MemberView(scheduler, MetricsSink.none());
    fill();
  }

  Membership membership() {
    return view;
  }

  /** Takes over all that the core knows. */
  void fill() {
    MemberRecord self = core.self();
    view.self(self.id(), self.profile());
    for (MemberRecord member : core.members()) {
      if (!member.id().equals(self.id())) {
        take(
            new MemberChanged(
                member.id(),
                member.profile(),
                null,
                member.state(),
                core.accusations(member.id())));
      }
    }
    view.publish();
  }

  /** What the core has told, from within it: listeners hear of it later. */
  void told(GossipEvent event) {
    take(event);
    if (!publishes) {
      publishes = true;
      scheduler.execute(
          () -> {
            publishes = false;
            view.publish();
          });
    }
  }

  private void take(GossipEvent event) {
    if (event instanceof IdentityCloned) {
      scheduler.execute(this::fill); // it is another member from now on
    }
    view.accept(event);
    if (event instanceof MemberChanged change) {
      show(change.id());
    } else if (event instanceof ViewChanged change) {
      show(change.id());
    }
  }

  private void show(NodeId id) {
    MemberRecord record = core.member(id);
    if (record != null) {
      view.shown(id, core.shownName(record), core.isProven(id));
    }
  }
}

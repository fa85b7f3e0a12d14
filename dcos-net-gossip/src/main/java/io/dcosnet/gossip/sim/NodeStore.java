// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.IdentityCloned;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.view.StoreView;

/** The replicated store as one life of a node sees it, for those that asked for it. */
final class NodeStore {

  private final NodeScheduler scheduler;
  private final GossipCore core;
  private final StoreView view;

  NodeStore(NodeScheduler scheduler, GossipCore core, Replica replica) {
    this.scheduler = scheduler;
    this.core = core;
    this.view =
        new StoreView(
            () -> core.self().id(),
            (work, otherwise) -> scheduler.execute(() -> work.accept(replica)),
            scheduler,
            MetricsSink.none());
    fill();
    view.begin(replica.state());
  }

  StoreView view() {
    return view;
  }

  /** Takes over what the core believes of all members. */
  void fill() {
    for (MemberRecord member : core.members()) {
      view.ownerState(member.id(), member.state());
    }
  }

  /** What the core has told, from within it: watchers hear of it later. */
  void told(GossipEvent event) {
    if (event instanceof MemberChanged change) {
      view.ownerState(change.id(), change.after());
    } else if (event instanceof IdentityCloned) {
      scheduler.execute(this::fill); // it is another member from now on
    }
  }
}

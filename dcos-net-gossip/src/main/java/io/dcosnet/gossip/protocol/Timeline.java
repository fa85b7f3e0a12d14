// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.member.TimelineStep;
import io.dcosnet.gossip.wire.Fact;
import java.util.List;

/** What happened to each member and on whose word, for explanations. */
final class Timeline {

  private final Node node;

  Timeline(Node node) {
    this.node = node;
  }

  /** Notes a fact that was taken. */
  void taken(Fact fact, Hearsay how) {
    throw new UnsupportedOperationException();
  }

  /** The steps of a member, oldest first. */
  List<TimelineStep> of(NodeId id) {
    throw new UnsupportedOperationException();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.GossipCluster;
import java.util.Optional;

/**
 * Compares what the members of the demo believe of each other with what really runs. Each method
 * says what is wrong, or nothing.
 */
final class MemberExpectations {

  private final DemoCluster cluster;

  MemberExpectations(DemoCluster cluster) {
    this.cluster = cluster;
  }

  /** All members that run believe this of each other and of themselves. */
  Optional<String> allAre(Member.State state) {
    return cluster.members().stream()
        .flatMap(member -> all(member.id(), state).stream())
        .findFirst();
  }

  /** All members that run believe this of one. */
  Optional<String> all(NodeId id, Member.State state) {
    for (GossipCluster member : cluster.members()) {
      String believed =
          member.membership().byId(id).map(known -> known.state().toString()).orElse("nothing");
      if (!believed.equals(state.toString())) {
        return Optional.of(
            member.id() + " believes " + believed + " of " + id + ", expected " + state);
      }
    }
    return Optional.empty();
  }
}

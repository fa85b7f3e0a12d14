// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.exchange.FactSource;
import io.dcosnet.standalone.gossip.MemberNames;
import java.util.Optional;

/**
 * What the leading master tells all nodes of the cluster through the replicated store.
 *
 * <p><b>Thread-safe.</b>
 */
final class ClusterFacts {

  private final FactSource source;
  private final Membership members;
  private final MemberNames names;

  /** Reads nothing yet. */
  ClusterFacts(ReplicatedStore store, Membership members, MemberNames names, NetRuntime net) {
    this.members = members;
    this.names = names;
    source = FactSource.create(store, net.scheduler(), net.executor(), net.metrics());
  }

  FactSource source() {
    return source;
  }

  /** As somebody who is asked like the others. */
  ClusterInput input() {
    return new ClusterInput(
        "facts", "replicated store", source, source, Optional::empty, this::tell);
  }

  /** Whether nobody tells anything new, as the master that did is not there. */
  boolean silent() {
    return source
        .writer()
        .flatMap(members::byId)
        .map(Member::state)
        .filter(state -> state == Member.State.ALIVE || state == Member.State.SUSPECT)
        .isEmpty();
  }

  private void tell(ObjectNode status) {
    Optional<NodeId> writer = source.writer();
    status.put("writer", writer.map(names::of).orElse(null));
    if (writer.isPresent() && silent()) {
      status.put("problem", "the master that wrote the facts is away; they stay as they are");
    }
  }
}

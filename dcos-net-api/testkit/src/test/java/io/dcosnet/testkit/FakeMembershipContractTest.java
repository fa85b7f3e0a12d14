// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.Membership;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

class FakeMembershipContractTest extends MembershipContract {

  private final VirtualTime time = new VirtualTime();
  private final FakeMembership membership =
      new FakeMembership(new NodeId(new UUID(0, 1)), HostPort.parse("192.0.2.1:7950"), time);
  private int nodes = 1;

  @Override
  protected Membership membership() {
    return membership;
  }

  @Override
  protected NodeId join(Map<String, String> metadata) {
    time.advance(Duration.ofSeconds(1));
    nodes++;
    NodeId id = new NodeId(new UUID(0, nodes));
    membership.put(id, HostPort.parse("192.0.2." + nodes + ":7950"), metadata);
    return id;
  }

  @Override
  protected void crash(NodeId node) {
    time.advance(Duration.ofSeconds(1));
    membership.state(node, State.SUSPECT);
    membership.state(node, State.DEAD);
  }

  @Override
  protected void leave(NodeId node) {
    time.advance(Duration.ofSeconds(1));
    membership.state(node, State.LEFT);
  }

  @Override
  protected void settle() {}
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import java.util.List;

/** A member that the next start of this node tries to reach. <b>Immutable.</b> */
public record KeptMember(
    NodeId id, long epoch, long incarnation, State state, String name, List<HostPort> addresses) {

  public KeptMember {
    addresses = List.copyOf(addresses);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import java.util.List;
import java.util.Set;

/** What somebody is told who deletes agents. */
public sealed interface Removal {

  /**
   * Which agents shall go. Unknown ones are no fault. <b>Immutable.</b>
   *
   * @param force also those that were heard of lately
   */
  record Request(Set<NodeId> agents, Set<IpAddress> addresses, boolean force) {
    public Request {
      agents = Set.copyOf(agents);
      addresses = Set.copyOf(addresses);
    }

    /** One agent, if it is silent. */
    public static Request of(NodeId agent) {
      return new Request(Set.of(agent), Set.of(), false);
    }

    boolean names(AgentRecord agent) {
      return agents.contains(agent.agent()) || addresses.contains(agent.ip());
    }

    /** The same, whether they are silent or not. */
    public Request forced() {
      return new Request(agents, addresses, true);
    }
  }

  /** They are gone; what they had is free. <b>Immutable.</b> */
  record Removed(List<AgentRecord> agents) implements Removal {
    public Removed {
      agents = List.copyOf(agents);
    }
  }

  /**
   * None is gone, because of these that were heard of within the guard time: {@code AGENT_ALIVE}.
   * <b>Immutable.</b>
   */
  record Refused(List<Rejection> alive) implements Removal {
    public Refused {
      alive = List.copyOf(alive);
    }
  }

  /** As {@link Registration.Unavailable}. <b>Immutable.</b> */
  record Unavailable(Rejection reason) implements Removal {
    public Unavailable {
      requireNonNull(reason, "reason");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import java.time.Instant;
import java.util.Map;

/**
 * A node of the cluster as this node sees it. <b>Immutable.</b>
 *
 * @param since wall clock of this node when it took the state
 * @param metadata agent address, Mesos agent id, roles, zone; see the {@code META_} constants
 */
public record Member(
    NodeId id, HostPort endpoint, State state, Instant since, Map<String, String> metadata) {

  /** Key of the address that its tasks are reached at. */
  public static final String META_AGENT_ADDRESS = "agent-address";

  /** Key of the Mesos agent id. */
  public static final String META_AGENT_ID = "agent-id";

  /** Key of its roles, comma-separated. */
  public static final String META_ROLES = "roles";

  /** Key of its fault domain, {@code region/zone}. */
  public static final String META_ZONE = "zone";

  /** What is believed of a member. */
  public enum State {
    ALIVE,
    SUSPECT,
    DEAD,
    LEFT;

    /** False for one that is believed dead or has left; a doubt alone takes nobody out. */
    public boolean lives() {
      return this == ALIVE || this == SUSPECT;
    }
  }

  public Member {
    requireNonNull(id, "id");
    requireNonNull(endpoint, "endpoint");
    requireNonNull(state, "state");
    requireNonNull(since, "since");
    metadata = Map.copyOf(metadata);
  }
}

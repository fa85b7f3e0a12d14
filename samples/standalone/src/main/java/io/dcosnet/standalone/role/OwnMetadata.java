// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.NodeConfig;
import io.dcosnet.standalone.config.OverlayMasterConfig;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node tells the others of itself: its role, the address that its tasks are reached at,
 * where it stands, and, once the cluster was read, its id as a Mesos agent.
 *
 * <p><b>Thread-safe.</b>
 */
final class OwnMetadata {

  /** Key of where agents reach the master that gives them addresses on overlays. */
  static final String OVERLAY_MASTER = "overlay-master";

  private final @Nullable IpAddress address;
  private final Map<String, String> told = new TreeMap<>(); // guarded by this

  OwnMetadata(Configuration config) {
    NodeConfig node = config.node();
    address = node.address();
    told.put(Member.META_ROLES, config.role().toString());
    if (address != null) {
      told.put(Member.META_AGENT_ADDRESS, address.toString());
    }
    OverlayMasterConfig master = config.overlay().master();
    if (config.overlay().enabled() && master != null) {
      told.put(OVERLAY_MASTER, master.advertise().toString());
    }
    String zone = node.region() + "/" + node.zone();
    if (!zone.equals("/")) {
      told.put(Member.META_ZONE, zone);
    }
  }

  synchronized Map<String, String> now() {
    return Map.copyOf(told);
  }

  /** Tells the others when one of these agents is at our address and has an id that is new. */
  synchronized void agents(Collection<Agent> agents, GossipCluster gossip) {
    if (address == null) {
      return;
    }
    agents.stream()
        .filter(agent -> agent.addresses().contains(address))
        .map(Agent::id)
        .findFirst()
        .filter(id -> !id.equals(told.put(Member.META_AGENT_ID, id)))
        .ifPresent(id -> gossip.metadata(told));
  }
}

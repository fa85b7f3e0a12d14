// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.balance.Nearness;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Where this node is, for services that prefer what is near: as the host said, or as its agent
 * does.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class Here {

  private final @Nullable IpAddress address;
  private final @Nullable String told;
  private Nearness nearness;

  /**
   * @param told zone of this node; null to learn it from the agent at its address
   */
  Here(@Nullable IpAddress address, @Nullable String told) {
    this.address = address;
    this.told = told;
    nearness = new Nearness(new Origin(address, told == null ? "" : told));
  }

  /** Learns of the own agent; true when it is somewhere else now. */
  boolean follow(ClusterUpdate update) {
    if (told != null || address == null || update.change().agents().isEmpty()) {
      return false;
    }
    String zone = "";
    for (Agent agent : update.after().agents()) {
      if (agent.addresses().contains(address)) {
        zone = Origin.zoneOf(agent);
      }
    }
    boolean moved = !zone.equals(nearness.here().zone());
    nearness = moved ? new Nearness(new Origin(address, zone)) : nearness;
    return moved;
  }

  /** The table without what services do not want from elsewhere at all. */
  VipTable confine(VipTable table) {
    return nearness.confine(table);
  }

  /** The table as it counts here. */
  VipTable tune(VipTable table) {
    return nearness.tune(table);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the nodes below the path say at one moment. <b>Immutable.</b>
 *
 * @param masters whose order does not depend on who leads, since names count by it
 * @param unreadable nodes of masters by name, with the reason
 */
record MasterListing(Masters masters, Map<String, String> unreadable) {

  MasterListing {
    unreadable = Map.copyOf(unreadable);
  }

  /**
   * Reads the nodes.
   *
   * @param nodes data by name; those that are not of masters are left out
   * @param configured masters that are listed first, in this order, whether they are there or not
   * @param before is kept as the list when no node tells of a master
   */
  static MasterListing of(Map<String, byte[]> nodes, List<HostPort> configured, Masters before) {
    List<MasterNode> inSequence = new ArrayList<>();
    for (String name : nodes.keySet()) {
      MasterNode node = MasterNode.parse(name);
      if (node != null) {
        inSequence.add(node);
      }
    }
    inSequence.sort(null);
    Map<HostPort, Master> found = new TreeMap<>();
    Map<String, String> unreadable = new TreeMap<>();
    Master leader = null;
    for (MasterNode node : inSequence) {
      try {
        Master master = node.master(nodes.getOrDefault(node.name(), new byte[0]));
        found.put(master.endpoint(), master);
        leader = node.equals(inSequence.get(0)) ? master : leader;
      } catch (DcosNetException e) {
        unreadable.put(node.name(), String.valueOf(e.getMessage()));
      }
    }
    List<Master> all = found.isEmpty() ? before.all() : list(found, configured);
    return new MasterListing(new Masters(all, leader), unreadable);
  }

  /** Configured masters alone, for the time before ZooKeeper has told anything. */
  static Masters configured(List<HostPort> configured) {
    return new Masters(list(Map.of(), configured), null);
  }

  private static List<Master> list(Map<HostPort, Master> found, List<HostPort> configured) {
    Map<HostPort, Master> all = new LinkedHashMap<>();
    configured.forEach(one -> all.put(one, found.getOrDefault(one, new Master(one, ""))));
    found.forEach(all::putIfAbsent);
    return List.copyOf(all.values());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.BpfProgram;
import io.dcosnet.linux.bpf.ControlGroup;
import io.dcosnet.linux.route.RouteSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a table would change, without changing it. */
final class Plan {

  private Plan() {}

  static List<String> of(SocketConfig config, VipTable table) {
    List<String> lines = new ArrayList<>();
    Held held = new Held();
    try (ControlGroup group = SocketWork.group(config);
        RouteSocket routes = RouteSocket.open()) {
      Set<IpAddress> own = Installed.ownAddresses(routes);
      List<Set<Integer>> left = Attachment.mapsLeft(group);
      if (!left.isEmpty()) {
        read(config, left, held);
      }
      Map<Frontend, Row> wanted = new TreeMap<>();
      for (Service service : table.services().values()) {
        if (!SocketWork.isOwn(service.frontend(), own)) {
          wanted.put(service.frontend(), SocketWork.row(service, config.slotsPerService()));
        }
      }
      Set<Frontend> gone = new HashSet<>(held.entries().keySet());
      gone.removeAll(wanted.keySet());
      Change.between(held, wanted, gone).steps().forEach(step -> lines.add(step.toString()));
      for (AttachPoint point : AttachPoint.values()) {
        List<BpfProgram> there = Attachment.left(group, point);
        if (there.isEmpty()) {
          lines.add("bpf program attach " + Attachment.name(point) + " " + group.directory());
        }
        there.forEach(BpfProgram::close);
      }
    }
    return lines;
  }

  private static void read(SocketConfig config, List<Set<Integer>> left, Held held) {
    for (boolean ipv4 : new boolean[] {true, false}) {
      FamilyMaps maps = FamilyMaps.open(ipv4, config, left);
      try {
        new KernelMaps(
                ipv4,
                EntryMap.of(maps.vips()),
                EntryMap.of(maps.slots()),
                EntryMap.of(maps.keepers()))
            .read(held);
      } finally {
        maps.close();
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.lb.DataPathChoice;
import io.dcosnet.lb.DataPathProvider;
import io.dcosnet.lb.DataPaths;
import io.dcosnet.lb.datapath.proxy.ProxyConfig;
import io.dcosnet.lb.vip.AddressRange;
import io.dcosnet.standalone.config.DataPathKind;
import io.dcosnet.standalone.config.LbConfig;
import java.util.List;

/** What carries connections on a node, as its configuration wants it. */
final class VipPaths {

  private VipPaths() {}

  /**
   * Opens nothing.
   *
   * @param place where user space finds room for VIPs, where it comes to that
   */
  static DataPathProvider of(LbConfig lb, VipPlace place) {
    ProxyConfig proxy = lb.proxy(place.standIns(), place.routed());
    DataPathProvider userspace = DataPaths.userspace(proxy);
    return switch (lb.dataPath()) {
      case NONE -> DataPaths.memory();
      case USERSPACE, AUTO, SOCKET, NFTABLES, SOCKET_NFTABLES, IPVS -> choice(lb, place, userspace);
    };
  }

  /**
   * What another path left here goes once the chosen one serves. Not where user space is chosen at
   * addresses that stand for VIPs: so several nodes may share a machine, and what is in its kernel
   * may be that of another one.
   */
  private static DataPathProvider choice(LbConfig lb, VipPlace place, DataPathProvider userspace) {
    return DataPathChoice.builder()
        .offer(DataPaths.USERSPACE, userspace)
        .offer(DataPaths.NFTABLES, DataPaths.nftables(ranges(lb)))
        .preferred(lb.dataPath().preferred())
        .sole(lb.dataPath() != DataPathKind.USERSPACE || place.standIns() == null)
        .routes(place.routed())
        .linger(lb.limits().linger())
        .build();
  }

  private static List<AddressRange> ranges(LbConfig lb) {
    return List.of(lb.names().addresses().ipv4(), lb.names().addresses().ipv6());
  }
}

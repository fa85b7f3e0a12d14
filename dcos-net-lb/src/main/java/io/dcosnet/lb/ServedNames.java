// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts together what one name has on this node. <b>Confined to</b> one call. */
final class ServedNames {

  private @Nullable IpAddress ipv4;
  private @Nullable IpAddress ipv6;
  private final Set<VipDirectory.Service> services = new HashSet<>();

  private ServedNames() {}

  /** The names as this node's clients use them; what the data path does not have yet waits. */
  static VipDirectory.Snapshot of(List<Service> live, ApplyReport report) {
    Map<String, ServedNames> names = new HashMap<>();
    for (Service service : live) {
      String name = service.key().name();
      ApplyReport.Outcome outcome = report.services().get(service.frontend());
      if (name != null && outcome != null) {
        names
            .computeIfAbsent(name, n -> new ServedNames())
            .add(service.frontend(), outcome.client());
      }
    }
    Map<String, VipDirectory.Entry> entries = new HashMap<>();
    names.forEach((name, parts) -> entries.put(name, parts.entry(name)));
    return new VipDirectory.Snapshot(entries);
  }

  void add(Frontend frontend, @Nullable HostPort client) {
    if (client == null) {
      return;
    }
    if (client.address().isIpv4()) {
      ipv4 = client.address();
    } else {
      ipv6 = client.address();
    }
    services.add(new VipDirectory.Service(frontend.protocol(), client.port()));
  }

  VipDirectory.Entry entry(String name) {
    return new VipDirectory.Entry(name, ipv4, ipv6, services);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import static java.util.stream.Collectors.toMap;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.lb.vip.VipTable.Service;
import io.dcosnet.lb.vip.VipTable.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds targets of a table by where they are: there may be as many connections as a service has
 * back ends.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Targets {

  private final VipTable table;
  private final Map<Frontend, Map<HostPort, Target>> found = new HashMap<>();

  Targets(VipTable table) {
    this.table = table;
  }

  Optional<Target> of(Frontend frontend, HostPort backend) {
    return Optional.ofNullable(found.computeIfAbsent(frontend, this::of).get(backend));
  }

  private Map<HostPort, Target> of(Frontend frontend) {
    return table.service(frontend).map(Targets::byPlace).orElse(Map.of());
  }

  static Map<HostPort, Target> byPlace(Service service) {
    return service.targets().stream()
        .collect(toMap(Target::endpoint, target -> target, (first, second) -> first));
  }
}

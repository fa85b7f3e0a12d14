// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import io.dcosnet.dns.forward.Policy;
import io.dcosnet.dns.forward.RoutingTable;
import io.dcosnet.dns.forward.Upstream;
import io.dcosnet.dns.name.DomainName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who is asked about names outside the zones. <b>Immutable.</b>
 *
 * @param servers asked about names without a route of their own
 * @param ofSystem whether those of {@code /etc/resolv.conf} are asked, too
 * @param zones servers by the name that their route begins with
 * @param cached whether their answers are kept
 */
record ForwardWish(
    List<Upstream> servers,
    boolean ofSystem,
    Policy policy,
    Map<DomainName, List<Upstream>> zones,
    boolean cached) {

  /**
   * The routes.
   *
   * @param system servers of {@code /etc/resolv.conf} as far as they are known
   */
  RoutingTable routes(List<Upstream> system) {
    RoutingTable.Builder routes = RoutingTable.builder();
    zones.forEach((suffix, those) -> routes.route(suffix, policy, those));
    List<Upstream> all = new ArrayList<>(servers);
    all.addAll(system);
    if (ofSystem || !all.isEmpty()) {
      routes.defaultRoute(policy, all);
    }
    return routes.build();
  }
}

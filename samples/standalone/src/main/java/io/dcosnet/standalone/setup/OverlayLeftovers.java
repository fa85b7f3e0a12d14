// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Rule;
import io.dcosnet.overlay.apply.NetlinkConfig;
import io.dcosnet.overlay.apply.NetlinkHostNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What overlays left in the kernel, whoever ran them. All look at the network namespace of the
 * thread, and block for some milliseconds.
 */
public final class OverlayLeftovers {

  private static final NetlinkConfig OURS = NetlinkConfig.DEFAULT;

  private OverlayLeftovers() {}

  /**
   * Tunnels, and how many routes and rules, a line each; empty when there are none.
   *
   * @throws io.dcosnet.linux.KernelException when the kernel cannot be asked
   */
  public static List<String> list() {
    List<String> lines = new ArrayList<>();
    try (RouteSocket socket = RouteSocket.open()) {
      for (Link link : socket.links()) {
        if (link.kind() instanceof Vxlan tunnel) {
          lines.add(
              "tunnel " + link.name() + " of network " + tunnel.id() + " on port " + tunnel.port());
        }
      }
      int routes = 0;
      int rules = 0;
      for (AddressFamily family : AddressFamily.ALL) {
        for (int table : List.of(Route.MAIN, OURS.table())) {
          for (Route route : socket.routes(family, table)) {
            routes += route.protocol() == OURS.protocol() ? 1 : 0;
          }
        }
        for (Rule rule : socket.rules(family)) {
          rules += rule.protocol() == OURS.protocol() ? 1 : 0;
        }
      }
      if (routes > 0) {
        lines.add(routes + " routes");
      }
      if (rules > 0) {
        lines.add(rules + " rules");
      }
    }
    return lines;
  }

  /**
   * Removes what is ours. Not to be called while a node runs that has a part in overlays.
   *
   * @return what was removed, a line each; empty when there was nothing
   * @throws io.dcosnet.api.DcosNetException when the kernel refuses
   */
  public static List<String> remove() {
    return new NetlinkHostNetwork(
            TimeSource.system(), new SplittableRandom(), MetricsSink.none(), OURS)
        .cleanup();
  }
}

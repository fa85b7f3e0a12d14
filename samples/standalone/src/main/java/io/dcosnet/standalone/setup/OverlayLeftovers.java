// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Link;
import io.dcosnet.linux.route.LinkKind.Vxlan;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import io.dcosnet.linux.route.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * What overlays left in the kernel, whoever made it, to be told and not touched. Looks at the
 * network namespace of the thread, and blocks for some milliseconds.
 */
public final class OverlayLeftovers {

  /** By which routes and rules of overlays are known. */
  private static final int PROTOCOL = 201;

  /** Packets of containers to addresses of hosts look here first. */
  private static final int HOSTS_TABLE = 42;

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
        for (int table : List.of(Route.MAIN, HOSTS_TABLE)) {
          for (Route route : socket.routes(family, table)) {
            routes += route.protocol() == PROTOCOL ? 1 : 0;
          }
        }
        for (Rule rule : socket.rules(family)) {
          rules += rule.protocol() == PROTOCOL ? 1 : 0;
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
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import io.dcosnet.dns.resolvconf.ResolvConfOrigin;
import io.dcosnet.linux.device.NodeDevice;
import io.dcosnet.linux.route.AddressFamily;
import io.dcosnet.linux.route.Route;
import io.dcosnet.linux.route.RouteSocket;
import java.nio.file.Path;
import java.util.List;

/**
 * What nodes leave on a machine, whoever ran them. All look at the network namespace of the thread,
 * and block for some milliseconds.
 */
public final class NodeLeftovers {

  /** By which routes of VIPs are known. */
  private static final int VIP_ROUTES = 202;

  /** In the folder of a node: the file that was there before ours. */
  private static final String KEPT = "resolv.conf.before";

  private NodeLeftovers() {}

  /** Where the file is kept that was there before ours. */
  static ResolvConfOrigin origin(Path resolvConf, Path dataDirectory) {
    return ResolvConfOrigin.of(resolvConf, dataDirectory.resolve(KEPT));
  }

  /** Devices and addresses of nodes, a line each; empty when there are none. */
  public static List<String> device() {
    try (NodeDevice any = NodeDevice.open("spartan", List.of())) {
      return any.list();
    }
  }

  /** How many routes of VIPs there are. */
  public static int routes() {
    int routes = 0;
    try (RouteSocket socket = RouteSocket.open()) {
      for (AddressFamily family : AddressFamily.ALL) {
        for (int table : List.of(Route.LOCAL_TABLE, Route.MAIN)) {
          for (Route route : socket.routes(family, table)) {
            routes += route.protocol() == VIP_ROUTES ? 1 : 0;
          }
        }
      }
    }
    return routes;
  }

  /**
   * Puts back what {@code resolv.conf} was. Not to be called while a node runs that writes it.
   *
   * @param resolvConf that may be ours
   * @param dataDirectory of the node, where the file is kept that was there before
   * @return what was done; empty when there was nothing to do
   * @throws io.dcosnet.api.DcosNetException when nobody knows what it was, or it cannot be written
   */
  public static List<String> removeResolvConf(Path resolvConf, Path dataDirectory) {
    return origin(resolvConf, dataDirectory).restore().stream().toList();
  }

  /**
   * Removes the device with its addresses. Not to be called while a node runs that has it.
   *
   * @return what was removed, a line each; empty when there was nothing
   * @throws io.dcosnet.api.DcosNetException when the kernel refuses
   */
  public static List<String> removeDevice() {
    try (NodeDevice any = NodeDevice.open("spartan", List.of())) {
      return any.remove();
    }
  }
}

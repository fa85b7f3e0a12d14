// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.linux.Linux;
import io.dcosnet.linux.capability.Capabilities;
import io.dcosnet.linux.capability.Capability;
import io.dcosnet.linux.capability.Feature;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.standalone.setup.OverlayLeftovers;
import java.io.IOException;
import java.net.DatagramSocket;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this machine needs to have containers on overlays, by trying it without leaving anything;
 * and what overlays have left on it. Not on a machine of which only files are shown.
 */
final class OverlayProbe {

  private static final String AREA = "overlay";
  private static final String TUNNELS = "tunnels";
  private static final String NEXT_HOPS = "next-hops";
  private static final String MASQUERADE = "masquerading";
  private static final String PORT = "tunnel-port";
  private static final String LEFT = "overlay-left";
  private static final String AS_ROOT = "run as root (CAP_NET_ADMIN) on a kernel that has it";

  private OverlayProbe() {}

  static Stream<Finding> probe(Machine machine) {
    Optional<String> lack =
        machine.isThisOne() ? Linux.unavailableBecause() : Optional.of("another machine");
    if (lack.isPresent()) {
      return Stream.of(TUNNELS, NEXT_HOPS, MASQUERADE, PORT, LEFT)
          .map(name -> Finding.notProbed(AREA, name, lack.get()));
    }
    Capabilities all = Capabilities.probe();
    List<String> left = left();
    return Stream.of(
        kernel(TUNNELS, all.get(Feature.VXLAN_LINKS), "no overlay between nodes", AS_ROOT),
        kernel(
            NEXT_HOPS,
            all.get(Feature.NEXT_HOPS),
            "with thousands of nodes, their routes take seconds instead of tenths",
            "use Linux 5.3 or newer, as root"),
        kernel(
            MASQUERADE,
            all.get(Feature.NFTABLES_NAT),
            "containers on overlays do not reach anything outside",
            AS_ROOT + ", and libnftables"),
        port(left),
        Finding.ok(
            AREA,
            LEFT,
            left.isEmpty()
                ? "none of ours"
                : String.join(", ", left) + "; dcos-net cleanup removes what is ours"));
  }

  private static Finding kernel(String name, Capability found, String cost, String remedy) {
    return found.isThere()
        ? Finding.ok(AREA, name, "can be made")
        : Finding.missing(AREA, name, found.tried() + ": " + found.answer(), cost, remedy);
  }

  private static List<String> left() {
    try {
      return OverlayLeftovers.list();
    } catch (DcosNetException e) {
      return List.of("the kernel does not tell: " + e.getMessage());
    }
  }

  private static Finding port(List<String> left) {
    int port = NetworkConfig.DEFAULT_VXLAN_PORT;
    Optional<String> tunnel =
        left.stream().filter(line -> line.endsWith(" on port " + port)).findFirst();
    if (tunnel.isPresent()) {
      return Finding.ok(AREA, PORT, "UDP " + port + " is that of " + tunnel.get());
    }
    try (DatagramSocket socket = new DatagramSocket(port)) {
      return Finding.ok(AREA, PORT, "UDP " + socket.getLocalPort() + " is free");
    } catch (IOException e) {
      return Finding.missing(
          AREA,
          PORT,
          "UDP " + port + ": " + e.getMessage(),
          "no tunnel: packets of other nodes go to the program that has the port",
          "end that program (ss -lunp sport = :" + port + "), or set vxlan_port of the network");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How the machine resolves names, and what fits into a packet. */
final class NetworkProbe {

  private static final String AREA = "network";
  private static final String RESOLV_CONF = "/etc/resolv.conf";

  /** More than three are ignored (resolv.conf(5), MAXNS). */
  private static final int RESOLVER_LIMIT = 3;

  /** Inner Ethernet 14, outer IPv4 20, UDP 8, VXLAN 8. */
  private static final int VXLAN_OVERHEAD = 50;

  private static final int LEAST_MTU = 1500;

  private NetworkProbe() {}

  static Stream<Finding> probe(Machine machine) {
    return Stream.of(resolvers(machine), mtu(), clockSkew());
  }

  private static Finding resolvers(Machine machine) {
    List<String> servers =
        machine.text(RESOLV_CONF).stream()
            .flatMap(String::lines)
            .map(line -> line.strip().split("\\s+"))
            .filter(words -> words.length > 1 && words[0].equals("nameserver"))
            .map(words -> words[1])
            .toList();
    if (servers.isEmpty()) {
      return Finding.missing(
          AREA,
          "resolv.conf",
          RESOLV_CONF + " names no server",
          "names outside the cluster do not resolve on this machine",
          "name one: echo nameserver ADDRESS >> " + RESOLV_CONF);
    }
    if (servers.size() > RESOLVER_LIMIT) {
      return Finding.missing(
          AREA,
          "resolv.conf",
          String.join(", ", servers),
          "the C library asks only the first " + RESOLVER_LIMIT,
          "keep the most useful three");
    }
    return Finding.ok(AREA, "resolv.conf", String.join(", ", servers));
  }

  private static Finding mtu() {
    List<String> links = new ArrayList<>();
    int least = Integer.MAX_VALUE;
    try {
      for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
        if (link.isUp() && !link.isLoopback()) {
          least = Math.min(least, link.getMTU());
          links.add(link.getName() + " " + link.getMTU());
        }
      }
    } catch (SocketException e) {
      return Finding.notProbed(AREA, "mtu", String.valueOf(e.getMessage()));
    }
    if (links.isEmpty()) {
      return Finding.notProbed(AREA, "mtu", "no link besides loopback is up");
    }
    String found =
        String.join(", ", links) + "; a container on the overlay gets " + (least - VXLAN_OVERHEAD);
    if (least >= LEAST_MTU) {
      return Finding.ok(AREA, "mtu", found);
    }
    return Finding.missing(
        AREA,
        "mtu",
        found,
        "packets of the usual 1500 bytes do not fit through the smallest link",
        "set vtep_mtu of the overlay to " + least + " or less");
  }

  private static Finding clockSkew() {
    return Finding.notProbed(AREA, "clock-skew", "needs another node to compare with");
  }
}

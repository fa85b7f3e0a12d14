// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who we are and what the kernel lets us do. */
final class UserProbe {

  private static final String AREA = "user";
  private static final String STATUS = "/proc/self/status";

  /** By the bits of {@code linux/capability.h}. */
  private static final List<Capability> CAPABILITIES =
      List.of(
          new Capability(10, "cap_net_bind_service", "listening below port 1024"),
          new Capability(12, "cap_net_admin", "VXLAN, bridges, routes, nftables, IPVS"),
          new Capability(21, "cap_sys_admin", "entering network namespaces"),
          new Capability(39, "cap_bpf", "VIPs in the socket layer (BPF)"));

  private record Capability(int bit, String name, String use) {}

  private UserProbe() {}

  static Stream<Finding> probe(Machine machine) {
    return Stream.of(user(machine), capabilities(machine));
  }

  private static Finding user(Machine machine) {
    Optional<String> effective =
        field(machine, "Uid").map(ids -> ids.strip().split("\\s+")).map(ids -> ids[1]);
    if (effective.isEmpty()) {
      return Finding.notProbed(AREA, "root", STATUS + " cannot be read");
    }
    if (effective.get().equals("0")) {
      return Finding.ok(AREA, "root", "effective user 0");
    }
    return Finding.missing(
        AREA,
        "root",
        "effective user " + effective.get(),
        "no data path in the kernel, no overlay, no port below 1024;"
            + " names and user-space VIPs work",
        "run as root, or give the capabilities below");
  }

  private static Finding capabilities(Machine machine) {
    Optional<BigInteger> effective =
        field(machine, "CapEff").map(hex -> new BigInteger(hex.strip(), 16));
    if (effective.isEmpty()) {
      return Finding.notProbed(AREA, "capabilities", STATUS + " cannot be read");
    }
    List<String> have = new ArrayList<>();
    List<String> lack = new ArrayList<>();
    List<String> costs = new ArrayList<>();
    for (Capability capability : CAPABILITIES) {
      if (effective.get().testBit(capability.bit())) {
        have.add(capability.name());
      } else {
        lack.add(capability.name());
        costs.add(capability.use());
      }
    }
    if (lack.isEmpty()) {
      return Finding.ok(AREA, "capabilities", String.join(", ", have));
    }
    return Finding.missing(
        AREA,
        "capabilities",
        "without " + String.join(", ", lack),
        "no " + String.join("; no ", costs),
        "run as root, or grant them (systemd: AmbientCapabilities=)");
  }

  private static Optional<String> field(Machine machine, String name) {
    return machine
        .text(STATUS)
        .flatMap(
            text ->
                text.lines()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1))
                    .findFirst());
  }
}

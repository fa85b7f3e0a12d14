// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import java.util.List;
import java.util.stream.Stream;

/** Which programs of others are there. None is needed by the demo. */
final class ProgramProbe {

  private static final String AREA = "programs";

  private record Program(String name, String debianPackage, String cost) {}

  private static final List<Program> PROGRAMS =
      List.of(
          new Program("dig", "bind9-dnsutils", "you cannot ask our DNS servers by hand"),
          new Program("curl", "curl", "you cannot ask our VIPs by hand"),
          new Program("haproxy", "haproxy", "no edge load balancer"),
          new Program("nft", "nftables", "you cannot look at VIP rules in the kernel"),
          new Program("ip", "iproute2", "you cannot look at overlay devices and routes"),
          new Program("podman", "podman", "no containers on the overlay through podman (CNI)"),
          new Program("docker", "docker.io", "no containers on the overlay through Docker (CNM)"));

  private ProgramProbe() {}

  static Stream<Finding> probe(Machine machine) {
    return PROGRAMS.stream().map(program -> look(machine, program));
  }

  private static Finding look(Machine machine, Program program) {
    return machine
        .program(program.name())
        .map(path -> Finding.ok(AREA, program.name(), path.toString()))
        .orElseGet(
            () ->
                Finding.missing(
                    AREA,
                    program.name(),
                    "not on the path",
                    program.cost(),
                    "Debian: apt-get install " + program.debianPackage()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** All probes in the order in which a person wants to read them. */
final class Doctor {

  private static final List<Function<Machine, Stream<Finding>>> PROBES =
      List.of(
          JavaProbe::probe,
          UserProbe::probe,
          SocketProbe::probe,
          NetworkProbe::probe,
          ProgramProbe::probe,
          KernelProbe::probe,
          LeftoverProbe::probe,
          OverlayProbe::probe,
          DataPathProbe::probe);

  private Doctor() {}

  static List<Finding> examine(Machine machine) {
    return PROBES.stream().flatMap(probe -> probe.apply(machine)).toList();
  }
}

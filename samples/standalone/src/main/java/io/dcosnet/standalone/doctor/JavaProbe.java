// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.doctor;

import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Which Java runs us, and whether it can also build. */
final class JavaProbe {

  private static final String AREA = "java";
  private static final int LEAST_VERSION = 17;

  private JavaProbe() {}

  static Stream<Finding> probe(Machine machine) {
    return Stream.of(runtime(Runtime.version()), compiler(), maven(machine));
  }

  static Finding runtime(Runtime.Version version) {
    String found =
        version
            + " of "
            + System.getProperty("java.vendor")
            + " in "
            + System.getProperty("java.home");
    if (version.feature() >= LEAST_VERSION) {
      return Finding.ok(AREA, "jvm", found);
    }
    return Finding.needed(
        AREA,
        "jvm",
        found,
        "nothing runs: the jars are made for version " + LEAST_VERSION,
        "install version " + LEAST_VERSION + " or newer (Debian: openjdk-17-jdk-headless)");
  }

  private static Finding compiler() {
    if (ToolProvider.getSystemJavaCompiler() != null) {
      return Finding.ok(AREA, "compiler", "part of this Java");
    }
    return Finding.missing(
        AREA,
        "compiler",
        "this Java is a runtime only",
        "the launcher cannot be built again after a change",
        "install a JDK (Debian: openjdk-17-jdk-headless)");
  }

  private static Finding maven(Machine machine) {
    return machine
        .program("mvn")
        .map(path -> Finding.ok(AREA, "mvn", path.toString()))
        .orElseGet(
            () ->
                Finding.missing(
                    AREA,
                    "mvn",
                    "not on the path",
                    "the launcher cannot be built again after a change",
                    "install Maven 3.8.7 or newer (Debian: maven)"));
  }
}

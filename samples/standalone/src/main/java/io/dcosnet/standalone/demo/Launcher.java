// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this launcher is started once more, as a process of its own. */
final class Launcher {

  private static final String ARCHIVE = "-XX:SharedArchiveFile=";

  private Launcher() {}

  /**
   * A command line for the same Java with the same classes. Several of them share few processors,
   * and each has little to do.
   */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith(ARCHIVE))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xlog:disable",
            "-XX:+UseSerialGC",
            "-Xmx96m",
            "-cp",
            System.getProperty("java.class.path"),
            // By name: the command that starts it is one of its own.
            "io.dcosnet.standalone.Main"));
    command.addAll(List.of(arguments));
    return command;
  }
}

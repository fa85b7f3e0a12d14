// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import io.dcosnet.standalone.cli.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which apps there are and which of them the edge serves; options of the commands on files. */
public final class AppsOptions {

  @Option(
      names = "--apps",
      paramLabel = "FILE",
      description = "What Marathon answers at /v2/apps?embed=apps.tasks, or a recorded set.")
  @Nullable String apps;

  @Option(
      names = "--group",
      paramLabel = "G",
      description =
          "Serve apps of this group; may be repeated. Without: those of the set, else external.")
  List<String> groups = List.of();

  /** Checks the options; the file is read when it is asked for after that. */
  Supplier<AppsFile> read(Arguments arguments) {
    Supplier<Path> file = arguments.required("--apps", apps, Arguments.file(), "a readable file");
    if (groups.stream().anyMatch(String::isBlank)) {
      arguments.problem("--group:  (expected: a name, or * for all)");
    }
    return () -> AppsFile.read(file.get());
  }
}

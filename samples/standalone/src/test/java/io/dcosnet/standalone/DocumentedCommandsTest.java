// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the documents tell people to type is understood by the launcher. */
class DocumentedCommandsTest {

  private static final String LAUNCHER = "samples/standalone/dcos-net ";
  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

  @Test
  void readmeShowsTheDemo() throws IOException {
    Path readme = PROJECT.resolve("README.md");
    Required.that(Files.exists(readme), "README.md");

    assertThat(commandsIn(readme)).contains("demo");
  }

  @Test
  void everyCommandInTheDocumentsIsUnderstood() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path document : documents()) {
      for (String command : commandsIn(document)) {
        List<String> problems =
            CommandLineProblems.of(
                CommandLineProblems.parse(new CommandLine(new Main()), command.split("\\s+")));
        problems.forEach(problem -> wrong.add(document + ": " + command + ": " + problem));
      }
    }

    assertThat(wrong).isEmpty();
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    try (Stream<Path> top = Files.list(PROJECT);
        Stream<Path> docs = Files.walk(PROJECT.resolve("docs"))) {
      Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .forEach(documents::add);
    }
    return documents;
  }

  /** What stands behind the launcher, up to a comment, a pipe or a second command. */
  private static List<String> commandsIn(Path document) throws IOException {
    List<String> commands = new ArrayList<>();
    boolean inCode = false;
    for (String line : Files.readAllLines(document)) {
      if (line.startsWith("```")) {
        inCode = !inCode;
      }
      int at = line.indexOf(LAUNCHER);
      if (inCode && at >= 0) {
        commands.add(line.substring(at + LAUNCHER.length()).replaceFirst("[#|&;>].*", "").strip());
      }
    }
    return commands;
  }
}

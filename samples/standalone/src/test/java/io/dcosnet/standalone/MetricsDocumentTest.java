// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every figure that the sources name stands on the page for operators. */
class MetricsDocumentTest {

  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

  /** A name in full; prefixes end in a dot, and names of system properties have no second dot. */
  private static final Pattern NAME = Pattern.compile("\"(dcosnet\\.[a-z]+\\.[a-z0-9._]*[a-z])\"");

  @Test
  void everyMetricInTheSourcesIsDocumented() throws IOException {
    String pages =
        Files.readString(PROJECT.resolve("docs/metrics.md"))
            + Files.readString(PROJECT.resolve("docs/http-server.md"));

    Set<String> named = namesInSources();

    assertThat(named).hasSizeGreaterThan(20);
    assertThat(named).allSatisfy(name -> assertThat(pages).contains("`" + name + "`"));
  }

  @Test
  void noFigureHasTwoMeanings() throws IOException {
    List<String> rows =
        Files.readAllLines(PROJECT.resolve("docs/metrics.md")).stream()
            .filter(line -> line.startsWith("| `dcosnet."))
            .map(line -> line.substring(0, line.indexOf('`', 3)))
            .toList();

    assertThat(rows).doesNotHaveDuplicates();
  }

  private static Set<String> namesInSources() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(PROJECT)) {
      List<Path> sources =
          files.filter(file -> file.toString().matches(".*/src/main/.*\\.java")).toList();
      for (Path source : sources) {
        Matcher name = NAME.matcher(Files.readString(source));
        while (name.find()) {
          names.add(name.group(1));
        }
      }
    }
    return names;
  }
}

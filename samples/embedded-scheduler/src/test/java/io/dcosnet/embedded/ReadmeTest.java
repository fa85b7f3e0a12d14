// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The wiring that documents show is the one that is compiled here. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void wiringExampleStandsInTheSample() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    String readme = Files.readString(module.resolve("../../README.md"));
    List<String> source =
        lines(
            Files.readString(
                module.resolve("src/main/java/io/dcosnet/embedded/EmbeddedScheduler.java")));

    Matcher example = JAVA.matcher(readme);
    assertThat(example.find()).as("a Java example in the README").isTrue();
    assertThat(source).containsAll(lines(example.group(1)));
  }

  @Test
  void loadBalancingExamplesStandInTheSample() throws IOException {
    Path module = Path.of("").toAbsolutePath();
    List<String> source =
        lines(
            Files.readString(
                module.resolve("src/main/java/io/dcosnet/embedded/EmbeddedNode.java")));

    Matcher example =
        JAVA.matcher(Files.readString(module.resolve("../../docs/load-balancing.md")));
    int found = 0;
    while (example.find()) {
      assertThat(source).containsAll(lines(example.group(1)));
      found++;
    }
    assertThat(found).as("Java examples").isPositive();
  }

  private static List<String> lines(String text) {
    return Stream.of(text.split("\n")).map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}

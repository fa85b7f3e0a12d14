// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigDocumentTest {

  @TempDir Path folder;

  @Test
  void givesTheSameTreeForJsonAndYaml() {
    ConfigDocument yaml =
        parse("a: {b: [1, two, true], c: 1.5}\nd:\n  e: '5'\n  f: {}\nempty:\n", false);
    ConfigDocument json =
        parse(
            "{\"a\": {\"b\": [1, \"two\", true], \"c\": 1.5},"
                + " \"d\": {\"e\": \"5\", \"f\": {}}, \"empty\": null}",
            true);

    assertThat(yaml.tree()).isEqualTo(json.tree());
    assertThat(yaml.tree()).containsKey("empty");
  }

  @Test
  void readsJsonInAYamlFile() {
    assertThat(parse("{\"node\": {\"zone\": \"a\"}}", false))
        .isEqualTo(parse("{\"node\": {\"zone\": \"a\"}}", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1\na: 2", // twice
        "a: [1", // not closed
        "- a\n- b", // no sections
        "just text",
        "a: 1\n--- \nb: 2", // two documents
        "a: &x [*x]", // holds itself
        "a: !!java.io.File [x]", // no types but those of YAML
      })
  void refusesWhatIsNoDocument(String yaml) {
    assertThatThrownBy(() -> parse(yaml, false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("file:");
  }

  @Test
  void refusesAFewLinesThatWouldBecomeAHugeTree() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 8; i++) {
      String alias = "*a" + (i - 1);
      yaml.append("a%d: &a%d [%s]\n".formatted(i, i, (alias + ", ").repeat(9) + alias));
    }

    assertThatThrownBy(() -> parse(yaml.toString(), false))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void refusesWhatLiesTooDeep() {
    assertThatThrownBy(() -> parse("- ".repeat(50_000), false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("file:");
  }

  @Test
  void refusesAFileWithoutAnEnd() {
    Path zero = Path.of("/dev/zero");
    Required.that(Files.isReadable(zero), "no " + zero);

    assertThatThrownBy(() -> ConfigDocument.load(zero))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void saysWhereJsonIsBroken() {
    assertThatThrownBy(() -> parse("{\n  \"a\": 1,\n  \"a\": 2\n}", true))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("file:3:")
        .hasMessageContaining("Duplicate field");
    assertThatThrownBy(() -> parse("{} {}", true)).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void saysWhereYamlIsBroken() {
    assertThatThrownBy(() -> parse("a: 1\nb: [1, 2\nc: 3", false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageMatching("file:[23]:\\d+: not YAML: .*");
  }

  @Test
  void saysThatAFileIsMissing() {
    assertThatThrownBy(() -> ConfigDocument.load(folder.resolve("none.yaml")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("none.yaml: cannot be read");
  }

  @Test
  void takesAnEmptyFileForOneThatSaysNothing() throws IOException {
    for (String name : new String[] {"empty.yaml", "empty.json"}) {
      Path file = Files.writeString(folder.resolve(name), "\n");

      assertThat(ConfigDocument.load(file).tree()).isEmpty();
    }
  }

  private ConfigDocument parse(String text, boolean json) {
    return ConfigDocument.parse(text, json, "file", folder);
  }
}

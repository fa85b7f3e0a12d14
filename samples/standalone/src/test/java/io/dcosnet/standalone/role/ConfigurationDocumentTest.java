// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.ConfigurationReference;
import io.dcosnet.standalone.config.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for operators says what the code does. */
class ConfigurationDocumentTest {

  private static final Path PAGE = Path.of("../../docs/configuration.md");

  /** A block of code with its kind. */
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

  @TempDir Path folder;

  @Test
  void everyKeyStandsThereWithItsDefaultAndMeaning() throws IOException {
    assertThat(Files.readString(PAGE))
        .as("copy the tables from here into %s", PAGE)
        .endsWith(
            ConfigurationReference.markdown(Configuration.allKeys(), Node.notConnected()).strip()
                + "\n");
  }

  @Test
  void everyExampleCanBeUsed() throws IOException {
    List<String> examples = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    while (block.find()) {
      if (block.group(1).equals("yaml")) {
        examples.add(block.group(2));
      }
    }

    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      for (String name :
          List.of(
              "state.json",
              "account.json",
              "ca.crt",
              "gossip.key",
              "admin.token",
              "overlay.token")) {
        Files.writeString(folder.resolve(name), "{}");
      }
      Path file = Files.writeString(folder.resolve("node.yaml"), example);
      Role role = example.startsWith("# for dcos-net master\n") ? Role.MASTER : Role.AGENT;
      assertThatNoException()
          .as(example)
          .isThrownBy(
              () -> Configuration.read(role, ConfigDocument.load(file), Node.notConnected()));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.standalone.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GossipCommandsTest {

  @TempDir Path folder;

  @Test
  void makesAKeyThatIsReadAgain() {
    CommandRun run = CommandRun.of("gossip", "key", "--id", "7");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("7:[A-Za-z0-9+/]{43}=\\R");
    assertThat(GossipKey.parse(run.out()).id()).isEqualTo(7);
  }

  @Test
  void makesAnotherKeyEachTime() {
    assertThat(CommandRun.of("gossip", "key").out())
        .startsWith("1:")
        .isNotEqualTo(CommandRun.of("gossip", "key").out());
  }

  @Test
  void refusesAKeyNumberThatIsNone() {
    CommandRun run = CommandRun.of("gossip", "key", "--id", "256");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines()).contains("--id: 256 (expected: 1-255)");
  }

  @Test
  void refusesAMemberWithoutNameAddressAndKeyAllAtOnce() {
    CommandRun run = CommandRun.of("gossip", "node");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .anyMatch(line -> line.startsWith("--name: missing"))
        .anyMatch(line -> line.startsWith("--bind: missing"))
        .anyMatch(line -> line.startsWith("--key-file: missing") && line.contains("--insecure"));
  }

  @Test
  void refusesWrongValuesWithoutShowingTheKey() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "1:c2hvcnQ=");

    CommandRun run =
        CommandRun.of(
            "gossip",
            "node",
            "--name",
            "a b",
            "--bind",
            "127.0.0.1",
            "--seeds",
            "masters,192.0.2.1",
            "--key-file",
            key.toString(),
            "--insecure",
            "--preset",
            "LAN",
            "--metadata",
            "zone");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).doesNotContain("c2hvcnQ");
    assertThat(run.errLines())
        .anyMatch(line -> line.startsWith("--name: a b (expected: "))
        .anyMatch(line -> line.startsWith("--bind: 127.0.0.1 (expected: ADDR:PORT)"))
        .anyMatch(line -> line.startsWith("--seeds: masters (expected: an address or a host)"))
        .anyMatch(line -> line.startsWith("--seeds: 192.0.2.1 (expected: ADDR:PORT"))
        .anyMatch(line -> line.startsWith("--key-file: " + key + ": "))
        .anyMatch(line -> line.startsWith("--insecure: given (expected: not beside --key-file)"))
        .anyMatch(line -> line.startsWith("--preset: LAN (expected: lan, wan or local)"))
        .anyMatch(line -> line.startsWith("--metadata: zone (expected: KEY=VALUE)"));
  }

  @Test
  void readsMetadataWithEqualsSignsInTheValue() {
    assertThat(MetadataText.parse(List.of("a=1=2", "b="))).isEqualTo(Map.of("a", "1=2", "b", ""));
  }

  @Test
  void refusesMetadataThatSaysAKeyTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetadataText.parse(List.of("a=1", "a=2")))
        .withMessage("a=2 (expected: each key once)");
  }
}

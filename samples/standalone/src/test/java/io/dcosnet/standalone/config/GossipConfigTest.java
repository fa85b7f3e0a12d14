// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GossipConfigTest {

  @TempDir Path folder;

  @Test
  void readsAMemberWithAllThatItMayBeTold() throws IOException {
    Files.writeString(folder.resolve("key"), "not looked at here");

    GossipConfig gossip =
        read(
            """
            gossip:
              bind: "192.0.2.7:7950"
              advertise: "198.51.100.7:7950"
              name: seven
              seeds: [masters, "192.0.2.9:7950", seed.example.org]
              label: production
              keyFile: key
              preset: wan
              store: {sync: each}
            """);

    assertThat(gossip.bind()).isEqualTo(HostPort.parse("192.0.2.7:7950"));
    assertThat(gossip.advertise()).isEqualTo(HostPort.parse("198.51.100.7:7950"));
    assertThat(gossip.name()).isEqualTo("seven");
    assertThat(gossip.seeds()).hasToString("[masters:7950, 192.0.2.9:7950, seed.example.org:7950]");
    assertThat(gossip.label()).isEqualTo("production");
    assertThat(gossip.keyFile()).isEqualTo(folder.resolve("key"));
    assertThat(gossip.preset().settings()).isEqualTo(GossipSettings.wan());
    assertThat(gossip.store()).isEqualTo(new StoreConfig(true, Sync.EACH));
    assertThat(gossip.hasStore()).isTrue();
  }

  @Test
  void isNoMemberUnlessItListens() {
    assertThat(read("{}").bind()).isNull();
    assertThat(read("{}").hasStore()).isFalse();
  }

  @Test
  void saysWhatIsMissingWhereASectionMakesNoMember() {
    assertThat(problems("gossip: {seeds: ['192.0.2.9:7950'], insecure: true}"))
        .singleElement()
        .asString()
        .startsWith("gossip.bind: missing (expected: ADDR:PORT");
  }

  @Test
  void refusesAMemberThatHasNoKeyAndDoesNotSaySo() {
    assertThat(problems("gossip: {bind: '127.0.0.1:7950'}"))
        .containsExactly("gossip.keyFile: missing (expected: a readable file, or insecure: true)");
  }

  @Test
  void tellsAllThatIsWrongAtOnce() {
    assertThat(
            problems(
                """
                gossip:
                  bind: here
                  name: two words
                  seeds: ["192.0.2.9"]
                  label: ""
                  insecure: true
                  keyFile: none
                  preset: moon
                  store: {sync: often}
                """))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("gossip.bind: here (expected: ADDR:PORT)"),
            line -> assertThat(line).startsWith("gossip.name: two words (expected: up to 128"),
            line -> assertThat(line).startsWith("gossip.seeds[0]: 192.0.2.9 (expected: ADDR:PORT"),
            line -> assertThat(line).startsWith("gossip.label:  (expected: 1 to 255 octets)"),
            line -> assertThat(line).startsWith("gossip.keyFile: none (expected: a readable file)"),
            line -> assertThat(line).startsWith("gossip.insecure: true (expected: not beside"),
            line -> assertThat(line).startsWith("gossip.preset: moon (expected: one of lan, wan"),
            line -> assertThat(line).startsWith("gossip.store.sync: often (expected: one of each"));
  }

  private GossipConfig read(String text) {
    return Configuration.read(Role.MASTER, document(text), Map.of()).gossip();
  }

  private List<String> problems(String text) {
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> read(text));
    assertThat(refused).as("refused").isNotNull();
    return refused.problems();
  }

  private ConfigDocument document(String text) {
    try {
      return ConfigDocument.load(Files.writeString(folder.resolve("node.yaml"), text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

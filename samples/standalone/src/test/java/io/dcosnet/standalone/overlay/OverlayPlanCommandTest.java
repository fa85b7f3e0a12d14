// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.standalone.CommandRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayPlanCommandTest {

  private static final String NETWORK =
      """
      {"vtep_subnet": "44.128.0.0/20", "vtep_subnet6": "fd01:a::/64",
       "vtep_mac_oui": "70:B3:D5:00:00:00",
       "overlays": [{"name": "dcos", "subnet": "9.0.0.0/8", "prefix": 24},
                    {"name": "dcos6", "subnet6": "fd01:b::/64", "prefix6": 80}]}
      """;

  @TempDir Path folder;

  @Test
  void givesEachAgentWhatDcosWould() throws JsonProcessingException {
    CommandRun run = plan(NETWORK, "2");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().get("refused")).isEmpty();
    ObjectNode first = (ObjectNode) run.json().at("/agents/0");
    assertThat(first.remove("agent").asText()).isNotEmpty();
    assertThat((JsonNode) first)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"vtep": {"ip": "44.128.0.1/20", "ip6": "fd01:a::1/64",
                              "mac": "70:b3:d5:80:00:01"},
                     "overlays": [
                      {"name": "dcos", "subnet": "9.0.0.0/24", "subnet6": null, "pools": [
                        {"id": "cni", "bridge": "m-dcos", "cidr": "9.0.0.0/25", "cidr6": null},
                        {"id": "docker", "bridge": "d-dcos", "cidr": "9.0.0.128/25",
                         "cidr6": null}]},
                      {"name": "dcos6", "subnet": null, "subnet6": "fd01:b::/80", "pools": [
                        {"id": "cni", "bridge": "m-dcos6", "cidr": null,
                         "cidr6": "fd01:b::/81"},
                        {"id": "docker", "bridge": "d-dcos6", "cidr": null,
                         "cidr6": "fd01:b::8000:0:0/81"}]}]}
                    """));
    assertThat(run.json().at("/agents/1/overlays/0/subnet").asText()).isEqualTo("9.0.1.0/24");
  }

  @Test
  void givesTheSameForTheSameSeed() {
    assertThat(plan(NETWORK, "5").out()).isEqualTo(plan(NETWORK, "5").out());
    assertThat(plan(NETWORK, "5", "--seed", "7").out()).isNotEqualTo(plan(NETWORK, "5").out());
  }

  @Test
  void refusesWhoeverFindsAPoolEmpty() {
    CommandRun run = plan(NETWORK.replace("44.128.0.0/20", "44.128.0.0/30"), "3");

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().get("agents")).hasSize(2);
    assertThat(run.json().at("/refused/0/code").asText()).isEqualTo("VTEP_EXHAUSTED");
  }

  @Test
  void listsAllProblemsOfOptionsAndConfigurationTogether() {
    CommandRun run = plan(NETWORK.replace("\"dcos\"", "\"host\"").replace("/20", "/4"), "0");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines())
        .anyMatch(line -> line.startsWith("--agents: 0 (expected: 1-"))
        .anyMatch(line -> line.contains("overlays[0].name: host"))
        .anyMatch(line -> line.contains("vtep_subnet: 44.128.0.0/4"));
  }

  @Test
  void refusesTruncatedJsonWithAReasonAndPrintsNothing() {
    CommandRun run = plan(NETWORK.substring(0, 60), "1");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("network.json");
  }

  private CommandRun plan(String network, String agents, String... more) {
    try {
      Path file = Files.writeString(folder.resolve("network.json"), network);
      String[] args = new String[6 + more.length];
      System.arraycopy(
          new String[] {"overlay", "plan", "--network", file.toString(), "--agents", agents},
          0,
          args,
          0,
          6);
      System.arraycopy(more, 0, args, 6, more.length);
      return CommandRun.of(args);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

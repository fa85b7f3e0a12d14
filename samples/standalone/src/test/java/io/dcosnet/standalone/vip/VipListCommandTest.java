// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VipListCommandTest {

  private static final String STATE =
      """
      {"leader": "master@192.0.2.1:5050",
       "slaves": [{"id": "S-1", "hostname": "192.0.2.11", "pid": "slave(1)@192.0.2.11:5051"}],
       "frameworks": [{"id": "F-1", "name": "marathon", "tasks": [
         {"id": "nginx.1", "name": "nginx", "slave_id": "S-1", "state": "TASK_RUNNING",
          "statuses": [{"state": "TASK_RUNNING", "timestamp": 1, "container_status": {
            "network_infos": [{"ip_addresses": [{"ip_address": "192.0.2.11"}]}]}}],
          "discovery": {"name": "nginx", "ports": {"ports": [
            {"number": 31000, "name": "http", "protocol": "tcp", "labels": {"labels": [
              {"key": "VIP_0", "value": "/nginx:80"},
              {"key": "VIP_1", "value": "198.51.100.7:8080"},
              {"key": "VIP_2", "value": "/nginx:70000"},
              {"key": "VIP_3", "value": "nginx"}]}}]}}}]}]}
      """;

  @TempDir Path folder;

  @Test
  void listsVipsWithTheirBackEndsAndLabelsThatMakeNone() throws JsonProcessingException {
    CommandRun run = list(STATE);

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().get("vips"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    [{"name": null, "protocol": "tcp", "address": "198.51.100.7", "port": 8080,
                      "fqdn": null, "backends": [{"agent": "192.0.2.11",
                        "address": "192.0.2.11", "port": 31000, "healthy": true}]},
                     {"name": "nginx.marathon", "protocol": "tcp", "address": "11.127.55.81",
                      "port": 80, "fqdn": "nginx.marathon.l4lb.thisdcos.directory",
                      "backends": [{"agent": "192.0.2.11", "address": "192.0.2.11",
                        "port": 31000, "healthy": true}]}]
                    """));
    assertThat(run.json().get("rejected").findValuesAsText("task"))
        .containsExactly("nginx.1", "nginx.1");
    assertThat(run.json().get("rejected").findValuesAsText("label"))
        .containsExactly("VIP_2", "VIP_3");
    assertThat(run.json().at("/rejected/0/reason").asText()).startsWith("VIP_BAD_PORT: ");
    assertThat(run.json().at("/rejected/1/reason").asText()).startsWith("VIP_NO_PORT: ");
  }

  @Test
  void refusesTruncatedJsonWithAReasonAndPrintsNothing() {
    CommandRun run = list(STATE.substring(0, 200));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("state.json");
  }

  @Test
  void needsAState() {
    CommandRun run = CommandRun.of("vip", "list");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines())
        .containsExactly(
            "--mesos-state: missing (expected: a readable file, or --stream)",
            "Try: dcos-net vip list --help");
  }

  @Test
  void listsTheVipsThatARecordOfEventsMakes() throws IOException {
    Path stream = Fixtures.find().resolve("mesos/stream/hello-overlay.json");

    CommandRun run = CommandRun.of("vip", "list", "--stream", stream.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().findValuesAsText("name"))
        .contains("host-vip.hello-world", "overlay-vip.hello-world");
    assertThat(run.json().get("rejected")).isEmpty();
  }

  private CommandRun list(String state) {
    try {
      Path file = Files.writeString(folder.resolve("state.json"), state);
      return CommandRun.of("vip", "list", "--mesos-state", file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.CommandRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What one agent in a process of its own tells of its VIPs, over HTTP and by commands. */
@TestInstance(Lifecycle.PER_CLASS)
class VipAdminIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private VipNode node;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    node = VipNode.cluster(1, folder).get(0);
    node.runs(Map.of("VIP_0", "/web:8080", "VIP_1", "no port"));
    node.start(List.of());
    node.awaitReady();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> JSON.readTree(node.get("/v1/vips")).size() == 1);
  }

  @AfterAll
  void stop() {
    node.close();
  }

  @Test
  void listsVipsAsDcosNetDoes() throws IOException {
    assertThat(JSON.readTree(node.get("/v1/vips?format=dcos")))
        .isEqualTo(
            JSON.readTree(
                """
                [{"vip": "web.marathon.l4lb.thisdcos.directory:8080", "protocol": "tcp",
                  "backend": [{"ip": "%s", "port": %d}]}]
                """
                    .formatted(node.address(), node.task().port())));
    assertThat(node.get("/v1/metrics/l4lb"))
        .contains("\nvips 1\n", "\nbackends 1\n", "\nlocal_vips 1\n", "\nlocal_backends 1\n")
        .contains("\nunreachable_vips 0\n", "\nvips_duration_seconds_count");
  }

  @Test
  void countsTheConnectionsOfOneVip() throws IOException {
    JsonNode vip = JSON.readTree(node.get("/v1/vips/web.marathon:8080/tcp"));
    String place = vip.at("/listeners/0/clientsUse").asText();
    int colon = place.lastIndexOf(':');
    String address = place.substring(0, colon);
    assertThat(VipNode.ask(address, Integer.parseInt(place.substring(colon + 1))))
        .isEqualTo(node.task().name());
    assertThat(vip.path("dataPath").asText()).isEqualTo("serving");
    assertThat(node.get("/metrics"))
        .containsPattern(
            "dcosnet_lb_vip_connections_total\\{protocol=\"tcp\",vip=\"web.marathon:8080\"} [1-9]")
        .contains("dcosnet_lb_connect_seconds_count");
    assertThat(JSON.readTree(node.get("/v1/lb/datapath")).at("/services/serving").asInt())
        .isEqualTo(1);
  }

  @Test
  void explainsAVipByItsCommand() {
    CommandRun text = CommandRun.of("explain", "vip", "web.marathon:8080", "--admin", url());
    assertThat(text.exitCode()).isZero();
    assertThat(text.out())
        .startsWith("tcp web.marathon:8080 (web.marathon.l4lb.thisdcos.directory)")
        .contains("  verdict  serving at 11.", "clients on this node use 127.")
        .contains("  task     web.1: ", "  target   ", "  left out label web.1 VIP_1: VIP_NO_PORT");
    CommandRun json =
        CommandRun.of("explain", "vip", "web.marathon:1/udp", "--admin", url(), "--json");
    assertThat(json.exitCode()).as("there is none").isEqualTo(1);
    assertThat(json.json().path("works").asBoolean()).isFalse();
    CommandRun none = CommandRun.of("explain", "vip", "no.marathon:8080", "--admin", url());
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.out()).contains("there is no such VIP").doesNotContain("left out");
    assertThat(json.json().at("/advice/0").asText()).contains("web.marathon:8080");
    CommandRun wrong = CommandRun.of("explain", "vip", "web.marathon", "--admin", url());
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("VIP: web.marathon (expected: NAME:PORT or ADDR:PORT");
  }

  @Test
  void listsTheVipsOfARunningNodeAsThoseOfAFile() {
    CommandRun run = CommandRun.of("vip", "list", "--admin", url());
    assertThat(run.exitCode()).isZero();
    JsonNode row = run.json().at("/vips/0");
    assertThat(row.path("name").asText()).isEqualTo("web.marathon");
    assertThat(row.path("address").asText()).startsWith("11.");
    assertThat(row.path("fqdn").asText()).isEqualTo("web.marathon.l4lb.thisdcos.directory");
    assertThat(row.at("/backends/0/agent").asText()).isEqualTo(node.address());
    assertThat(row.at("/backends/0/healthy").asBoolean()).isTrue();
    assertThat(run.json().at("/rejected/0/label").asText()).isEqualTo("VIP_1");
    CommandRun both = CommandRun.of("vip", "list", "--admin", url(), "--mesos-state", "x");
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("--mesos-state: x (expected: not beside --admin)");
  }

  @Test
  void streamsWhatThereIs() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                URI.create(url() + "/v1/vips/watch").toURL().openStream(),
                StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("event: vip");
      assertThat(lines.readLine()).startsWith("data: {\"vip\":\"web.marathon.");
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).isEqualTo("event: synced");
    }
  }

  private String url() {
    return node.adminUrl();
  }
}

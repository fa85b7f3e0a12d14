// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Ports;
import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.Role;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master that follows a source, and an agent that has none but the replicated store. */
class FactRolesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String HOST = "/v1/hosts/web.marathon.mesos";

  @TempDir Path folder;

  private final List<NetRuntime> runtimes = new ArrayList<>();
  private List<Integer> ports = List.of();

  @BeforeEach
  void start() throws IOException {
    ports = Ports.free(6);
    Files.writeString(
        folder.resolve("state.json"),
        """
        {"leader": "master@127.0.0.1:5050",
         "frameworks": [{"id": "F-1", "name": "marathon", "hostname": "127.0.0.1", "tasks": [
            {"id": "web.1", "name": "web", "framework_id": "F-1", "slave_id": "S7",
             "state": "TASK_RUNNING", "statuses": [{"state": "TASK_RUNNING", "timestamp": 1}]}]}],
         "slaves": [{"id": "S7", "hostname": "192.0.2.7", "pid": "slave(1)@192.0.2.7:5051",
                     "active": true, "attributes": {}}]}
        """);
    node(Role.MASTER, 0, "sources: {file: state.json}");
    node(Role.AGENT, 3, "");
    await().atMost(PATIENCE).until(() -> get(3, HOST).body().contains("192.0.2.7"));
  }

  private void node(Role role, int first, String more) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve(role + ".yaml"),
            """
            node: {dataDir: %s, address: 127.0.0.1}
            admin: {listen: "127.0.0.1:%d"}
            dns: {listen: ["127.0.0.1:%d"], dcos: {enabled: false}}
            lb: {enabled: false}
            gossip: {bind: "127.0.0.1:%d", seeds: ["127.0.0.1:%d"], insecure: true, preset: local}
            %s
            """
                .formatted(
                    role,
                    ports.get(first),
                    ports.get(first + 1),
                    ports.get(first + 2),
                    ports.get(2),
                    more));
    PrometheusMetrics metrics = new PrometheusMetrics();
    NetRuntime net = NetRuntime.builder().ioThreads(1).metrics(metrics).build();
    runtimes.add(net);
    new Node(
            Configuration.read(role, ConfigDocument.load(file), Node.notConnected()),
            true,
            net,
            metrics)
        .start();
  }

  @AfterEach
  void stop() {
    runtimes.forEach(NetRuntime::close);
  }

  @Test
  void theAgentAnswersFromTheStoreAloneAlsoWhenTheMasterIsGone() throws IOException {
    JsonNode source = json(3, "/v1/status").at("/sources/0");
    assertThat(source.path("kind").asText()).isEqualTo("facts");
    assertThat(source.path("tasks").asInt()).isEqualTo(1);
    assertThat(source.path("writer").asText()).isEqualTo("master-127.0.0.1");
    assertThat(json(0, "/v1/status").at("/sources/0/publishing").asBoolean()).isTrue();

    runtimes.get(0).close(); // without a good-bye, as a crash would

    await()
        .atMost(PATIENCE)
        .until(() -> json(3, "/v1/status").at("/sources/0/problem").asText().contains("away"));
    assertThat(get(3, HOST).body()).contains("192.0.2.7");
    assertThat(CommandRun.of("status", "--admin", admin(3)).out())
        .contains("source facts replicated store: known")
        .contains("written by master-127.0.0.1")
        .contains("PROBLEM: the master that wrote the facts is away")
        .contains("  store of ");
  }

  @Test
  void theStoreIsShownByCountsByThePageAndByTheKey() throws IOException {
    JsonNode counts = json(3, "/v1/gossip/store");
    assertThat(counts.at("/areas/facts").asInt()).isEqualTo(counts.path("keys").asInt());
    assertThat(counts.at("/owners/alive").asInt()).isPositive();

    JsonNode page = json(3, "/v1/gossip/store/keys?prefix=facts/&limit=1");
    assertThat(page.path("keys")).hasSize(1);
    JsonNode next =
        json(3, "/v1/gossip/store/keys?prefix=facts/&after=" + page.path("next").asText());
    assertThat(next.path("keys")).hasSize(counts.path("keys").asInt() - 1);
    assertThat(next.has("next")).isFalse();
    assertThat(get(3, "/v1/gossip/store/keys?limit=0").statusCode()).isEqualTo(400);

    String key = page.at("/keys/0/key").asText();
    assertThat(page.at("/keys/0/owner").asText()).isEqualTo("master-127.0.0.1");
    assertThat(json(3, "/v1/gossip/store/keys/" + key + "/why").path("why").asText())
        .contains("LWW_REGISTER")
        .containsAnyOf("replicas have it", "replicas are known to have it");
    assertThat(CommandRun.of("explain", "key", key, "--admin", admin(3)).out())
        .startsWith(key)
        .contains("of master-127.0.0.1, alive since")
        .contains("have it");
    CommandRun none = CommandRun.of("explain", "key", "no/such", "--admin", admin(3));
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("no key no/such");
  }

  private String admin(int first) {
    return "http://127.0.0.1:" + ports.get(first);
  }

  private JsonNode json(int first, String path) throws IOException {
    return new ObjectMapper().readTree(get(first, path).body());
  }

  private HttpResponse<String> get(int first, String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(admin(first) + path)).build(),
              BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

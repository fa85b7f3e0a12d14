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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master and an agent that are members of one cluster, and what they tell of each other. */
class GossipRolesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final List<NetRuntime> runtimes = new ArrayList<>();
  private List<Integer> ports = List.of();
  private Node agent;

  @BeforeEach
  void start() throws IOException {
    ports = Ports.free(4);
    Path key =
        Files.createFile(
            folder.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, CommandRun.of("gossip", "key").out());
    Files.writeString(
        folder.resolve("state.json"),
        """
        {"leader": "master@127.0.0.1:5050", "frameworks": [],
         "slaves": [{"id": "S7", "hostname": "127.0.0.1", "pid": "slave(1)@127.0.0.1:5051",
                     "active": true, "attributes": {}}]}
        """);
    node(Role.MASTER, ports.get(0), ports.get(1), "").start();
    agent = node(Role.AGENT, ports.get(2), ports.get(3), "sources: {file: state.json}");
    agent.start();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              JsonNode members = json("/v1/gossip/members").path("members");
              return members.size() == 2 && members.at("/0/metadata").has("agent-id");
            });
  }

  private Node node(Role role, int gossip, int admin, String more) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve(role + ".yaml"),
            """
            node: {dataDir: %s, address: 127.0.0.1, region: eu, zone: a}
            admin: {listen: "127.0.0.1:%d"}
            gossip: {bind: "127.0.0.1:%d", seeds: ["127.0.0.1:%d"], keyFile: key, preset: local}
            %s
            """
                .formatted(role, admin, gossip, ports.get(0), more));
    PrometheusMetrics metrics = new PrometheusMetrics();
    NetRuntime net = NetRuntime.builder().ioThreads(1).metrics(metrics).build();
    runtimes.add(net);
    return new Node(
        Configuration.read(role, ConfigDocument.load(file), Node.notConnected()),
        true,
        net,
        metrics);
  }

  @AfterEach
  void stop() {
    runtimes.forEach(NetRuntime::close);
  }

  @Test
  void tellEachOtherWhoAndWhatTheyAre() throws IOException {
    JsonNode members = json("/v1/gossip/members").path("members");

    assertThat(members.at("/0/name").asText()).isEqualTo("agent-127.0.0.1");
    assertThat(members.at("/1/name").asText()).isEqualTo("master-127.0.0.1");
    assertThat(members.at("/0/state").asText()).isEqualTo("alive");
    assertThat(members.at("/0/address").asText()).isEqualTo("127.0.0.1:" + ports.get(2));
    Map<String, String> metadata = Map.of("roles", "agent", "agent-id", "S7", "zone", "eu/a");
    metadata.forEach(
        (key, value) ->
            assertThat(members.at("/0/metadata/" + key).asText()).as(key).isEqualTo(value));
    assertThat(Files.readString(folder.resolve("agent/node.id")))
        .as("the identity of the node is that of the member")
        .contains(members.at("/0/id").asText());
  }

  @Test
  void explainWhyAMemberIsDead() throws IOException {
    runtimes.get(1).close(); // without a good-bye, as a crash would

    await()
        .atMost(PATIENCE)
        .until(() -> json("/v1/gossip/members").at("/members/0/state").asText().equals("dead"));
    JsonNode why = json("/v1/gossip/member/agent-127.0.0.1/why");
    assertThat(why.path("state").asText()).isEqualTo("dead");
    assertThat(why.path("steps").findValuesAsText("state"))
        .containsSubsequence("alive", "suspect", "dead");
    CommandRun status = CommandRun.of("status", "--admin", admin());
    assertThat(status.out())
        .contains("gossip as master-127.0.0.1 on 127.0.0.1:" + ports.get(0) + ": 1 alive, 1 dead")
        .contains("DEAD: agent-127.0.0.1 at 127.0.0.1:" + ports.get(2));
    CommandRun explain = CommandRun.of("explain", "member", "agent-127.0.0.1", "--admin", admin());
    assertThat(explain.out()).contains("DEAD since").contains("accused by master-127.0.0.1");
  }

  @Test
  void sayGoodByeWhenTheyAreStopped() {
    agent.leave();

    await()
        .atMost(PATIENCE)
        .until(() -> json("/v1/gossip/members").at("/members/0/state").asText().equals("left"));
  }

  @Test
  void answerForNothingThatIsNotThere() throws IOException {
    assertThat(get("/v1/gossip/member/nobody/why").statusCode()).isEqualTo(404);
    assertThat(get("/v1/gossip/member").statusCode()).isEqualTo(404);
    assertThat(get("/v1/gossip/debug").statusCode()).isEqualTo(200);
    assertThat(get("/v1/gossip/debug").body())
        .doesNotContain(Files.readString(folder.resolve("key")));
  }

  private String admin() {
    return "http://127.0.0.1:" + ports.get(1);
  }

  private JsonNode json(String path) throws IOException {
    return new ObjectMapper().readTree(get(path).body());
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(admin() + path)).build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Ports;
import io.dcosnet.standalone.admin.Health.Question;
import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.Role;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master and an agent with overlays, without a kernel that would carry packets. */
class OverlayRolesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ADMIN_TOKEN = "an-admin-token-of-this-test";
  private static final String OVERLAY_TOKEN = "an-overlay-token-of-this-test";

  @TempDir Path folder;
  private final Map<String, NetRuntime> runtimes = new LinkedHashMap<>();
  private List<Integer> ports = List.of();
  private Node agent;

  @BeforeEach
  void start() throws IOException {
    ports = Ports.free(6);
    Path key =
        Files.createFile(
            folder.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, CommandRun.of("gossip", "key").out());
    Files.writeString(folder.resolve("token"), ADMIN_TOKEN);
    Files.writeString(folder.resolve("overlay.token"), OVERLAY_TOKEN);
    node(Role.MASTER).start();
    agent = node(Role.AGENT);
    agent.start();
    await().atMost(PATIENCE).until(() -> agent.health().holds(Question.READY));
  }

  private Node node(Role role) throws IOException {
    return node(role, role.toString(), role == Role.MASTER ? 0 : 1);
  }

  private Node node(Role role, String name, int number) throws IOException {
    boolean master = role == Role.MASTER;
    Path file =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            """
            node: {dataDir: %s, address: 127.0.0.%d}
            admin: {listen: "127.0.0.1:%d", tokenFile: token}
            gossip: {bind: "127.0.0.1:%d", seeds: ["127.0.0.1:%d"], keyFile: key, preset: local}
            overlay:
              enabled: true
              tokenFile: overlay.token
              %s
            """
                .formatted(
                    name,
                    number + 1,
                    ports.get(2 * number),
                    ports.get(2 * number + 1),
                    ports.get(1),
                    master
                        ? "master: {network: {vtep_subnet: 44.128.0.0/20, quorum_wait: 0s,"
                            + " vtep_mac_oui: 70:B3:D5:00:00:00, overlays:"
                            + " [{name: dcos, subnet: 9.0.0.0/8, prefix: 24}]}}"
                        : "agent: {hostNetwork: none}"));
    PrometheusMetrics metrics = new PrometheusMetrics();
    NetRuntime net = NetRuntime.builder().ioThreads(1).metrics(metrics).build();
    runtimes.put(name, net);
    return new Node(
        Configuration.read(role, ConfigDocument.load(file), Node.notConnected()),
        true,
        net,
        metrics);
  }

  @AfterEach
  void stop() {
    runtimes.values().forEach(NetRuntime::close);
  }

  @Test
  void theAgentFindsTheMasterByGossipAndHasWhatItGives() throws IOException {
    JsonNode status = json(2, "/v1/status").path("overlay").path("agent");
    JsonNode state = json(0, "/overlay-master/state");

    assertThat(status.path("vtep").asText()).isEqualTo("44.128.0.1/20");
    assertThat(status.at("/overlays/0/subnets/0").asText()).isEqualTo("9.0.0.0/24");
    assertThat(status.at("/overlays/0/status").asText()).isEqualTo("OK");
    assertThat(state.at("/agents/0/overlays/0/subnet").asText()).isEqualTo("9.0.0.0/24");
    assertThat(json(2, "/overlay-agent/overlay").at("/overlays/0/mesos_bridge/name").asText())
        .isEqualTo("m-dcos");
    assertThat(ask(0, "status").out()).contains("overlay master, leading: 1 agents");
    assertThat(ask(2, "status").out())
        .contains("overlay agent registered, tunnel end 44.128.0.1/20")
        .contains("    dcos 9.0.0.0/24 OK");
  }

  @Test
  void bothExplainWhoseAnAddressIs() {
    CommandRun byAgent = ask(2, "explain", "address", "9.0.0.7");
    CommandRun byMaster = ask(0, "explain", "address", "9.0.0.7");

    assertThat(byAgent.exitCode()).as(byAgent.err()).isZero();
    assertThat(byAgent.out()).contains("9.0.0.7: in the range of containers of this host");
    assertThat(byMaster.exitCode()).as(byMaster.err()).isZero();
    assertThat(byMaster.out()).contains("127.0.0.2");
    assertThat(ask(0, "explain", "address", "9.0.9.7").exitCode()).as("nobody has it").isEqualTo(1);
  }

  @Test
  void theAgentStartsAgainFromItsDiskWhenNobodyAnswers() throws IOException {
    runtimes.values().forEach(NetRuntime::close);

    agent = node(Role.AGENT);
    agent.start();

    await().atMost(PATIENCE).until(() -> agent.health().holds(Question.READY));
    assertThat(json(2, "/v1/status").at("/overlay/agent/overlays/0/subnets/0").asText())
        .isEqualTo("9.0.0.0/24");
    assertThat(agent.listening()).anyMatch(line -> line.contains("44.128.0.1 from the disk"));
  }

  @Test
  void theTokenOfAgentsOpensNothingElse() throws IOException {
    String register = "/overlay-master/v1/register";

    assertThat(post(register, "not-the-token-of-agents").statusCode()).isEqualTo(401);
    assertThat(post(register, ADMIN_TOKEN).statusCode()).isEqualTo(401);
    assertThat(post(register, OVERLAY_TOKEN).statusCode()).as("no request").isEqualTo(400);
    assertThat(post("/overlay-master/agents/delete", OVERLAY_TOKEN).statusCode()).isEqualTo(401);
    assertThat(get(0, "/overlay-master/state", OVERLAY_TOKEN).statusCode()).isEqualTo(401);
  }

  @Test
  void aNodeWhoseIdentityWasCopiedEndsAndSaysSo() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Files.copy(folder.resolve("agent/node.id"), copy.resolve("node.id"));
    Node clone = node(Role.AGENT, "copy", 2);
    List<String> told = new CopyOnWriteArrayList<>();
    agent.onEnd(told::add);
    clone.onEnd(told::add);

    clone.start();

    await().atMost(PATIENCE).until(() -> !told.isEmpty());
    assertThat(told.get(0))
        .contains("another process has the identity of this node")
        .contains("delete node.id");
  }

  private CommandRun ask(int place, String... question) {
    String[] all = new String[question.length + 4];
    System.arraycopy(question, 0, all, 0, question.length);
    all[question.length] = "--admin";
    all[question.length + 1] = "http://127.0.0.1:" + ports.get(place);
    all[question.length + 2] = "--token-file";
    all[question.length + 3] = folder.resolve("token").toString();
    return CommandRun.of(all);
  }

  private JsonNode json(int place, String path) throws IOException {
    return new ObjectMapper().readTree(get(place, path, ADMIN_TOKEN).body());
  }

  private HttpResponse<String> get(int place, String path, String token) throws IOException {
    return send(place, path, token, HttpRequest.newBuilder());
  }

  private HttpResponse<String> post(String path, String token) throws IOException {
    return send(0, path, token, HttpRequest.newBuilder().POST(BodyPublishers.ofString("{}")));
  }

  private HttpResponse<String> send(
      int place, String path, String token, HttpRequest.Builder request) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              request
                  .uri(URI.create("http://127.0.0.1:" + ports.get(place) + path))
                  .header("authorization", "Bearer " + token)
                  .build(),
              BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

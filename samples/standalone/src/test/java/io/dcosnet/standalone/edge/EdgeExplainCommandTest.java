// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeExplainCommandTest {

  private static final String APPS =
      """
      {"apps": [{"id": "/web", "networks": [{"mode": "container/bridge"}],
        "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "web.example.org",
                   "HAPROXY_0_BALANCE": "fair", "HAPROXY_1_GROUP": "inside"},
        "container": {"portMappings": [{"containerPort": 80, "servicePort": 10001},
          {"containerPort": 81, "servicePort": 10002}]},
        "tasks": [{"id": "web.1", "host": "192.0.2.2", "state": "TASK_RUNNING",
          "ports": [31001, 31002]}]}]}
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void explainsRecordedSetsAsTheyWereRecorded(int set) throws IOException {
    Path file = Fixtures.find().resolve("marathon/own-routing-" + set + ".json");
    int requests = new ObjectMapper().readTree(file.toFile()).get("requests").size();

    CommandRun run = CommandRun.of("edge", "explain", "--apps", file.toString());

    assertThat(run.exitCode()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(requests + 1);
    assertThat(lines.get(requests))
        .isEqualTo("{\"requests\":" + requests + ",\"equal\":" + requests + ",\"different\":0}");
  }

  @Test
  void endsWithOneWhereSomethingIsDifferent() throws IOException {
    String requests =
        "[{\"entry\": \"service\", \"port\": 10001, \"expect\": {\"status\": 200}},"
            + "{\"entry\": \"service\", \"port\": 10002, \"expect\": {\"status\": \"refused\"}}]";

    CommandRun run = explain(APPS.replace("fair", "first"), requests);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out().lines().toList().get(2))
        .isEqualTo("{\"requests\":2,\"equal\":1,\"different\":1}");
    assertThat(run.err()).contains("request 0: expected {\"status\":200}");
  }

  @Test
  void tellsStatusServersAndReasons() throws IOException {
    String requests =
        "{\"port\": 80, \"host\": \"web.example.org\"}\n{\"port\": 80, \"host\": \"x\"}\n";

    CommandRun run = explain(APPS.replace("fair", "first"), requests);

    assertThat(run.exitCode()).isZero();
    List<String> lines = run.out().lines().toList();
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.get("n").asInt()).isZero();
    assertThat(first.get("status").asInt()).isEqualTo(200);
    assertThat(first.get("servers").toString()).isEqualTo("[\"192.0.2.2:31001\"]");
    assertThat(first.get("why")).isNotEmpty();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).startsWith("{\"n\":1,\"status\":503,\"servers\":[],\"why\":[");
  }

  @Test
  void servesTheGroupsThatAreAskedForAndTellsWhatLabelsDoNotGet() throws IOException {
    Path apps = Files.writeString(folder.resolve("apps.json"), APPS);
    Path requests =
        Files.writeString(folder.resolve("requests.json"), "{\"requests\": [{\"port\": 10002}]}");

    CommandRun run =
        CommandRun.of(
            "edge",
            "explain",
            "--apps",
            apps.toString(),
            "--group",
            "inside",
            "--group",
            "external",
            "--requests",
            requests.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().get("servers").toString()).isEqualTo("[\"192.0.2.2:31002\"]");
    assertThat(run.errLines())
        .containsExactly(
            "dcos-net: label /web HAPROXY_0_BALANCE: EDGE_LABEL_REFUSED: \"fair\" (expected: an"
                + " algorithm of HAProxy)");
  }

  @Test
  void needsAppsAndRequests() throws IOException {
    Path apps = Files.writeString(folder.resolve("apps.json"), APPS);

    assertThat(CommandRun.of("edge", "explain").exitCode()).isEqualTo(2);
    CommandRun run = CommandRun.of("edge", "explain", "--apps", apps.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .contains("--requests: missing (expected: a readable file, or a recorded set)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"apps\": [", "<html>"})
  void refusesAFileThatIsNoListOfApps(String text) throws IOException {
    CommandRun run = explain(text, "[]");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("apps.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[7]", "[{\"entry\": \"ftp\"}]", "[{\"source\": \"here\"}]", "{]"})
  void refusesRequestsThatAreNone(String text) throws IOException {
    CommandRun run = explain(APPS, text);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("request");
  }

  private CommandRun explain(String apps, String requests) throws IOException {
    return CommandRun.of(
        "edge",
        "explain",
        "--apps",
        Files.writeString(folder.resolve("apps.json"), apps).toString(),
        "--requests",
        Files.writeString(folder.resolve("requests.json"), requests).toString());
  }
}

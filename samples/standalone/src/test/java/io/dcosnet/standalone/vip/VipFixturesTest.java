// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The VIPs of every recorded state and stream: none more, none less, each with its back ends. */
class VipFixturesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, List<String>> STATES =
      Map.of(
          "docker.json", List.of("tcp 1.2.3.4:5000 > 10.0.2.4:28027 on 10.0.2.4"),
          "empty.json", List.of(),
          "fake2.json", List.of(),
          "mesos-dns-fake.json", List.of(),
          "state-overlay.json", List.of(),
          "state3.json", List.of("tcp 1.2.3.4:5000 > 10.10.0.109:8014 on 10.10.0.109"),
          "state_di.json", List.of("tcp 1.2.3.4:8080 > 10.0.2.234:19426 on 10.0.2.234"),
          "syn-medium.json", List.of(),
          "syn-small.json", List.of(),
          "syn-wide.json", List.of());

  private static final Map<String, List<String>> STREAMS =
      Map.of(
          "dns-hostname.json", List.of(),
          "hello-overlay.json",
              List.of(
                  "tcp api.hello-world.marathon 11.46.7.245:80 > 10.0.0.49:19630 on 10.0.0.49",
                  "tcp host-vip.hello-world 11.131.68.73:80 > 10.0.0.49:4044 on 10.0.0.49",
                  "tcp overlay-vip.hello-world 11.86.219.94:80 > 9.0.2.3:4044 on 10.0.0.49"),
          "operator-api.json", List.of(),
          "unhealthy.json",
              List.of("tcp foobar.marathon 11.216.117.62:80 > 9.0.1.6:80 on 172.17.0.4 (sick)"));

  /** A state of an agent, not of a master. */
  private static final String OF_AN_AGENT = "ucr-bridge-mode.json";

  @TempDir Path folder;

  @Test
  void listsTheVipsOfEveryRecordedState() throws IOException {
    Path states = Fixtures.find().resolve("mesos/state");
    assertThat(names(states)).containsOnlyOnceElementsOf(STATES.keySet()).contains(OF_AN_AGENT);
    assertThat(names(states)).hasSize(STATES.size() + 1);
    STATES.forEach(
        (file, expected) -> {
          ListedVips listed = ListedVips.ofState(states.resolve(file));
          assertThat(listed.vips()).as(file).isEqualTo(expected);
          assertThat(listed.rejected()).as(file).isEmpty();
        });
  }

  @Test
  void listsTheVipsOfEveryRecordedStream() throws IOException {
    Path streams = Fixtures.find().resolve("mesos/stream");
    assertThat(names(streams)).containsExactlyInAnyOrderElementsOf(STREAMS.keySet());
    STREAMS.forEach(
        (file, expected) -> {
          ListedVips listed = ListedVips.ofEvents(streams.resolve(file));
          assertThat(listed.vips()).as(file).isEqualTo(expected);
          assertThat(listed.rejected()).as(file).isEmpty();
        });
  }

  @Test
  void tellsOfALabelWhoseTaskHasNeitherAddressNorHostPort() {
    Path state = Fixtures.find().resolve("mesos/state/fake2.json");

    assertThat(ListedVips.ofState(state).told())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("dcos-net: label sleep.bf108244-ec7f-11e5-b98e-82ce0fb60967 vip: ")
                    .contains("VIP_NO_BACKEND"));
  }

  @Test
  void refusesTheStateOfAnAgentAndReadsItsTasksInAMastersForm() throws IOException {
    Path recorded = Fixtures.find().resolve("mesos/state").resolve(OF_AN_AGENT);
    CommandRun refused = CommandRun.of("vip", "list", "--mesos-state", recorded.toString());
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains(OF_AN_AGENT, "no leader", "an agent's state?");

    JsonNode master = asMaster(JSON.readTree(recorded.toFile()));
    Path state = folder.resolve("state.json");
    JSON.writeValue(state.toFile(), master);
    assertThat(ListedVips.ofState(state).vips())
        .containsExactly(
            "tcp foo-1.marathon 11.78.187.9:5000 > 10.0.2.5:21768 on 10.0.2.5",
            "tcp foo.marathon 11.64.239.61:5000 > 10.0.2.5:29025 on 10.0.2.5");
  }

  /** The same tasks as their master would tell of them. */
  private static ObjectNode asMaster(JsonNode agent) {
    ObjectNode master = JSON.createObjectNode().put("leader", "master@192.0.2.1:5050");
    ObjectNode slave = master.putArray("slaves").addObject();
    for (String field : List.of("id", "hostname", "pid")) {
      slave.set(field, agent.get(field));
    }
    ArrayNode frameworks = master.putArray("frameworks");
    for (JsonNode from : agent.get("frameworks")) {
      ObjectNode framework = frameworks.addObject();
      framework.set("id", from.get("id"));
      framework.set("name", from.get("name"));
      ArrayNode tasks = framework.putArray("tasks");
      from.get("executors").forEach(executor -> executor.get("tasks").forEach(tasks::add));
    }
    return master;
  }

  @Test
  void followsARecordedStreamEventByEvent() throws IOException {
    JsonNode recorded =
        JSON.readTree(Fixtures.find().resolve("marathon/own-mesos-v1-stream.json").toFile());
    JsonNode serving = recorded.get("servingAfter");
    assertThat(serving).isNotEmpty();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < serving.size(); i++) {
      lines.add(JSON.writeValueAsString(recorded.get("events").get(i)));
      Path events = Files.write(folder.resolve("events-" + i), lines);
      List<String> expected = new ArrayList<>();
      for (JsonNode task : serving.get(i)) {
        String number = task.asText().substring("web.".length());
        expected.add(
            "tcp web.marathon 11.225.37.143:80 > 9.0.1." + number + ":8080 on 10.0.0." + number);
      }

      List<String> healthy =
          ListedVips.ofEvents(events).vips().stream().filter(v -> !v.contains("(sick)")).toList();

      assertThat(healthy).as("after event " + i).isEqualTo(expected);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    }
    return names;
  }
}

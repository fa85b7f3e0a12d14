// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsRecordsCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String STATE =
      """
      {"leader": "master@192.0.2.1:5050",
       "slaves": [{"id": "S-1", "hostname": "192.0.2.11", "pid": "slave(1)@192.0.2.11:5051"}],
       "frameworks": [{"id": "F-1", "name": "marathon", "hostname": "192.0.2.1", "tasks": [
         {"id": "web.1", "name": "web", "slave_id": "S-1", "state": "TASK_RUNNING",
          "resources": {"ports": "[31000-31000]"}},
         {"id": "lost.1", "name": "lost", "slave_id": "S-9", "state": "TASK_RUNNING"}]}]}
      """;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> equalsWhatMesosDnsAnswers() throws IOException {
    Path mesos = Fixtures.find().resolve("mesos");
    try (Stream<Path> files = Files.list(mesos.resolve("golden"))) {
      return files
          .filter(file -> !file.toString().endsWith(".dcos-zone.json"))
          .sorted()
          .toList()
          .stream()
          .map(
              golden ->
                  DynamicTest.dynamicTest(
                      golden.getFileName().toString(), () -> compare(mesos, golden)));
    }
  }

  private void compare(Path mesos, Path file) throws IOException {
    JsonNode golden = JSON.readTree(file.toFile());
    String state = file.getFileName().toString().replaceFirst("\\..*", "");
    Path config = file("config.json", golden.get("config").toString());

    CommandRun run =
        CommandRun.of(
            "dns",
            "records",
            "--mesos-state",
            mesos.resolve("state").resolve(state + ".json").toString(),
            "--mesos-dns-config",
            config.toString());

    assertThat(run.exitCode()).isZero();
    JsonNode ours = run.json();
    JsonNode theirs = golden.get("axfr");
    for (String head : Set.of("TTL", "Serial", "Mname", "Rname", "Domain")) {
      assertThat(ours.get(head)).as(head).isEqualTo(theirs.get(head));
    }
    for (String type : Set.of("As", "AAAAs", "SRVs")) {
      assertThat(records(ours, type)).as(type).isEqualTo(records(theirs, type));
    }
  }

  /** Owners that a query can reach, merged whatever their case, with their values as sets. */
  private static Map<String, Set<String>> records(JsonNode axfr, String type) {
    Map<String, Set<String>> records = new TreeMap<>();
    axfr.at("/Records/" + type)
        .properties()
        .forEach(
            record -> {
              if (isEncodable(record.getKey())) {
                Set<String> values =
                    records.computeIfAbsent(
                        record.getKey().toLowerCase(Locale.ROOT), owner -> new TreeSet<>());
                record.getValue().forEach(value -> values.add(value.asText()));
              }
            });
    return records;
  }

  private static boolean isEncodable(String owner) {
    int octets = 1;
    for (String label : owner.substring(0, owner.length() - 1).split("\\.", -1)) {
      int length = label.getBytes(StandardCharsets.UTF_8).length;
      if (length == 0 || length > 63) {
        return false;
      }
      octets += length + 1;
    }
    return octets <= 255;
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator-api", "hello-overlay"})
  void equalsWhatDcosNetHasAfterARecordOfEvents(String stream) throws IOException {
    Path mesos = Fixtures.find().resolve("mesos");
    JsonNode golden = JSON.readTree(mesos.resolve("golden/" + stream + ".dcos-zone.json").toFile());

    CommandRun run =
        CommandRun.of(
            "dns",
            "records",
            "--zone",
            "dcos",
            "--stream",
            mesos.resolve("stream/" + stream + ".json").toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    Map<String, Set<String>> ours = new TreeMap<>();
    add("A", run.json().get("A"), ours);
    add("AAAA", run.json().get("AAAA"), ours);
    Map<String, Set<String>> theirs = new TreeMap<>();
    add("", golden.get("records"), theirs);
    assertThat(theirs).isNotEmpty();
    assertThat(ours).isEqualTo(theirs);
    assertThat(run.json().fieldNames()).toIterable().containsExactly("A", "AAAA", "SRV");
  }

  private static void add(String type, JsonNode records, Map<String, Set<String>> to) {
    records
        .properties()
        .forEach(
            record ->
                record
                    .getValue()
                    .forEach(
                        value ->
                            to.computeIfAbsent(record.getKey(), owner -> new TreeSet<>())
                                .add((type + " " + value.asText()).strip())));
  }

  @Test
  void listsTheZoneMesosOfARecordOfEventsToo() {
    Path stream = Fixtures.find().resolve("mesos/stream/hello-overlay.json");

    CommandRun run = CommandRun.of("dns", "records", "--stream", stream.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().at("/Records/As").has("hello-overlay-0-server.hello-world.mesos."))
        .isTrue();
  }

  @Test
  void listsTheZoneOfDcosNetForAState() {
    Path state = file("state.json", STATE);

    CommandRun run =
        CommandRun.of("dns", "records", "--zone", "dcos", "--mesos-state", state.toString());

    assertThat(run.json().at("/A/web.marathon.agentip.dcos.thisdcos.directory/0").asText())
        .isEqualTo("192.0.2.11");
    assertThat(run.json().at("/A/leader.dcos.thisdcos.directory/0").asText())
        .isEqualTo("192.0.2.1");
  }

  @Test
  void takesOneInputAndOneKindOfZone() {
    CommandRun run =
        CommandRun.of(
            "dns",
            "records",
            "--zone",
            "dcos",
            "--mesos-state",
            "pom.xml",
            "--stream",
            "pom.xml",
            "--mesos-dns-config",
            "pom.xml");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .contains(
            "--stream: pom.xml (expected: not beside --mesos-state)",
            "--mesos-dns-config: pom.xml (expected: not with --zone dcos)");
    assertThat(CommandRun.of("dns", "records", "--zone", "all", "--stream", "pom.xml").err())
        .contains("--zone: all (expected: mesos or dcos)");
  }

  @Test
  void refusesARecordWithoutEvents() {
    Path stream = file("stream.json", "no event\n");

    CommandRun run = CommandRun.of("dns", "records", "--stream", stream.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no line is an event of a Mesos master");
  }

  @Test
  void listsSortedRecordsAndTellsWhatIsMissing() {
    CommandRun run = records(STATE);

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().at("/Records/As/web.marathon.mesos./0").asText()).isEqualTo("192.0.2.11");
    assertThat(run.json().at("/Records/As/ns1.mesos./0").asText()).isEqualTo("127.0.0.1");
    assertThat(run.json().at("/Records/SRVs").size()).isPositive();
    assertThat(run.errLines())
        .singleElement()
        .asString()
        .contains("dcos-net: task lost.1: UNKNOWN_AGENT");
  }

  @Test
  void refusesTruncatedJsonWithAReasonAndPrintsNothing() {
    CommandRun run = records(STATE.substring(0, STATE.length() / 2));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("state.json").contains("ends in the middle");
  }

  @Test
  void refusesAStateWithoutLeader() {
    CommandRun run = records(STATE.replace("leader", "nobody"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("lead");
  }

  @Test
  void listsAllProblemsOfTheCommandLineAndOfTheConfigurationTogether() {
    Path config = file("config.json", "{\"ttl\": -1, \"domain\": \"a b\"}");

    CommandRun run =
        CommandRun.of(
            "dns", "records", "--mesos-stat", "x", "--mesos-dns-config", config.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines())
        .anyMatch(line -> line.equals("--mesos-stat: unknown (did you mean --mesos-state?)"))
        .anyMatch(line -> line.startsWith("--mesos-state: missing"))
        .anyMatch(line -> line.startsWith(config + ": ttl: -1"))
        .anyMatch(line -> line.startsWith(config + ": domain: \"a b\""));
  }

  @Test
  void asksForAFileThatCanBeRead() {
    CommandRun run = CommandRun.of("dns", "records", "--mesos-state", "/nowhere/state.json");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .first()
        .isEqualTo("--mesos-state: /nowhere/state.json (expected: a readable file)");
  }

  @Test
  void suggestsTheNearestKeyOfTheConfiguration() {
    Path config = file("config.json", "{\"refreshSecond\": 30}");
    Path state = file("state.json", STATE);

    CommandRun run =
        CommandRun.of(
            "dns",
            "records",
            "--mesos-state",
            state.toString(),
            "--mesos-dns-config",
            config.toString());

    assertThat(run.err()).contains("refreshSecond").contains("did you mean refreshSeconds?");
  }

  private CommandRun records(String state) {
    return CommandRun.of("dns", "records", "--mesos-state", file("state.json", state).toString());
  }

  private Path file(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.dcos.DcosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.mesos.OperatorEvents;
import io.dcosnet.testkit.Fixtures;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every record that the original served, asked for one by one with the tool that people use. */
class GoldenDigIT {

  @TempDir Path folder;

  /** One question and the data that must come. */
  private record Question(DomainName name, String type, Set<String> expected) {}

  @BeforeEach
  void needDig() {
    Required.program("dig", "bind9-dnsutils");
  }

  @Test
  void answersEveryNameOfEveryGoldenOverUdpAndTcp() throws Exception {
    Path fixtures = Fixtures.find().resolve("mesos");
    int asked = 0;
    for (Path file : goldens(fixtures.resolve("golden"))) {
      String state = file.getFileName().toString().replaceFirst("\\..*", ".json");
      Golden golden = new Golden(Files.readString(file));
      asked += check(golden, Files.readAllBytes(fixtures.resolve("state").resolve(state)));
    }
    assertThat(asked).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"operator-api", "hello-overlay"})
  void answersEveryNameOfTheZonesOfDcosNetOverUdpAndTcp(String stream) throws Exception {
    Path fixtures = Fixtures.find().resolve("mesos");
    String golden = Files.readString(fixtures.resolve("golden/" + stream + ".dcos-zone.json"));
    ClusterPublisher cluster = ClusterPublisher.create();
    Path events = fixtures.resolve("stream/" + stream + ".json");
    cluster.replace(OperatorEvents.read(events).cluster(), List.of());
    Map<String, Map<String, Set<String>>> byType = new TreeMap<>();
    Golden.zoneRecords(golden)
        .forEach((owner, lines) -> lines.forEach(line -> note(owner + ".", line, byType)));
    List<Question> questions = questions(byType);

    assertThat(questions).isNotEmpty();
    check(questions, DcosZone.of(cluster));
  }

  private static void note(
      String owner, String line, Map<String, Map<String, Set<String>>> byType) {
    String[] fields = line.split(" ", 2);
    byType
        .computeIfAbsent(fields[0], type -> new TreeMap<>())
        .computeIfAbsent(owner, name -> new TreeSet<>())
        .add(fields[1]);
  }

  private static List<Path> goldens(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.toString().endsWith(".dcos-zone.json")).sorted().toList();
    }
  }

  /** Returns the number of questions. */
  private int check(Golden golden, byte[] state) throws Exception {
    ClusterPublisher cluster = ClusterPublisher.create();
    cluster.replace(Golden.state(state), List.of());
    List<Question> questions = questions(golden.served());
    check(questions, MesosZone.of(cluster, golden.config()));
    return questions.size();
  }

  private void check(List<Question> questions, Zone zone) throws Exception {
    HostPort any = new HostPort(IpAddress.LOOPBACK_IPV4, 0);
    try (NetRuntime net = NetRuntime.create()) {
      DnsServer server = DnsServer.builder(net).listen(any).zone(zone).build();
      net.startAll(server);
      Awaitility.await().until(() -> zone.snapshot() != null);
      assertThat(differences(questions, server.localAddress(), "+notcp")).isEmpty();
      assertThat(differences(questions, server.localAddress(), "+tcp")).isEmpty();
    }
  }

  private static List<Question> questions(Map<String, Map<String, Set<String>>> served) {
    List<Question> questions = new ArrayList<>();
    served.forEach(
        (type, owners) ->
            owners.forEach(
                (owner, values) ->
                    questions.add(
                        new Question(name(owner), type, normalized(type, Set.copyOf(values))))));
    return questions;
  }

  private List<String> differences(List<Question> questions, HostPort server, String transport)
      throws Exception {
    List<String> lines = new ArrayList<>();
    questions.forEach(question -> lines.add("-q " + question.name() + " -t " + question.type()));
    Path batch = Files.write(folder.resolve("questions"), lines);
    List<Set<String>> answers = ask(batch, server, transport);
    assertThat(answers).hasSameSizeAs(questions);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      if (!question.expected().equals(answers.get(i))) {
        differences.add(question + " got " + answers.get(i));
      }
    }
    return differences;
  }

  /** The answers in the order of the questions; each block begins with its question. */
  private List<Set<String>> ask(Path batch, HostPort server, String transport) throws Exception {
    Path output = folder.resolve("answers");
    Process dig =
        new ProcessBuilder(
                "dig",
                "@" + server.address(),
                "-p",
                Integer.toString(server.port()),
                "+noall",
                "+question",
                "+answer",
                "+time=10",
                "+tries=1",
                "+noidnin",
                "+noidnout",
                transport,
                "-f",
                batch.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(dig.waitFor(120, TimeUnit.SECONDS)).isTrue();
    List<Set<String>> answers = new ArrayList<>();
    for (String line : Files.readAllLines(output, UTF_8)) {
      if (line.matches(";\\S+\\s+IN\\s+\\w+\\s*")) {
        answers.add(new TreeSet<>());
      } else if (!line.isEmpty() && !line.startsWith(";")) {
        assertThat(answers).as(line).isNotEmpty();
        String[] fields = line.split("\\s+", 5);
        assertThat(fields).as(line).hasSize(5);
        answers.get(answers.size() - 1).add(normalized(fields[3], fields[4]));
      }
    }
    return answers;
  }

  private static Set<String> normalized(String type, Set<String> values) {
    Set<String> normalized = new TreeSet<>();
    for (String value : values) {
      int colon = value.lastIndexOf(':');
      normalized.add(
          type.equals("SRV")
              ? "0 1 " + value.substring(colon + 1) + " " + name(value.substring(0, colon))
              : normalized(type, value));
    }
    return normalized;
  }

  private static String normalized(String type, String data) {
    if (!type.equals("SRV")) {
      return IpAddress.parse(data).toString();
    }
    int target = data.lastIndexOf(' ') + 1;
    DomainName name = DomainName.parse(data.substring(target));
    return data.substring(0, target) + name.toString().toLowerCase(Locale.ROOT);
  }

  /** From text in which nothing is escaped. */
  private static DomainName name(String raw) {
    StringBuilder escaped = new StringBuilder();
    for (byte octet : raw.toLowerCase(Locale.ROOT).getBytes(UTF_8)) {
      boolean plain = octet == '.' || octet == '-' || octet == '_' || isAlphanumeric(octet);
      escaped.append(plain ? "" + (char) octet : "\\%03d".formatted(octet & 0xff));
    }
    return DomainName.parse(escaped.toString());
  }

  private static boolean isAlphanumeric(byte octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
  }
}

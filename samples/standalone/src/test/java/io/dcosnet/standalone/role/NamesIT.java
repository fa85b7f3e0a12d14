// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Dig;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.standalone.Ports;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node with every kind of zone from one document, in a process of its own, asked by the real dig
 * and over HTTP; and a second node that copies a zone from it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamesIT {

  private static final String CLUSTER_ID = "y".repeat(52);

  private static final String KEY =
      "hmac-sha256:transfer.example.org:"
          + Base64.getEncoder()
              .encodeToString("a secret of 32 octets, or longer".getBytes(StandardCharsets.UTF_8));

  private static final String STATE =
      """
      {"leader": "master@192.0.2.1:5050",
       "slaves": [{"id": "S-1", "hostname": "192.0.2.11", "pid": "slave(1)@192.0.2.11:5051"}],
       "frameworks": [{"id": "F-1", "name": "marathon", "hostname": "192.0.2.1", "tasks": [
         {"id": "web.1", "name": "web", "framework_id": "F-1", "slave_id": "S-1",
          "state": "TASK_RUNNING", "resources": {"ports": "[31000-31000]"},
          "statuses": [{"state": "TASK_RUNNING", "timestamp": 1700000000, "container_status": {
            "network_infos": [{"ip_addresses": [{"ip_address": "10.1.2.3"}]}]}}]},
         {"id": "a.1", "name": "Web_App", "framework_id": "F-1", "slave_id": "S-1",
          "state": "TASK_RUNNING"},
         {"id": "b.1", "name": "web-app", "framework_id": "F-1", "slave_id": "S-1",
          "state": "TASK_RUNNING"},
         {"id": "lost.1", "name": "lost", "framework_id": "F-1", "slave_id": "S-9",
          "state": "TASK_RUNNING"},
         {"id": "c.1", "name": "sick", "framework_id": "F-1", "slave_id": "S-1",
          "state": "TASK_RUNNING", "statuses": [
            {"state": "TASK_RUNNING", "timestamp": 1700000000, "healthy": false}]}]}]}
      """;

  private static final String ZONE =
      """
      $TTL 300
      @ IN SOA ns root 7 60 60 86400 60
      @ IN NS ns
      ns IN A 192.0.2.53
      www IN CNAME leader.mesos.
      *.wild IN A 192.0.2.54
      """;

  @TempDir static Path folder;

  private final List<Integer> ports = Ports.free(5);
  private final int adminPort = ports.get(1);
  private final int http = ports.get(2);
  private final Dig dig = new Dig(ports.get(0));
  private LauncherProcess node;

  @BeforeAll
  void start() throws IOException {
    Required.that(Files.isExecutable(Path.of(Dig.program())), "dig");
    Files.writeString(folder.resolve("state.json"), STATE);
    Files.writeString(folder.resolve("zone"), ZONE);
    Files.writeString(folder.resolve("hosts"), "192.0.2.77 printer.example.net\n");
    Files.writeString(folder.resolve("key"), KEY + "\n");
    node =
        start(
            "node.yaml",
            """
            node: {address: 192.0.2.11, dataDir: data}
            admin: {listen: "127.0.0.1:%d"}
            sources: {file: state.json}
            dns:
              listen: ["127.0.0.1:%d"]
              rules: [{pattern: "sick.*", health: exclude-unhealthy}, {pattern: "web.*", ttl: 9}]
              mesos: {masterServices: true}
              zones: {registry.component.thisdcos.directory: master.dcos.thisdcos.directory}
              zoneFiles: {example.org: zone}
              hostsFile: hosts
              clusterId: %s
              transfer: {keys: [key]}
              http: {listen: "127.0.0.1:%d"}
            """
                .formatted(adminPort, ports.get(0), CLUSTER_ID, http));
    node.until("ready"::equals);
  }

  @AfterAll
  void end() {
    assertThat(node.endBy("TERM")).isEqualTo(143);
    node.close();
  }

  private static LauncherProcess start(String name, String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve(name), yaml);
    return LauncherProcess.start("master", "--config", file.toString());
  }

  @Test
  void answersForTasksAsMesosDnsDoes() {
    assertThat(dig.shortly("web.marathon.mesos")).containsExactly("10.1.2.3");
    assertThat(dig.shortly("+tcp", "_web._tcp.marathon.mesos", "SRV"))
        .singleElement()
        .asString()
        .matches("0 1 31000 web-[a-z0-9]+-1\\.marathon\\.slave\\.mesos\\.");
    assertThat(dig.shortly("_master._tcp.mesos", "SRV")).containsExactly("0 1 5050 master0.mesos.");
    assertThat(dig.shortly("web.marathon.mesos.thisdcos.directory")).containsExactly("10.1.2.3");
  }

  @Test
  void answersForTasksAsDcosNetDoes() {
    String zone = ".dcos.thisdcos.directory";

    assertThat(dig.shortly("web.marathon.containerip" + zone)).containsExactly("10.1.2.3");
    assertThat(dig.shortly("web.marathon.agentip" + zone)).containsExactly("192.0.2.11");
    assertThat(dig.shortly("web.marathon.autoip" + zone)).containsExactly("10.1.2.3");
    assertThat(dig.shortly("leader" + zone)).containsExactly("192.0.2.1");
  }

  @Test
  void takesRulesForNamesInBothZones() {
    assertThat(dig.all("+noall", "+answer", "web.marathon.mesos"))
        .singleElement()
        .asString()
        .matches("web\\.marathon\\.mesos\\.\\s+9\\s+IN\\s+A\\s+10\\.1\\.2\\.3");
    assertThat(dig.shortly("sick.marathon.mesos")).isEmpty();
    assertThat(dig.shortly("sick.marathon.agentip.dcos.thisdcos.directory")).isEmpty();
  }

  @Test
  void answersUnderTheSuffixesOfThisCluster() {
    assertThat(dig.shortly("leader.dcos.thisdcos.global")).containsExactly("192.0.2.1");
    assertThat(dig.shortly("leader.dcos." + CLUSTER_ID + ".dcos.directory"))
        .containsExactly("192.0.2.1");
  }

  @Test
  void answersForSmallZones() {
    assertThat(dig.shortly("ready.spartan", "ANY")).containsExactly("127.0.0.1");
    assertThat(dig.shortly("ns.spartan")).containsExactly("127.0.0.1");
    assertThat(dig.shortly("x.localhost", "AAAA")).containsExactly("::1");
    assertThat(dig.shortly("zk-5.zk")).containsExactly("192.0.2.1");
    assertThat(dig.shortly("thisnode.thisdcos.directory")).containsExactly("192.0.2.11");
    assertThat(dig.shortly("registry.component.thisdcos.directory"))
        .containsExactly("master.dcos.thisdcos.directory.", "192.0.2.1");
    assertThat(dig.shortly("-x", "10.1.2.3"))
        .singleElement()
        .asString()
        .matches("web-[a-z0-9]+-1\\.marathon\\.mesos\\.");
  }

  @Test
  void answersForFilesAndFollowsThem() throws IOException {
    assertThat(dig.shortly("www.example.org")).containsExactly("leader.mesos.", "192.0.2.1");
    assertThat(dig.shortly("any.wild.example.org")).containsExactly("192.0.2.54");
    assertThat(dig.shortly("printer.example.net")).containsExactly("192.0.2.77");
    assertThat(dig.all("+noall", "+comments", "other.example.net"))
        .anyMatch(line -> line.contains("status: REFUSED"));

    replace("zone", ZONE + "new IN A 192.0.2.99\n");

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> dig.shortly("new.example.org").equals(List.of("192.0.2.99")));
  }

  @Test
  void givesWholeZonesToWhoeverSigns() {
    assertThat(dig.all("mesos", "AXFR")).contains("; Transfer failed.");
    List<String> zone = dig.all("+noall", "+answer", "-y", KEY, "mesos", "AXFR");

    assertThat(zone)
        .anyMatch(line -> line.matches("web\\.marathon\\.mesos\\.\\s.*10\\.1\\.2\\.3"))
        .filteredOn(line -> line.contains("\tSOA\t"))
        .hasSize(2);
  }

  @Test
  void isCopiedByASecondNode() throws IOException {
    Dig second = new Dig(ports.get(3));
    try (LauncherProcess copy =
        start(
            "copy.yaml",
            """
            node: {dataDir: copy}
            admin: {listen: "127.0.0.1:%d"}
            dns:
              listen: ["127.0.0.1:%d"]
              mesos: {enabled: false}
              dcos: {enabled: false}
              transfer:
                secondaries: [{origin: mesos, primaries: ["127.0.0.1:%d"], keyFile: key}]
            """
                .formatted(ports.get(4), ports.get(3), ports.get(0)))) {
      copy.until("ready"::equals);

      assertThat(second.shortly("web.marathon.mesos")).containsExactly("10.1.2.3");
      assertThat(second.shortly("mesos", "SOA")).isEqualTo(dig.shortly("mesos", "SOA"));
    }
  }

  @Test
  void speaksMesosDnsOnAPortOfItsOwn() throws IOException {
    assertThat(get(http, "/v1/hosts/web.marathon.mesos").get(0).get("ip").asText())
        .isEqualTo("10.1.2.3");
    assertThat(get(http, "/v1/axfr").at("/Records/As/leader.mesos./0").asText())
        .isEqualTo("192.0.2.1");
    assertThat(get(http, "/v1/enumerate").at("/frameworks/0/name").asText()).isEqualTo("marathon");
    assertThat(get(http, "/v1/config").get("Domain").asText()).isEqualTo("mesos");
    assertThat(request(http, "/v1/zones").statusCode()).isEqualTo(404);
  }

  @Test
  void tellsOfNamesAtTheAdminServer() throws IOException {
    JsonNode host = get(adminPort, "/v1/hosts/leader.dcos.thisdcos.directory").get(0);
    assertThat(host.get("ip").asText()).isEqualTo("192.0.2.1");
    assertThat(get(adminPort, "/v1/services/_web._tcp.marathon.mesos").get(0).get("port").asInt())
        .isEqualTo(31000);
    assertThat(request(adminPort, "/v1/records").body())
        .contains("\"name\":\"leader.dcos.thisdcos.directory\",\"rtype\":\"A\"");
    assertThat(get(adminPort, "/v1/zones").findValuesAsText("origin"))
        .contains("mesos.", "mesos.thisdcos.directory.", "example.org.", "10.in-addr.arpa.");
    assertThat(request(adminPort, "/v1/zones/example.org").body())
        .startsWith("example.org.\t300\tIN\tSOA\t");
    assertThat(get(adminPort, "/v1/names/ns.spartan").get(0).get("data").asText())
        .isEqualTo("127.0.0.1");
    assertThat(request(adminPort, "/v1/collisions").body()).contains("web-app.marathon.mesos.");
    assertThat(get(adminPort, "/v1/version").get("Service").asText()).isEqualTo("dcos-dns");
    assertThat(get(adminPort, "/").fieldNames()).toIterable().contains("/v1/explain", "/v1/names");
  }

  @Test
  void showsItsZonesOnOneScreen() {
    CommandRun run = CommandRun.of("status", "--admin", admin());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("dcos\\.thisdcos\\.directory\\. +complete")
        .containsPattern("\\*\\.arpa\\. \\(28 zones\\) +complete")
        .doesNotContain("in-addr");
  }

  @Test
  void explainsANameThatThereIs() {
    assertThat(explain("web.marathon.mesos"))
        .containsSubsequence(
            "web.marathon.mesos. A",
            "  answer  1 record of type A",
            "  record  web.marathon.mesos. 9 A 10.1.2.3",
            "  from    web.marathon.mesos. A 10.1.2.3: task web.1, TASK_RUNNING at"
                + " 2023-11-14T22:13:20Z",
            "  rcode   NOERROR");
  }

  @Test
  void explainsWhatSomebodyMeantWhoMistypedAName() {
    assertThat(explain("wbe.marathon.mesos"))
        .containsSubsequence("  did you mean  web.marathon.mesos.", "  rcode   NXDOMAIN");
  }

  @Test
  void explainsANameUnderAnotherSuffix() {
    assertThat(explain("leader.dcos.thisdcos.global"))
        .containsSubsequence(
            "  alias   looked for as leader.dcos.thisdcos.directory.", "  rcode   NOERROR");
  }

  @Test
  void explainsANameThatTwoThingsWant() {
    assertThat(explain("web-app.marathon.mesos"))
        .anyMatch(line -> line.contains("Web_App"))
        .anyMatch(line -> line.contains("task a.1"))
        .anyMatch(line -> line.contains("task b.1"));
  }

  @Test
  void explainsWhyATaskHasNoName() {
    assertThat(explain("lost.marathon.mesos"))
        .anyMatch(line -> line.contains("lost.1") && line.contains("UNKNOWN_AGENT"));
  }

  @Test
  void explainsToPrograms() {
    CommandRun run =
        CommandRun.of(
            "explain",
            "name",
            "_web._tcp.marathon.mesos",
            "--type",
            "SRV",
            "--client",
            "192.0.2.9",
            "--json",
            "--admin",
            admin());

    assertThat(run.exitCode()).isZero();
    assertThat(run.json().get("rcode").asText()).isEqualTo("NOERROR");
    assertThat(run.json().get("client").asText()).isEqualTo("192.0.2.9");
  }

  private List<String> explain(String name) {
    CommandRun run = CommandRun.of("explain", "name", name, "--admin", admin());
    assertThat(run.exitCode()).isZero();
    return run.out().lines().toList();
  }

  private String admin() {
    return "http://127.0.0.1:" + adminPort;
  }

  private static JsonNode get(int port, String path) throws IOException {
    HttpResponse<String> response = request(port, path);
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private static HttpResponse<String> request(int port, String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void replace(String name, String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), text);
    Files.move(
        next,
        folder.resolve(name),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }
}

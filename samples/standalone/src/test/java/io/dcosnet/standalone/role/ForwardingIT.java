// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Dig;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.standalone.Ports;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that asks another server about names outside its zones, both in processes of their own,
 * asked by the real dig and kdig.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForwardingIT {

  private static final String ZONE =
      """
      $TTL 300
      @ IN SOA ns root 7 60 60 86400 60
      @ IN NS ns
      ns IN A 192.0.2.53
      www IN A 192.0.2.80
      mail IN A 192.0.2.25
      """;

  @TempDir static Path folder;

  private final List<Integer> ports = Ports.free(4);
  private final int upstream = ports.get(0);
  private final int adminPort = ports.get(2);
  private final int tls = ports.get(3);
  private final Dig dig = new Dig(ports.get(1));
  private LauncherProcess other;
  private LauncherProcess node;

  @BeforeAll
  void start() throws IOException {
    Required.that(Files.isExecutable(Path.of(Dig.program())), "dig");
    Files.writeString(
        folder.resolve("state.json"),
        "{\"leader\": \"master@192.0.2.1:5050\", \"slaves\": [], \"frameworks\": []}");
    Path zone = Files.writeString(folder.resolve("zone"), ZONE);
    TestCertificate.make(folder, "dns");
    other =
        LauncherProcess.start(
            "dns",
            "serve",
            "--listen",
            "127.0.0.1:" + upstream,
            "--zone-file",
            "example.org=" + zone);
    other.until("ready"::equals);
    node = start(adminPort, ports.get(1), upstream, tls, "own");
    node.until("ready"::equals);
  }

  private static LauncherProcess start(int admin, int port, int upstream, int tls, String name)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve(name + ".yaml"),
            """
            node: {address: 192.0.2.11, dataDir: %s}
            admin: {listen: "127.0.0.1:%d"}
            sources: {file: state.json}
            dns:
              listen: ["127.0.0.1:%d"]
              forward: {upstreams: ["127.0.0.1:%d"], zones: {none.example.org: []}}
              access: {zones: {secret.example.org: [10.0.0.0/8]}}
              identity: {nsid: node-11, version: "1"}
              rotation: none
              udp: {workers: 1}
              tls: {listen: ["127.0.0.1:%d"], certificate: dns.crt, key: dns.key}
              queryLog: {sample: 1, hashClients: true}
            """
                .formatted(name, admin, port, upstream, tls));
    return LauncherProcess.start("master", "--config", file.toString());
  }

  @AfterAll
  void end() {
    assertThat(node.endBy("TERM")).isEqualTo(143);
    node.close();
    other.close();
  }

  @Test
  void asksTheOtherServerAndKeepsItsAnswer() throws IOException {
    assertThat(dig.shortly("www.example.org")).containsExactly("192.0.2.80");
    assertThat(dig.shortly("+tcp", "www.example.org")).containsExactly("192.0.2.80");
    assertThat(dig.shortly("leader.mesos")).as("its own zone").containsExactly("192.0.2.1");

    JsonNode kept = json("GET", "/v1/cache/www.example.org");
    assertThat(kept.get(0).path("name").asText()).isEqualTo("www.example.org.");
    assertThat(kept.get(0).path("records").toString()).contains("192.0.2.80");
  }

  @Test
  void throwsAwayWhatIsKept() throws IOException {
    assertThat(dig.shortly("mail.example.org")).containsExactly("192.0.2.25");

    assertThat(json("DELETE", "/v1/cache/mail.example.org").path("flushed").asInt()).isEqualTo(1);
    assertThat(json("GET", "/v1/cache/mail.example.org")).isEmpty();
  }

  @Test
  void tellsOfItsUpstreams() throws IOException {
    assertThat(dig.shortly("ns.example.org")).containsExactly("192.0.2.53");

    JsonNode one = json("GET", "/v1/upstreams").get(0);
    assertThat(one.path("upstream").asText()).isEqualTo("127.0.0.1:" + upstream);
    assertThat(one.path("state").asText()).isEqualTo("up");
    assertThat(one.path("routes").toString()).isEqualTo("[\".\"]");
    JsonNode server = json("GET", "/v1/status").path("dnsServer");
    assertThat(server.path("udp").asText()).matches("(native|netty).*, 1 worker an address");
    assertThat(server.path("forwarder").path("upstreams")).hasSize(1);
    assertThat(server.path("cache").path("positiveEntries").asInt()).isPositive();
    assertThat(CommandRun.of("status", "--admin", "http://127.0.0.1:" + adminPort).out())
        .contains("udp by ")
        .contains("asks 127.0.0.1:" + upstream)
        .contains("cache ");
  }

  @Test
  void tellsOfOtherServersUnderTheNamesOfDcosNet() throws IOException {
    assertThat(dig.shortly("WWW.example.org", "TXT")).isEmpty();
    assertThat(dig.all("x.none.example.org")).anyMatch(line -> line.contains("SERVFAIL"));

    assertThat(text("GET", "/v1/metrics/dns").lines())
        .anyMatch(
            line ->
                line.matches(
                    "forwarder_requests_duration_seconds_bucket\\{zone=\"\\.\",le=\"5\\.0\"\\} [1-9].*"))
        .contains("forwarder_failures_total{zone=\"none.example.org.\"} 1")
        .anyMatch(
            line ->
                line.matches(
                    "worker_requests_duration_seconds_count\\{protocol=\"udp\","
                        + "upstream_address=\"127\\.0\\.0\\.1:%d\"\\} [1-9].*"
                            .formatted(upstream)));
  }

  @Test
  void explainsNamesOutsideItsZones() {
    assertThat(explain("www.example.org"))
        .contains("route .")
        .contains("dual-hedged")
        .contains("127.0.0.1:" + upstream);
    assertThat(explain("secret.example.org")).contains("127.0.0.1 may not ask for");
    assertThat(explain("local.test")).contains("does not exist outside");
  }

  private String explain(String name) {
    return CommandRun.of(
            "explain",
            "name",
            name,
            "--client",
            "127.0.0.1",
            "--admin",
            "http://127.0.0.1:" + adminPort)
        .out();
  }

  @Test
  void obeysRulesAndTellsWhoItIs() {
    assertThat(dig.all("x.secret.example.org")).anyMatch(line -> line.contains("REFUSED"));
    assertThat(dig.all("+nsid", "leader.mesos")).anyMatch(line -> line.contains("node-11"));
    assertThat(dig.shortly("version.bind", "TXT", "CH")).containsExactly("\"1\"");
    assertThat(dig.all("+cookie", "leader.mesos")).anyMatch(line -> line.contains("(good)"));
  }

  @Test
  void isReadyWhileNobodyAnswers() throws IOException {
    List<Integer> own = Ports.free(4);
    try (LauncherProcess lonely = start(own.get(0), own.get(1), own.get(2), own.get(3), "lonely")) {
      lonely.until("ready"::equals);

      assertThat(new Dig(own.get(1)).shortly("leader.mesos")).containsExactly("192.0.2.1");
      assertThat(new Dig(own.get(1)).all("www.example.net"))
          .anyMatch(line -> line.contains("SERVFAIL"));
    }
  }

  @Test
  void refusesToAskItself() throws IOException {
    List<Integer> own = Ports.free(3);
    try (LauncherProcess loop = start(own.get(0), own.get(1), own.get(1), own.get(2), "loop")) {
      assertThat(loop.exit()).isEqualTo(2);
    }
  }

  @Test
  void answersOverTls() throws IOException, InterruptedException {
    Required.program("kdig", "knot-dnsutils");
    Process kdig =
        new ProcessBuilder(
                "kdig",
                "@127.0.0.1",
                "-p",
                Integer.toString(tls),
                "+tls-ca=" + folder.resolve("dns.crt"),
                "+tls-hostname=dns.example.org",
                "+short",
                "www.example.org")
            .redirectErrorStream(true)
            .start();
    String said = new String(kdig.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(kdig.waitFor()).as(said).isZero();
    assertThat(said.strip()).isEqualTo("192.0.2.80");
  }

  private JsonNode json(String method, String path) throws IOException {
    return new ObjectMapper().readTree(text(method, path));
  }

  private String text(String method, String path) throws IOException {
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + path))
                      .method(method, HttpRequest.BodyPublishers.noBody())
                      .build(),
                  BodyHandlers.ofString());
      assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
      return response.body();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

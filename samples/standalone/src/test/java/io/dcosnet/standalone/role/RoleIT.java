// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real roles in processes of their own, asked by the real dig. */
class RoleIT {

  private static final String STATE =
      "{\"leader\": \"master@192.0.2.1:5050\", \"slaves\": [], \"frameworks\": []}";

  @TempDir Path folder;
  private int dns;
  private int admin;

  @BeforeEach
  void findFreePorts() throws IOException {
    Required.that(Files.isExecutable(Path.of("/usr/bin/dig")), "dig");
    try (ServerSocket one = new ServerSocket(0, 1, loopback());
        ServerSocket two = new ServerSocket(0, 1, loopback())) {
      dns = one.getLocalPort();
      admin = two.getLocalPort();
    }
  }

  @Test
  void masterAnswersForWhatAFileTellsUntilItIsAskedToEnd() throws IOException {
    state(STATE);
    try (LauncherProcess master = master("sources: {file: state.json}")) {
      master.until("ready"::equals);

      assertThat(dig("leader.mesos")).isEqualTo("192.0.2.1");
      assertThat(dig("+tcp", "leader.mesos")).isEqualTo("192.0.2.1");
      assertThat(get("/health/ready").statusCode()).isEqualTo(200);
      JsonNode status = new ObjectMapper().readTree(get("/v1/status").body());
      assertThat(status.at("/node/role").asText()).isEqualTo("master");
      assertThat(status.at("/node/id").asText())
          .isEqualTo(Files.readString(folder.resolve("data/node.id")).strip());
      assertThat(status.at("/zones/0/origin").asText()).isEqualTo("mesos.");
      assertThat(status.at("/zones/0/state").asText()).isEqualTo("complete");
      assertThat(status.at("/sources/0/leader").asText()).isEqualTo("192.0.2.1:5050");
      assertThat(get("/metrics").body())
          .contains("dcosnet_dns_requests_total{family=\"ipv4\",proto=\"tcp\",type=\"A\"} 1.0")
          .contains("dcosnet_dns_zone_records{zone=\"mesos.\"}")
          .contains("dcosnet_sources_reads_total");
      CommandRun shown = CommandRun.of("status", "--admin", "http://127.0.0.1:" + admin);
      assertThat(shown.exitCode()).isZero();
      assertThat(shown.out()).startsWith("dcos-net master ").containsPattern("mesos\\. +complete");
      assertThat(get("/v1/metrics/dns").body()).contains("zone_records{zone=\"mesos.\"} ");
      assertThat(get("/v1/metrics/mesos_listener").body()).contains("agents_total 0\n");

      assertThat(master.endBy("TERM")).isEqualTo(143);
    }
  }

  @Test
  void agentFollowsAMasterAndIsReadyOnlyWhenThatHasAnswered() throws IOException {
    HttpServer mesos = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
    String url = "http://127.0.0.1:" + mesos.getAddress().getPort();
    mesos.start(); // answers 404 until it knows the path
    try (LauncherProcess agent =
        start("agent", "sources: {masters: [\"" + url + "\"], refresh: 100ms}")) {
      await().atMost(Duration.ofSeconds(20)).until(() -> status("/health/live") == 200);

      assertThat(get("/health/ready").body()).contains("its source has not told anything yet");
      // The admin server comes first, so that of the names may not be there yet.
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(dig("leader.mesos")).isEmpty());
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> get("/v1/status").body().contains("\"failure\":{\"reason\":"));
      mesos.createContext(
          "/master/state",
          exchange -> {
            byte[] body = STATE.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      agent.until("ready"::equals);

      assertThat(get("/health/ready").statusCode()).isEqualTo(200);
      assertThat(dig("leader.mesos")).isEqualTo("192.0.2.1");
      assertThat(get("/v1/status").body()).contains("\"polling\":true");
      assertThat(agent.endBy("INT")).isEqualTo(130);
    } finally {
      mesos.stop(0);
    }
  }

  @Test
  void isWatchedWhileItComesAndGoes() throws IOException {
    state(STATE);
    try (LauncherProcess watch =
        LauncherProcess.start("status", "--watch", "--admin", "http://127.0.0.1:" + admin)) {
      try (LauncherProcess master = master("sources: {file: state.json}")) {
        watch.until(line -> line.startsWith("dcos-net master ") && line.contains(", ready, "));
        assertThat(master.endBy("TERM")).isEqualTo(143);
      }

      assertThat(watch.endBy("INT")).isEqualTo(130);
    }
  }

  @Test
  void saysThatItIsGoingWhileItStillAnswers() throws Exception {
    state(STATE);
    try (LauncherProcess master =
        start("master", "sources: {file: state.json}", ", lameduck: 2s")) {
      master.until("ready"::equals);
      Thread ending = new Thread(() -> master.endBy("TERM"), "ending");
      ending.start();

      await().atMost(Duration.ofSeconds(2)).until(() -> status("/health/ready") == 503);

      assertThat(get("/health/ready").body()).contains("the node is stopping");
      assertThat(get("/health/live").statusCode()).isEqualTo(200);
      assertThat(dig("leader.mesos")).isEqualTo("192.0.2.1");
      ending.join();
    }
  }

  @Test
  void givesBackWhatItHasWhenAPortIsTaken() throws IOException {
    state(STATE);
    try (ServerSocket taken = new ServerSocket(dns, 1, loopback())) {
      CommandRun run = run("sources: {file: state.json}");

      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .contains("127.0.0.1:" + taken.getLocalPort())
          .contains("choose another");
    }
    try (ServerSocket again = new ServerSocket(admin, 1, loopback())) {
      assertThat(again.isBound()).isTrue();
    }
  }

  @Test
  void saysWhatToDoWithoutAFolderForItsData() throws IOException {
    state(STATE);
    Files.writeString(folder.resolve("data"), "a file in its place");

    CommandRun run = run("sources: {file: state.json}");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("node.dataDir");
  }

  private LauncherProcess master(String sources) throws IOException {
    return start("master", sources);
  }

  private LauncherProcess start(String role, String sources, String... moreOfAdmin)
      throws IOException {
    return LauncherProcess.start(role, "--config", config(sources, moreOfAdmin).toString());
  }

  private CommandRun run(String sources) throws IOException {
    return CommandRun.of("master", "--config", config(sources).toString());
  }

  private Path config(String sources, String... moreOfAdmin) throws IOException {
    return Files.writeString(
        folder.resolve("node.yaml"),
        """
        node: {dataDir: data, address: 127.0.0.1}
        admin: {listen: "127.0.0.1:%d"%s}
        %s
        dns: {listen: ["127.0.0.1:%d"]}
        """
            .formatted(admin, String.join("", moreOfAdmin), sources, dns));
  }

  private void state(String json) throws IOException {
    Files.writeString(folder.resolve("state.json"), json);
  }

  private String dig(String... question) {
    try {
      String[] command = new String[6 + question.length];
      System.arraycopy(
          new String[] {"dig", "+short", "+tries=1", "@127.0.0.1", "-p", Integer.toString(dns)},
          0,
          command,
          0,
          6);
      System.arraycopy(question, 0, command, 6, question.length);
      Process process = new ProcessBuilder(command).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out.strip();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private int status(String path) {
    try {
      return request(path).statusCode();
    } catch (IOException e) {
      return -1; // nobody listens yet, or any more
    }
  }

  private java.net.http.HttpResponse<String> get(String path) {
    try {
      return request(path);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private java.net.http.HttpResponse<String> request(String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path)).build(),
              BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}

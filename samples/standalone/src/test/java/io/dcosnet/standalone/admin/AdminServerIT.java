// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dcosnet.api.ConfigurationException;
import io.dcosnet.api.http.HttpHandler;
import io.dcosnet.api.http.HttpResponse;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.standalone.config.ConfigDocument;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.Role;
import io.dcosnet.standalone.metrics.PrometheusMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminServerIT {

  private static final String TOKEN = "0123456789abcdef";

  @TempDir Path folder;
  private final PrometheusMetrics metrics = new PrometheusMetrics();
  private final HttpClient client = HttpClient.newHttpClient();
  private NetRuntime net;

  @BeforeEach
  void open() {
    net = NetRuntime.builder().metrics(metrics).build();
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void tellsHealthWithReasons() throws IOException {
    AdminServer admin = admin("");
    admin.health().ready("zone mesos.", () -> Optional.of("no state yet"));
    String at = start(admin);

    assertThat(get(at, "/health/live").statusCode()).isEqualTo(200);
    var ready = get(at, "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(new ObjectMapper().readTree(ready.body()).at("/checks/1/reason").asText())
        .isEqualTo("no state yet");
    assertThat(get(at, "/health").statusCode()).isEqualTo(503);
    assertThat(get(at, "/health/other").statusCode()).isEqualTo(404);
    assertThat(get(at, "/health/ready/x").statusCode()).isEqualTo(404);
  }

  @Test
  void tellsFiguresUnderOurNamesAndThoseOfDcosNet() {
    AdminServer admin = admin("");
    metrics.counter("dcosnet.dns.dropped", "Dropped", "reason", "short").add(7);
    admin
        .predecessors()
        .registry("dns")
        .gauge("zone_records", "zone", "Records", () -> Map.of("mesos.", 3L, "a\"b.", 1L));
    String at = start(admin);

    assertThat(get(at, "/metrics").headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    for (String path : new String[] {"/metrics", "/v1/metrics", "/v1/metrics/default"}) {
      assertThat(get(at, path).body()).as(path).contains("dcosnet_dns_dropped_total");
    }
    assertThat(get(at, "/v1/metrics/dns").body())
        .isEqualTo(
            """
            # HELP zone_records Records
            # TYPE zone_records gauge
            zone_records{zone="a\\"b."} 1
            zone_records{zone="mesos."} 3
            """);
    assertThat(get(at, "/v1/metrics/other").statusCode()).isEqualTo(404);
    assertThat(get(at, "/v1/metrics/other").body()).isEqualTo("Unknown Registry");
  }

  @Test
  void answersWhatPartsAddAndListsIt() throws IOException {
    AdminServer admin = admin("");
    admin.status().add("colour", () -> TextNode.valueOf("blue"));
    admin
        .resources()
        .add(
            "/v1/part",
            "what a part says",
            ReadOnly.at("/v1/part", net.executor(), () -> HttpResponse.text(200, "here")));
    String at = start(admin);

    assertThat(get(at, "/v1/part").body()).isEqualTo("here");
    assertThat(get(at, "/v1/part/below").statusCode()).isEqualTo(404);
    assertThat(new ObjectMapper().readTree(get(at, "/").body()).at("/~1v1~1part").asText())
        .isEqualTo("what a part says");
    assertThat(get(at, "/v1/status").body())
        .startsWith("{\"colour\":\"blue\",\"ready\":true,\"failing\":[]");
    assertThat(get(at, "/v1/version").body()).contains("\"Service\":\"dcos-dns\"");
    assertThat(get(at, "/nothing").statusCode()).isEqualTo(404);
    HttpHandler second = ReadOnly.at("/v1/part", net.executor(), () -> HttpResponse.text(200, ""));
    assertThatThrownBy(() -> admin.resources().add("/v1/part", "", second))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void changesNothing() throws IOException, InterruptedException {
    String at = start(admin(""));

    var response =
        client.send(
            HttpRequest.newBuilder(URI.create(at + "/config"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
  }

  @Test
  void asksForTheTokenButNotForHealth() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("token"), TOKEN + "\n");
    String at = start(admin("admin: {listen: \"127.0.0.1:0\", tokenFile: token}"));

    assertThat(get(at, "/health").statusCode()).isEqualTo(200);
    for (String path : new String[] {"/", "/metrics", "/config", "/v1/status", "/v1/version"}) {
      assertThat(get(at, path).statusCode()).as(path).isEqualTo(401);
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(at + "/config"))
            .header("authorization", "Bearer " + TOKEN)
            .build();
    var config = client.send(request, BodyHandlers.ofString());
    assertThat(config.statusCode()).isEqualTo(200);
    assertThat(config.body()).contains("tokenFile").doesNotContain(TOKEN);
  }

  @Test
  void refusesATokenThatCanBeGuessed() throws IOException {
    Files.writeString(folder.resolve("token"), "short");
    AdminServer admin = admin("admin: {tokenFile: token}");

    assertThatThrownBy(admin::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("admin.tokenFile: ")
        .hasMessageContaining("5 characters")
        .hasMessageNotContaining("short");
  }

  @Test
  void refusesTlsFilesThatAreNone() throws IOException {
    Files.writeString(folder.resolve("pem"), "no certificate");
    AdminServer admin = admin("admin: {tls: {certificate: pem, key: pem}}");

    assertThatThrownBy(admin::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("admin.tls: ");
  }

  private AdminServer admin(String yaml) {
    String text = yaml.isEmpty() ? "admin: {listen: \"127.0.0.1:0\"}" : yaml;
    try {
      Path file = Files.writeString(folder.resolve("node.yaml"), text);
      Configuration config = Configuration.read(Role.MASTER, ConfigDocument.load(file), Map.of());
      return new AdminServer(net, config, "1.2.3", metrics);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String start(AdminServer admin) {
    HttpServer server = admin.build();
    net.startAll(server);
    return "http://" + server.localAddress();
  }

  private java.net.http.HttpResponse<String> get(String at, String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create(at + path)).build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

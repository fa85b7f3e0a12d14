// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.cluster.ClusterPublisher;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.http.BearerGuard;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.DnsServer;
import io.dcosnet.dns.records.Golden;
import io.dcosnet.dns.records.MesosZone;
import io.dcosnet.dns.zone.Zone;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.http.HttpServer;
import io.dcosnet.testkit.Fixtures;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpApisIT {

  private static final HostPort LOOPBACK = new HostPort(IpAddress.LOOPBACK_IPV4, 0);

  private final NetRuntime net = NetRuntime.create();
  private final Cluster cluster = Cluster.withWeb();

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void answersAsTheOriginalForEveryRecordedState() throws Exception {
    Path folder = Fixtures.find().resolve("mesos");
    List<Path> goldens = goldens(folder);
    Required.that(goldens.size() >= 40, "fixtures: " + goldens.size() + " goldens (expected: 40)");
    HttpServer.Builder builder = HttpServer.builder(net).listen(LOOPBACK);
    List<Golden> expected = new ArrayList<>();
    for (Path golden : goldens) {
      String state = golden.getFileName().toString().replaceFirst("\\..*", ".json");
      Golden one = new Golden(Files.readString(golden));
      MesosZone zone = zone(Files.readAllBytes(folder.resolve("state").resolve(state)), one);
      String prefix = "/" + expected.size();
      builder.mount(prefix, MesosDnsApi.builder(zone, net.executor()).prefix(prefix).build());
      expected.add(one);
    }
    HttpServer server = started(builder);

    for (int i = 0; i < expected.size(); i++) {
      assertThat(expected.get(i).compareTransfer(get(server, "/" + i + "/v1/axfr")))
          .as(goldens.get(i).toString())
          .isEmpty();
      assertThat(expected.get(i).compareEnumeration(get(server, "/" + i + "/v1/enumerate")))
          .as(goldens.get(i).toString())
          .isEmpty();
    }
  }

  private static List<Path> goldens(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("golden"))) {
      return files.filter(file -> !file.toString().endsWith(".dcos-zone.json")).sorted().toList();
    }
  }

  private static MesosZone zone(byte[] state, Golden golden) {
    ClusterPublisher published = ClusterPublisher.create();
    published.replace(Golden.state(state), List.of());
    MesosZone zone = MesosZone.of(published, golden.config());
    Subscription unused =
        zone.follow(
            new Zone.Surroundings(Runnable::run, new VirtualTime().time(), new RecordingMetrics()));
    return zone;
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/hosts/web.marathon.mesos, 200",
    "/v1/hosts/web%2Emarathon.mesos, 200",
    "/v1/hosts/%77eb.marathon.mesos, 200",
    "/v1/hosts/web.*.marathon.mesos, 200",
    "/v1/hosts/.*, 200",
    "/v1/hosts/%C3%BC.mesos, 200",
    "/v1/hosts/%20%09x.mesos, 400",
    "/v1/hosts/a%2Fb, 400",
    "/v1/hosts/a%00b, 400",
    "/v1/hosts/%FF, 400",
    "/v1/hosts/../version, 400",
    "/v1//hosts/a, 404",
    "/v1/other, 404"
  })
  void takesPathsAsAClientWritesThem(String path, int status) throws Exception {
    HttpServer server =
        started(
            HttpServer.builder(net)
                .listen(LOOPBACK)
                .mount("/", MesosDnsApi.builder(cluster.zone, net.executor()).build()));

    assertThat(raw(server, path)).startsWith("HTTP/1.1 " + status + " ");
    assertThat(raw(server, "/v1/hosts/" + "x".repeat(5000))).startsWith("HTTP/1.1 200 ");
  }

  /** The whole response to a path as {@code curl --path-as-is} sends it. */
  private static String raw(HttpServer server, String path, String... headers) throws IOException {
    try (Socket socket = asked(server, path, headers)) {
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /** A connection on which the answer will come. */
  private static Socket asked(HttpServer server, String path, String... headers)
      throws IOException {
    Socket socket = new Socket();
    socket.connect(server.localAddress().toSocketAddress());
    socket.setSoTimeout(10_000);
    String more = Arrays.stream(headers).map(header -> header + "\r\n").collect(joining());
    String request =
        "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + more + "\r\n";
    socket.getOutputStream().write(request.getBytes(UTF_8));
    return socket;
  }

  private static String body(String response) {
    return response.substring(response.indexOf("\r\n\r\n") + 4);
  }

  private static String get(HttpServer server, String path) throws IOException {
    return body(raw(server, path));
  }

  @Test
  void goesOnAnsweringWhileALongListIsMade() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    HttpServer server =
        started(
            HttpServer.builder(net)
                .listen(LOOPBACK)
                .mount(
                    "/",
                    MesosDnsApi.builder(
                            cluster.zone,
                            task ->
                                net.executor()
                                    .execute(
                                        () -> {
                                          awaitQuietly(slow);
                                          task.run();
                                        }))
                        .build()));

    List<Socket> lists = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lists.add(asked(server, "/v1/axfr"));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(get(server, "/v1/hosts/web.marathon.mesos")).contains("192.0.2.1");
    }
    for (Socket list : lists) {
      assertThat(list.getInputStream().available()).isZero();
    }

    slow.countDown();
    for (Socket list : lists) {
      try (list) {
        assertThat(new String(list.getInputStream().readAllBytes(), UTF_8))
            .contains("web.marathon.mesos.");
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void explainsWhatTheServerBesideItAnswers() throws Exception {
    ClusterPublisher tasks = ClusterPublisher.create();
    DnsServer dns = DnsServer.builder(net).listen(LOOPBACK).zone(MesosZone.of(tasks)).build();
    String token = "0123456789abcdef";
    HttpServer admin =
        HttpServer.builder(net)
            .listen(LOOPBACK)
            .mount("/", DcosDnsApi.builder(dns.explainer(), net.executor()).build())
            .mount(
                "/dns",
                BearerGuard.of(
                    token,
                    ZonesApi.builder(dns.explainer(), net.executor()).prefix("/dns").build()))
            .build();
    net.startAll(dns, admin);
    String explain = "/dns/v1/explain?format=text&name=web.marathon.mesos";
    String allowed = "Authorization: Bearer " + token;

    assertThat(raw(admin, explain)).startsWith("HTTP/1.1 401 ");
    assertThat(raw(admin, explain, allowed)).contains("rcode   SERVFAIL");
    tasks.put(Cluster.NODE);
    tasks.put(Framework.named("F1", "marathon"));
    tasks.put(Cluster.web("web.1", Cluster.NODE).build());
    await()
        .untilAsserted(
            () ->
                assertThat(raw(admin, explain, allowed))
                    .contains("record  web.marathon.mesos. 60 A 192.0.2.1", "rcode   NOERROR"));
    assertThat(get(admin, "/v1/hosts/web.marathon.mesos"))
        .isEqualTo("[{\"host\":\"web.marathon.mesos\",\"ip\":\"192.0.2.1\"}]");
    assertThat(get(admin, "/v1/records")).contains("\"rtype\":\"A\"");
    assertThat(dns.explain("web.marathon.mesos", 1, null).answer()).hasSize(1);
  }

  private HttpServer started(HttpServer.Builder builder) {
    HttpServer server = builder.build();
    net.startAll(server);
    return server;
  }
}

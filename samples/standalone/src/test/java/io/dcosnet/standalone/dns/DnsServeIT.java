// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.standalone.Ports;
import io.dcosnet.testkit.Required;
import io.dcosnet.testkit.TestCertificate;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

class DnsServeIT {

  @TempDir Path folder;
  private Path state;
  private int port;

  @BeforeEach
  void findAFreePort() throws IOException {
    state = folder.resolve("state.json");
    try (ServerSocket tcp = new ServerSocket(0, 1, loopback())) {
      port = tcp.getLocalPort();
    }
  }

  @Test
  void followsItsFileAndKeepsWhatItHasWhenThatIsRefused() throws IOException {
    replaceState("192.0.2.1");
    try (LauncherProcess server = serve()) {
      server.until("ready"::equals);
      assertThat(leader(false)).isEqualTo("192.0.2.1");
      assertThat(leader(true)).isEqualTo("192.0.2.1");

      replaceState("192.0.2.2");
      await().atMost(Duration.ofSeconds(10)).until(() -> leader(false).equals("192.0.2.2"));

      replace("{\"leader\": \"master@192.0.2.3:50");
      replaceState("192.0.2.4"); // so that the refused one has certainly been read or passed by
      await().atMost(Duration.ofSeconds(10)).until(() -> leader(false).equals("192.0.2.4"));
      replace("{\"leader\": ");
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> leader(false).equals("192.0.2.4"));

      assertThat(server.endBy("INT")).isEqualTo(130);
    }
  }

  @Test
  void saysWhatToDoWhenThePortIsTaken() throws IOException {
    replaceState("192.0.2.1");
    try (DatagramSocket udp = new DatagramSocket(port, loopback());
        ServerSocket tcp = new ServerSocket(port, 1, loopback())) {
      assertThat(tcp.getLocalPort()).isEqualTo(udp.getLocalPort());
      CommandRun run =
          CommandRun.of("dns", "serve", "--listen", address(), "--mesos-state", state.toString());

      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains(address()).contains("choose another port");
    }
  }

  @Test
  void servesFilesOnlyAndFollowsThem() throws IOException {
    Path zone = folder.resolve("zone");
    String text = "@ 60 IN SOA ns root 1 60 60 60 60\n@ 60 IN NS ns\n";
    Files.writeString(zone, text + "www 60 IN A 192.0.2.1\n");
    int http = Ports.free(1).get(0);
    try (LauncherProcess server =
        LauncherProcess.start(
            "dns",
            "serve",
            "--listen",
            address(),
            "--zone-file",
            "example.org=" + zone,
            "--http",
            "127.0.0.1:" + http)) {
      server.until("ready"::equals);
      assertThat(address("www.example.org.", false)).isEqualTo("192.0.2.1");
      assertThat(get(http, "/v1/hosts/www.example.org")).contains("\"ip\":\"192.0.2.1\"");
      assertThat(get(http, "/v1/zones/example.org")).contains("www.example.org.\t60\tIN\tA\t");

      Path next = Files.writeString(folder.resolve("next"), text + "www 60 IN A 192.0.2.2\n");
      Files.move(next, zone, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> address("www.example.org.", true).equals("192.0.2.2"));
    }
  }

  @Test
  void tellsNamesOverHttpAsMesosDnsAndInItsOwnWay() throws IOException {
    replaceState("192.0.2.1");
    int http = Ports.free(1).get(0);
    try (LauncherProcess server =
        LauncherProcess.start(
            "dns",
            "serve",
            "--listen",
            address(),
            "--mesos-state",
            state.toString(),
            "--http",
            "127.0.0.1:" + http)) {
      server.until("ready"::equals);

      assertThat(get(http, "/v1/axfr")).contains("\"leader.mesos.\" : [ \"192.0.2.1\" ]");
      assertThat(get(http, "/v1/hosts/leader.mesos")).contains("\"host\": \"leader.mesos.\"");
      assertThat(get(http, "/v1/records")).contains("\"name\":\"leader.mesos\"");
      assertThat(get(http, "/v1/explain?name=leader.mesos&format=text")).contains("NOERROR");
    }
  }

  @Test
  void keepsItsNamesToItselfWhereTheConfigurationWantsThat() throws IOException {
    replaceState("192.0.2.1");
    Path config = Files.writeString(folder.resolve("config.json"), "{\"EnumerationOn\": false}");
    int http = Ports.free(1).get(0);
    try (LauncherProcess server =
        LauncherProcess.start(
            "dns",
            "serve",
            "--listen",
            address(),
            "--mesos-state",
            state.toString(),
            "--mesos-dns-config",
            config.toString(),
            "--http",
            "127.0.0.1:" + http)) {
      server.until("ready"::equals);

      assertThat(get(http, "/v1/hosts/leader.mesos")).contains("192.0.2.1");
      for (String path : List.of("/v1/axfr", "/v1/enumerate", "/v1/records", "/v1/zones/mesos")) {
        assertThat(request(http, path).statusCode()).as(path).isEqualTo(404);
      }
    }
  }

  @Test
  void listsAllProblemsAtOnce() throws IOException {
    Path config = Files.writeString(folder.resolve("config.json"), "{}");
    CommandRun run =
        CommandRun.of(
            "dns",
            "serve",
            "--listen",
            "localhost:53",
            "127.0.0.1:99999",
            "--workers",
            "0",
            "--http",
            "8123",
            "--mesos-dns-config",
            config.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .containsExactly(
            "--listen: localhost:53 (expected: ADDR:PORT)",
            "--listen: 127.0.0.1:99999 (expected: ADDR:PORT)",
            "--workers: 0 (expected: 1-1024)",
            "--mesos-state: missing (expected: a readable file, or a URL, or --zone-file, or"
                + " --forward)",
            "--mesos-dns-config: " + config + " (expected: beside --mesos-state)",
            "--http: 8123 (expected: ADDR:PORT)",
            "Try: dcos-net dns serve --help");
  }

  @Test
  void asksOthersAndServesInSecretWithoutAZone() throws IOException, InterruptedException {
    Path zone =
        Files.writeString(
            folder.resolve("zone"),
            "@ 60 IN SOA ns root 1 60 60 60 60\n@ 60 IN NS ns\nwww 60 IN A 192.0.2.1\n");
    TestCertificate certificate = TestCertificate.make(folder, "dns");
    List<Integer> ports = Ports.free(4);
    String known = "127.0.0.1:" + ports.get(0);
    try (LauncherProcess server =
            LauncherProcess.start(
                "dns", "serve", "--listen", known, "--zone-file", "example.org=" + zone);
        LauncherProcess asking =
            LauncherProcess.start(
                "dns",
                "serve",
                "--listen",
                address(),
                "--forward",
                "127.0.0.1:" + ports.get(3), // nobody
                "--zone-forward",
                "example.org=" + known + "/tcp",
                "none.example.org=" + known,
                "--policy",
                "sequential",
                "--cache",
                "off",
                "--transport",
                "netty",
                "--workers",
                "1",
                "--tls",
                "127.0.0.1:" + ports.get(1),
                "--https",
                "127.0.0.1:" + ports.get(2),
                "--certificate",
                certificate.chain().toString(),
                "--key",
                certificate.key().toString(),
                "--query-log",
                "1/1")) {
      server.until("ready"::equals);
      asking.until("ready"::equals);

      assertThat(address("www.example.org.", false)).isEqualTo("192.0.2.1");
      assertThat(address("www.example.org.", true)).isEqualTo("192.0.2.1");
      Required.program("kdig", "knot-dnsutils");
      assertThat(kdig(ports.get(1), "+tls")).isEqualTo("192.0.2.1");
      assertThat(kdig(ports.get(2), "+https")).isEqualTo("192.0.2.1");
    }
  }

  private static String kdig(int port, String how) throws IOException, InterruptedException {
    Process kdig =
        new ProcessBuilder("kdig", "@127.0.0.1", "-p", "" + port, how, "+short", "www.example.org")
            .redirectErrorStream(true)
            .start();
    String said = new String(kdig.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(kdig.waitFor()).as(said).isZero();
    return said.strip();
  }

  @Test
  void refusesToAskItselfAndARouteForItsOwnZone() throws IOException {
    Path zone =
        Files.writeString(
            folder.resolve("zone"), "@ 60 IN SOA ns root 1 60 60 60 60\n@ 60 IN NS ns\n");

    CommandRun itself =
        CommandRun.of("dns", "serve", "--listen", address(), "--forward", address());
    CommandRun twice =
        CommandRun.of(
            "dns",
            "serve",
            "--listen",
            address(),
            "--zone-file",
            "example.org=" + zone,
            "--zone-forward",
            "example.org=192.0.2.1");

    assertThat(itself.exitCode()).isEqualTo(2);
    assertThat(itself.err())
        .contains("upstream " + address() + " (expected: another server, this one listens there)");
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err())
        .contains("route: example.org. (expected: a name that is not that of a zone)");
  }

  @Test
  void listsProblemsWithServersAndSocketsAtOnce() {
    CommandRun run =
        CommandRun.of(
            "dns",
            "serve",
            "--listen",
            address(),
            "--forward",
            "localhost",
            "--zone-forward",
            "example.org",
            "--policy",
            "best",
            "--cache",
            "maybe",
            "--transport",
            "fast",
            "--tls",
            "853",
            "--query-log",
            "5");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines())
        .extracting(line -> line.replaceFirst("\\(expected.*", ""))
        .containsExactly(
            "--tls: 853 ",
            "--certificate: missing ",
            "--key: missing ",
            "--transport: fast ",
            "--policy: best ",
            "--cache: maybe ",
            "--forward: localhost ",
            "--zone-forward: example.org ",
            "--query-log: 5 ",
            "Try: dcos-net dns serve --help");
    assertThat(
            CommandRun.of("dns", "serve", "--listen", address(), "--cache", "on", "--key", "k")
                .errLines())
        .contains(
            "--key: k (expected: beside --tls or --https)",
            "--cache: on (expected: beside --forward or --zone-forward)");
  }

  private LauncherProcess serve() {
    return LauncherProcess.start(
        "dns", "serve", "--listen", address(), "--mesos-state", state.toString(), "--workers", "1");
  }

  private String address() {
    return IpAddress.LOOPBACK_IPV4 + ":" + port;
  }

  private String leader(boolean tcp) throws IOException {
    return address("leader.mesos.", tcp);
  }

  private String address(String name, boolean tcp) throws IOException {
    SimpleResolver resolver = new SimpleResolver(loopback());
    resolver.setPort(port);
    resolver.setTCP(tcp);
    Record question = Record.newRecord(Name.fromString(name), Type.A, DClass.IN);
    Message answer = resolver.send(Message.newQuery(question));
    return answer.getSection(Section.ANSWER).get(0).rdataToString();
  }

  private static String get(int http, String path) throws IOException {
    HttpResponse<String> response = request(http, path);
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return response.body();
  }

  private static HttpResponse<String> request(int http, String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + path)).build(),
              BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void replaceState(String leader) throws IOException {
    replace("{\"leader\": \"master@" + leader + ":5050\", \"slaves\": [], \"frameworks\": []}");
  }

  private void replace(String text) throws IOException {
    Path next = Files.writeString(folder.resolve("next.json"), text);
    Files.move(next, state, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static InetAddress loopback() throws UnknownHostException {
    return IpAddress.LOOPBACK_IPV4.toInetAddress();
  }
}

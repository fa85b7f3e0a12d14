// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import static io.dcosnet.lb.edge.TestEdge.app;
import static io.dcosnet.lb.edge.TestEdge.web;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.model.App;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.lb.edge.EdgeOptions;
import io.dcosnet.lb.edge.EdgeRequest;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests and answers look like behind and before the real HAProxy. */
class EdgeTrafficIT {

  private static final String HASH = "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.";
  private static final String HOST = "web.example.org";

  @TempDir Path folder;

  private final List<Integer> free = FreePorts.find(4);

  @BeforeEach
  void askForHaproxy() {
    Required.program("haproxy", "haproxy");
  }

  @Test
  void overwritesWhatClientsSayOfTheirWay() throws IOException {
    EdgeRequest spoofed =
        EdgeRequest.http(HOST, "/")
            .with("X-Forwarded-Proto", "https")
            .with("X-Forwarded-For", "203.0.113.7")
            .with("X-Forwarded-Port", "1");
    try (EdgeUnderTest edge = start(one())) {
      String plain = lines(edge.send(spoofed));
      String tls = lines(edge.send(EdgeRequest.https(HOST, "/")));

      assertThat(plain)
          .contains("x-forwarded-proto: http\n", "x-forwarded-for: 127.0.0.1\n")
          .doesNotContain("203.0.113.7", "x-forwarded-proto: https", "x-forwarded-port: 1\n");
      assertThat(tls).contains("x-forwarded-proto: https\n");
    }
  }

  @Test
  void keepsWhatTrustedProxiesSay() throws IOException {
    EdgeRequest told =
        EdgeRequest.http(HOST, "/")
            .with("X-Forwarded-Proto", "https")
            .with("X-Forwarded-For", "203.0.113.7");
    try (EdgeUnderTest edge =
        EdgeUnderTest.start(
            folder,
            EdgeOptions.forGroups("external"),
            List.of(one()),
            place -> place.withTrusted(List.of(Cidr.parse("127.0.0.0/8"))))) {
      assertThat(lines(edge.send(told)))
          .contains(
              "x-forwarded-proto: https\n", "x-forwarded-for: 203.0.113.7\n", "x-forwarded-port: ");
      assertThat(lines(edge.send(EdgeRequest.http(HOST, "/"))))
          .contains("x-forwarded-proto: http\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/ext/foo?q=/ext/, /foo?q=/ext/",
    "/ext, /",
    "/ext/, /",
    "/extra, /extra",
    "/other, /other",
    "/EXT/foo, /EXT/foo"
  })
  void takesAPrefixOffThePathWhereASegmentEnds(String asked, String got) throws IOException {
    App app =
        web(
            "/a",
            free.get(0),
            "127.93.0.2:" + free.get(1),
            "0_VHOST",
            HOST + ",b.example.org",
            "0_HTTP_BACKEND_PROXYPASS_PATH",
            "/ext/");
    try (EdgeUnderTest edge = start(app)) {
      String body = edge.send(EdgeRequest.http("b.example.org", asked)).body();

      assertThat(body).contains("GET " + got + " HTTP/1.1").containsIgnoringCase("host: " + HOST);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/login, /app",
    "http://web.example.org/login, /app",
    "https://WEB.example.org:8443/, /app",
    "https://web.example.org.example.net/, https://web.example.org.example.net/",
    "//example.net/, //example.net/",
    "https://other.example.org/, https://other.example.org/"
  })
  void sendsRedirectsOfTheAppToItsPath(String location, String seen) throws IOException {
    App app =
        web(
            "/a",
            free.get(0),
            "127.93.0.2:" + free.get(1),
            "0_VHOST",
            HOST,
            "0_HTTP_BACKEND_REVPROXY_PATH",
            "/app",
            "0_USE_HSTS",
            "true");
    try (EdgeUnderTest edge =
        EdgeUnderTest.start(
            folder,
            EdgeOptions.forGroups("external"),
            List.of(app),
            place -> place,
            "Location: " + location)) {
      RunningHaproxy.Answer answer = edge.send(EdgeRequest.http(HOST, "/"));

      assertThat(answer.location()).isEqualTo(seen);
      assertThat(answer.headers()).containsEntry("strict-transport-security", "max-age=15768000");
    }
  }

  @Test
  void keepsAClientWithItsServerAndTheCookieToItself() throws IOException {
    App sticky =
        app(
            """
            {"id": "/sticky", "networks": [{"mode": "container/bridge"}],
             "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "web.example.org",
               "HAPROXY_0_STICKY": "true"},
             "container": {"portMappings": [{"containerPort": 80, "servicePort": %d}]},
             "tasks": [{"id": "a", "host": "127.93.0.2", "ports": [%d]},
                       {"id": "b", "host": "127.93.0.2", "ports": [%d]}]}
            """
                .formatted(free.get(0), free.get(1), free.get(2)));
    try (EdgeUnderTest edge = start(sticky)) {
      RunningHaproxy.Answer first = edge.send(EdgeRequest.http(HOST, "/"));
      String cookie = first.headers().getOrDefault("set-cookie", "");
      String value = cookie.substring(0, Math.max(0, cookie.indexOf(';')));

      assertThat(cookie).matches("mesosphere_server_id=[0-9a-f]{10}; path=/");
      for (int i = 0; i < 4; i++) {
        EdgeRequest again = EdgeRequest.http(HOST, "/").with("Cookie", value + "; a=b");
        RunningHaproxy.Answer next = edge.send(again);
        assertThat(next.server()).isEqualTo(first.server());
        assertThat(edge.model().explain(again).servers().toString())
            .isEqualTo("[" + first.server() + "]");
        assertThat(next.body()).doesNotContain("mesosphere_server_id");
      }
    }
  }

  @Test
  void asksForCredentialsOnAllEntriesWhereTheOperatorWantsIt() throws IOException {
    App closed =
        web(
            "/closed",
            free.get(0),
            "127.93.0.2:" + free.get(1),
            "0_VHOST",
            HOST,
            "0_AUTH",
            "my realm:ann:" + HASH);
    EdgeRequest service = EdgeRequest.service(free.get(0), "edge", "/");
    try (EdgeUnderTest edge =
        EdgeUnderTest.start(
            folder,
            EdgeOptions.forGroups("external").protectAllEntries(true),
            List.of(closed),
            place -> place)) {
      RunningHaproxy.Answer asked = edge.send(service);

      assertThat(asked.status()).isEqualTo("401");
      assertThat(asked.headers()).containsEntry("www-authenticate", "Basic realm=\"my realm\"");
      assertThat(edge.send(EdgeRequest.appId("/closed")).status()).isEqualTo("401");
      assertThat(edge.send(EdgeRequest.https(HOST, "/")).status()).isEqualTo("401");
      EdgeRequest known = service.with("Authorization", "Basic YW5uOnNlY3JldA==");
      assertThat(edge.send(known).status()).isEqualTo("200");
    }
  }

  @Test
  void letsInTheClientsThatAreListed() throws IOException {
    App http =
        web(
            "/h",
            free.get(0),
            "127.93.0.2:" + free.get(1),
            "0_VHOST",
            HOST,
            "0_BACKEND_NETWORK_ALLOWED_ACL",
            "192.0.2.0/24 2001:db8::/32");
    App tcp =
        web(
            "/t",
            free.get(2),
            "127.93.0.2:" + free.get(3),
            "0_BACKEND_NETWORK_ALLOWED_ACL",
            "192.0.2.1");
    try (EdgeUnderTest edge = start(http, tcp)) {
      assertThat(edge.send(EdgeRequest.http(HOST, "/")).status()).isEqualTo("403");
      assertThat(edge.send(EdgeRequest.appId("/h")).status()).isEqualTo("403");
      assertThat(edge.send(EdgeRequest.service(free.get(2), HOST, "/")).status())
          .isEqualTo("closed");
    }
  }

  @Test
  void refusesAHostWithOtherTlsOptionsThanTheHandshakeHad() throws IOException {
    Path own = HaproxyCheck.pem(folder, "closed");
    App open = web("/open", free.get(0), "127.93.0.2:" + free.get(1), "0_VHOST", HOST);
    App closed =
        web(
            "/closed",
            free.get(2),
            "127.93.0.2:" + free.get(3),
            "0_VHOST",
            "closed.example.org",
            "0_BIND_OPTIONS",
            "verify required ca-file " + own);
    EdgeRequest sly = EdgeRequest.https("closed.example.org", "/").withSni(HOST);
    try (EdgeUnderTest edge =
        EdgeUnderTest.start(
            folder,
            EdgeOptions.forGroups("external").tlsByVhost(true),
            List.of(open, closed),
            place -> place.withFolder(folder.toString()))) {
      assertThat(edge.send(EdgeRequest.https(HOST, "/")).status()).isEqualTo("200");
      assertThat(edge.send(EdgeRequest.https(HOST, "/").withSni(null)).status()).isEqualTo("200");
      assertThat(edge.send(sly).status()).isEqualTo("421");
      assertThat(edge.send(sly.withSni(null)).status()).isEqualTo("421");
    }
  }

  @Test
  void givesNoRequestToATaskThatDoesNotAnswerProbesOverTls() throws IOException {
    App checked =
        app(
            """
            {"id": "/checked", "networks": [{"mode": "container/bridge"}],
             "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "web.example.org"},
             "healthChecks": [{"protocol": "HTTPS", "portIndex": 0, "intervalSeconds": 1,
               "timeoutSeconds": 1, "maxConsecutiveFailures": 0}],
             "container": {"portMappings": [{"containerPort": 80, "servicePort": %d}]},
             "tasks": [{"id": "a", "host": "127.93.0.2", "ports": [%d],
               "healthCheckResults": [{"alive": true}]}]}
            """
                .formatted(free.get(0), free.get(1)));
    try (EdgeUnderTest edge = start(checked)) {
      // The server speaks no TLS: a probe over TLS must find that out, as Marathon's would.
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> edge.send(EdgeRequest.http(HOST, "/")).status().equals("503"));
    }
  }

  private App one() {
    return web("/a", free.get(0), "127.93.0.2:" + free.get(1), "0_VHOST", HOST);
  }

  private EdgeUnderTest start(App... apps) throws IOException {
    return EdgeUnderTest.start(
        folder, EdgeOptions.forGroups("external"), List.of(apps), place -> place);
  }

  /** What the server was sent, in lower case and with plain line ends. */
  private static String lines(RunningHaproxy.Answer answer) {
    return answer.body().toLowerCase(Locale.ROOT).replace("\r", "");
  }
}

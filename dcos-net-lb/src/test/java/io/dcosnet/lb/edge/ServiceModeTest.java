// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static io.dcosnet.lb.edge.TestEdge.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.edge.ServerCheck.Kind;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a service speaks HTTP, and how its servers are probed. */
class ServiceModeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // labels | check | http | probe
        "- | - | false | -",
        "\"HAPROXY_0_VHOST\": \"a\" | - | true | -",
        "\"HAPROXY_0_MODE\": \"HTTP\" | - | true | -",
        "- | \"protocol\": \"HTTP\", \"portIndex\": 0 | true | HTTP",
        "- | \"protocol\": \"HTTP\", \"port\": 8080 | true | HTTP",
        "- | \"protocol\": \"HTTP\", \"portIndex\": 1 | false | -",
        "- | \"protocol\": \"HTTP\" | false | -",
        "- | \"protocol\": \"MESOS_HTTP\", \"portIndex\": 0 | false | TCP",
        "\"HAPROXY_0_MODE\": \"tcp\" | \"protocol\": \"HTTP\", \"portIndex\": 0 | false | TCP",
        "\"HAPROXY_0_MODE\": \"http\" | \"protocol\": \"HTTPS\", \"portIndex\": 0 | true | HTTPS",
        "\"HAPROXY_0_MODE\": \"http\" | \"protocol\": \"COMMAND\", \"portIndex\": 0 | true | -",
        "\"HAPROXY_0_MODE\": \"http\" | \"protocol\": \"MESOS_TCP\", \"portIndex\": 0 | true | TCP",
        "\"HAPROXY_0_STICKY\": \"t\" | - | false | TCP",
        "\"HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX\": \"1\", \"HAPROXY_0_MODE\": \"tcp\""
            + " | \"protocol\": \"MESOS_HTTPS\", \"portIndex\": 1 | true | HTTPS",
        "\"HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX\": \"1\""
            + " | \"protocol\": \"TCP\", \"portIndex\": 1 | false | TCP",
      })
  void followsLabelsAndChecksAsMarathonLbsCodeDoes(
      @Nullable String labels, @Nullable String check, boolean http, @Nullable String probe) {
    EdgeService service = service(labels, check);

    assertThat(service.http()).isEqualTo(http);
    ServerCheck made = service.check();
    assertThat(made == null ? null : made.kind().name()).isEqualTo(probe);
  }

  @ParameterizedTest
  @CsvSource({"-, 0", "0, 31001", "1, 31002", "-1, 31002", "-2, 31001", "2, 0", "-3, 0"})
  void probesThePortThatTheLabelPointsAt(String index, int port) {
    String label =
        index.equals("-")
            ? null
            : "\"HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX\": \"" + index + "\"";

    assertThat(service(label, null).servers().get(0).checkPort()).isEqualTo(port);
  }

  @Test
  void probesTheFixedPortOfACheck() {
    assertThat(service(null, "\"protocol\": \"TCP\", \"port\": 9999").servers().get(0).checkPort())
        .isEqualTo(9999);
  }

  @Test
  void takesMarathonsDefaultsForNumbersThatAreMissing() {
    ServerCheck check =
        Objects.requireNonNull(
            service("\"HAPROXY_0_MODE\": \"http\"", "\"protocol\": \"HTTP\", \"portIndex\": 0")
                .check());

    assertThat(check)
        .isEqualTo(
            new ServerCheck(Kind.HTTP, "/", Duration.ofSeconds(60), Duration.ofSeconds(20), 4));
  }

  @Test
  void asksForNoPathThatCouldBeMoreThanAPath() {
    ServerCheck check =
        Objects.requireNonNull(
            service(null, "\"protocol\": \"HTTP\", \"portIndex\": 0, \"path\": \"/a\\r\\nX: y\"")
                .check());

    assertThat(check.path()).isEqualTo("/");
  }

  private static EdgeService service(@Nullable String labels, @Nullable String check) {
    TestEdge edge =
        TestEdge.of(
            EdgeOptions.forGroups("external").respectHealth(false),
            app(
                """
                {"id": "/a", "networks": [{"mode": "container/bridge"}],
                 "labels": {"HAPROXY_GROUP": "external"%s}, "healthChecks": [%s],
                 "container": {"portMappings": [{"containerPort": 80, "servicePort": 10001},
                   {"containerPort": 81, "servicePort": 10002}]},
                 "tasks": [{"id": "a.1", "host": "192.0.2.2", "ports": [31001, 31002]}]}
                """
                    .formatted(
                        labels == null ? "" : "," + labels,
                        check == null ? "" : "{" + check + "}")));
    return edge.model().services().get(0);
  }
}

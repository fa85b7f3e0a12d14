// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import static io.dcosnet.lb.edge.TestEdge.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.App;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deployments in two colours. */
class ColoursTest {

  private static final String OLD = "2020-01-01T00:00:00.000Z";
  private static final String NEW = "2020-01-02T00:00:00.000Z";

  @ParameterizedTest
  @CsvSource({
    "0, 31001 31002",
    "1, 31002 32001",
    "2, 32001 32002",
    "3, 32001 32002 32003",
  })
  void movesTrafficAsNewTasksComeUp(int young, String expected) {
    TestEdge edge =
        TestEdge.of(
            half("blue", OLD, 2, 31000, ""),
            half("green", NEW, young, 32000, ",\"HAPROXY_DEPLOYMENT_TARGET_INSTANCES\": \"2\""));

    assertThat(edge.service(10000)).isEqualTo(served(expected));
    assertThat(edge.appId("/shop")).isEqualTo("503"); // TCP
    assertThat(edge.model().services()).extracting(EdgeService::app).containsExactly("/shop");
  }

  @Test
  void staysBetweenTheColoursWhereSoManyNewOnesAreWanted() {
    String hybrid =
        ",\"HAPROXY_DEPLOYMENT_TARGET_INSTANCES\": \"4\","
            + "\"HAPROXY_DEPLOYMENT_NEW_INSTANCES\": \"1\"";

    TestEdge edge =
        TestEdge.of(half("blue", OLD, 3, 31000, ""), half("green", NEW, 1, 32000, hybrid));

    assertThat(edge.service(10000)).isEqualTo(served("31001 31002 31003 32001"));
  }

  @Test
  void ordersColoursByTheirLastScalingInBetween() {
    String hybrid = ",\"HAPROXY_DEPLOYMENT_NEW_INSTANCES\": \"1\"";
    App scaledEarlier = scaled(half("green", NEW, 1, 32000, hybrid), OLD);
    App scaledLater = scaled(half("blue", OLD, 1, 31000, ""), NEW);

    // Green started later but was scaled before blue: now it is the one to go.
    assertThat(TestEdge.of(scaledLater, scaledEarlier).service(10000)).isEqualTo(served("31001"));
  }

  @Test
  void goesByTheGroupAlsoWhereThereIsOneColour() {
    TestEdge edge = TestEdge.of(half("blue", OLD, 1, 31000, ",\"HAPROXY_0_MODE\": \"http\""));

    assertThat(edge.appId("/shop")).isEqualTo(served("31001"));
    assertThat(edge.appId("/shop-blue")).isEqualTo("503");
  }

  @Test
  void countsOnlyTasksThatAreAliveWhereThereAreChecks() {
    App young =
        app(
            """
            {"id": "/shop-green", "networks": [{"mode": "container/bridge"}], "instances": 2,
             "labels": {"HAPROXY_GROUP": "external", "HAPROXY_DEPLOYMENT_GROUP": "shop",
               "HAPROXY_DEPLOYMENT_STARTED_AT": "2020-01-02T00:00:00.000Z"},
             "healthChecks": [{"protocol": "COMMAND"}],
             "container": {"portMappings": [{"containerPort": 80, "servicePort": 10001}]},
             "tasks": [{"id": "n.1", "host": "192.0.2.2", "ports": [32001],
                        "healthCheckResults": [{"alive": false}]},
                       {"id": "n.2", "host": "192.0.2.2", "ports": [32002],
                        "healthCheckResults": [{"alive": true}]}]}
            """);

    TestEdge edge = TestEdge.of(half("blue", OLD, 2, 31000, ""), young);

    // The old half has no checks, so all tasks are listed; one of its own is drained.
    assertThat(edge.service(10000)).isEqualTo(served("31002 32001 32002"));
  }

  @Test
  void servesAThirdAppOfAGroupByItsOwnId() {
    TestEdge edge =
        TestEdge.of(
            half("blue", OLD, 1, 31000, ""),
            half("green", NEW, 1, 32000, ""),
            half("red", "yesterday", 1, 33000, ",\"HAPROXY_0_MODE\": \"http\""));

    assertThat(edge.appId("/shop-red")).isEqualTo(served("33001"));
    assertThat(edge.told())
        .contains(
            "/shop-red HAPROXY_DEPLOYMENT_STARTED_AT EDGE_DEPLOYMENT_INVALID",
            "/shop-red HAPROXY_DEPLOYMENT_GROUP EDGE_DEPLOYMENT_INVALID");
  }

  private static App half(String colour, String startedAt, int tasks, int ports, String labels) {
    String listed =
        IntStream.rangeClosed(1, tasks)
            .mapToObj(
                i ->
                    "{\"id\": \"%s.%d\", \"host\": \"192.0.2.2\", \"ports\": [%d]}"
                        .formatted(colour, i, ports + i))
            .collect(Collectors.joining(","));
    return app(
        """
        {"id": "/shop-%s", "networks": [{"mode": "container/bridge"}], "instances": %d,
         "labels": {"HAPROXY_GROUP": "external", "HAPROXY_DEPLOYMENT_GROUP": "/shop",
           "HAPROXY_0_PORT": "10000", "HAPROXY_DEPLOYMENT_STARTED_AT": "%s"%s},
         "container": {"portMappings": [{"containerPort": 80, "servicePort": %d}]},
         "tasks": [%s]}
        """
            .formatted(colour, tasks, startedAt, labels, ports % 1000 + 10001, listed));
  }

  private static App scaled(App app, String at) {
    App.Builder made = App.named(app.id()).instances(app.instances());
    app.labels().forEach(made::label);
    app.networks().forEach(made::network);
    app.ports().forEach(made::port);
    app.tasks().forEach(made::task);
    return made.lastScalingAt(Instant.parse(at)).build();
  }

  private static String served(String ports) {
    return "200 "
        + Arrays.stream(ports.split(" ", -1))
            .map(port -> "192.0.2.2:" + port)
            .collect(Collectors.joining(" "));
  }
}

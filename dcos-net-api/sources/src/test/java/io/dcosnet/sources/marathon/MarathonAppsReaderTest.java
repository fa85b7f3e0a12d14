// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.App;
import io.dcosnet.api.model.App.NetworkMode;
import io.dcosnet.api.model.App.Port;
import io.dcosnet.api.model.HealthCheck;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarathonAppsReaderTest {

  private static final String WEB =
      """
      {"apps": [{"id": "/web", "instances": 2.0, "labels": {"HAPROXY_GROUP": "external", "n": 3},
        "versionInfo": {"lastScalingAt": "2020-01-01T00:00:00.000Z"},
        "networks": [{"mode": "container/bridge"}],
        "container": {"portMappings": [
          {"containerPort": 80, "hostPort": 0, "servicePort": 10001, "name": "http"},
          {"containerPort": 53, "protocol": "udp,tcp"}]},
        "healthChecks": [{"protocol": "HTTP", "portIndex": 0, "intervalSeconds": 5},
          {"protocol": "COMMAND", "command": {"value": "true"}}],
        "tasks": [{"id": "web.1", "host": "192.0.2.2", "ports": [31001, 31002],
          "state": "TASK_UNREACHABLE", "ipAddresses": [{"ipAddress": "198.51.100.7"}],
          "healthCheckResults": [{"alive": true}, {"alive": false}]},
          {"id": "web.2", "host": "192.0.2.3"}]}]}
      """;

  @Test
  void readsAnAppWithItsPortsChecksAndTasks() {
    MarathonApps read = read(WEB);
    App web = read.apps().get(0);

    assertThat(web.id()).isEqualTo("/web");
    assertThat(web.instances()).isEqualTo(2);
    assertThat(web.labels()).containsOnlyKeys("HAPROXY_GROUP");
    assertThat(web.lastScalingAt()).isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(web.networks().get(0).mode()).isEqualTo(NetworkMode.CONTAINER_BRIDGE);
    assertThat(web.ports()).extracting(Port::servicePort).containsExactly(10001, 0);
    assertThat(web.ports().get(1).protocols())
        .containsExactlyInAnyOrder(Protocol.TCP, Protocol.UDP);
    assertThat(web.healthChecks()).extracting(HealthCheck::portIndex).containsExactly(0, null);
    assertThat(web.healthChecks().get(0).interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(web.healthChecks().get(1).timeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(web.tasks().get(0).state()).isEqualTo(TaskState.UNREACHABLE);
    assertThat(web.tasks().get(0).ports()).containsExactly(31001, 31002);
    assertThat(web.tasks().get(0).addresses()).containsExactly(IpAddress.parse("198.51.100.7"));
    assertThat(web.tasks().get(0).health()).extracting("alive").containsExactly(true, false);
    assertThat(read.rejections())
        .containsExactly(new Rejection("label", "/web n", "WRONG_TYPE", "(expected: a string)"));
  }

  @Test
  void takesATaskWithoutAStateForRunning() {
    assertThat(read(WEB).apps().get(0).tasks().get(1).state()).isEqualTo(TaskState.RUNNING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | HOST",
        "\"ipAddress\": {\"networkName\": \"n\"} | CONTAINER",
        "\"ipAddress\": {} | HOST",
        "\"container\": {\"docker\": {\"network\": \"USER\"}} | CONTAINER",
        "\"ipAddress\": {\"a\": 1}, \"container\": {\"docker\": {\"network\": \"BRIDGE\"}}"
            + " | CONTAINER_BRIDGE",
        "\"networks\": [{\"name\": \"n\"}] | CONTAINER",
        "\"networks\": [{\"mode\": \"container\"}, {\"mode\": \"host\"}] | HOST",
        "\"ipAddress\": {\"a\": 1}, \"networks\": [{\"mode\": \"host\"}] | HOST",
      })
  void findsTheNetworkModeInAnySpelling(String fields, NetworkMode expected) {
    App app = app(fields.equals("{}") ? "\"x\": 1" : fields);
    NetworkMode mode =
        app.networks().isEmpty()
            ? NetworkMode.HOST
            : app.networks().get(app.networks().size() - 1).mode();

    assertThat(mode).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"ports\": [10000, 10001] | 10000/10000 10001/10001",
        "\"portDefinitions\": [{\"port\": 10002}], \"ports\": [9] | 10002/10002",
        "\"networks\": [{\"mode\": \"container/bridge\"}], \"ports\": [10003], \"container\":"
            + " {\"docker\": {\"portMappings\": [{\"containerPort\": 80}]}} | 80/10003",
        "\"networks\": [{}], \"container\": {\"portMappings\": [{\"containerPort\": 80},"
            + " {\"containerPort\": 81, \"servicePort\": 10004}]} | 80/0 81/10004",
        "\"ipAddress\": {\"discovery\": {\"ports\": [{\"number\": 82}]}} | 82/0",
        "\"networks\": [{}], \"container\": {\"docker\": {\"portMappings\": [{\"containerPort\":"
            + " 83, \"servicePort\": 10005}]}, \"portMappings\": [{\"containerPort\": 1}]}"
            + " | 83/10005",
      })
  void findsThePortsInAnySpelling(String fields, String expected) {
    String ports =
        String.join(
            " ",
            app(fields).ports().stream()
                .map(port -> port.containerPort() + "/" + port.servicePort())
                .toList());

    assertThat(ports).isEqualTo(expected);
  }

  @Test
  void leavesOutABadAppAndKeepsTheOthers() {
    MarathonApps read = read("{\"apps\": [7, {\"x\": 1}, {\"id\": \"/b\", \"labels\": []}]}");

    assertThat(read.apps()).extracting(App::id).containsExactly("/b");
    assertThat(read.rejections())
        .extracting(Rejection::code)
        .containsExactly("WRONG_TYPE", "NO_ID", "WRONG_TYPE");
    assertThat(read.rejected()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "<html>", "{\"apps\": {}}", "{\"apps\": [", "{\"apps\": []} x"})
  void refusesWhatIsNoListOfApps(String document) {
    assertThatThrownBy(() -> read(document)).isInstanceOf(DecodeException.class);
  }

  @Property
  void readsAnyPieceOfADocumentOrRefusesIt(@ForAll byte[] noise, @ForAll int cut) {
    byte[] whole = WEB.getBytes(UTF_8);
    byte[] broken = whole.clone();
    for (int i = 0; i < noise.length && i < 3; i++) {
      broken[Math.floorMod(cut + i * 31, broken.length)] = noise[i];
    }
    try {
      assertThat(MarathonAppsReader.create().read(broken).apps()).hasSizeLessThan(3);
    } catch (DecodeException e) {
      assertThat(e.getMessage()).startsWith("apps: ");
    }
  }

  private static MarathonApps read(String document) {
    return MarathonAppsReader.create().read(document.getBytes(UTF_8));
  }

  private static App app(String fields) {
    List<App> apps = read("{\"apps\": [{\"id\": \"/a\", " + fields + "}]}").apps();
    return apps.get(0);
  }
}

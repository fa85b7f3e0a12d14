// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.App.Network;
import io.dcosnet.api.model.App.NetworkMode;
import io.dcosnet.api.model.App.ReadinessCheck;
import io.dcosnet.api.model.App.UnreachableStrategy;
import io.dcosnet.api.model.AppTask;
import io.dcosnet.api.model.AppTask.HealthResult;
import io.dcosnet.api.model.HealthCheck;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads one app; what is written in one of several old ways comes out in the one way of the model.
 */
final class AppParser {

  private final String id;
  private final Fields app;

  AppParser(String id, Fields app) {
    this.id = id;
    this.app = app;
  }

  App app() {
    Fields versions = app.object("versionInfo");
    App.Builder made =
        App.named(id)
            .version(app.text("version", ""))
            .instances(app.number("instances", 1))
            .lastScalingAt(versions.instant("lastScalingAt"))
            .lastConfigChangeAt(versions.instant("lastConfigChangeAt"))
            .resident(app.has("residency"))
            .deployments(
                app.objects("deployments").stream().map(one -> one.text("id", "")).toList())
            .killSelection(app.text("killSelection", ""))
            .mesosCheck(mesosCheck())
            .upgrade(upgrade())
            .counts(
                new App.Counts(
                    app.number("tasksStaged", 0),
                    app.number("tasksRunning", 0),
                    app.number("tasksHealthy", 0),
                    app.number("tasksUnhealthy", 0)));
    app.labels("labels").forEach(made::label);
    List<Network> networks = networks();
    networks.forEach(made::network);
    new PortParser(app, mode(networks)).ports().forEach(made::port);
    app.objects("healthChecks").forEach(check -> made.healthCheck(healthCheck(check)));
    app.objects("readinessChecks").forEach(check -> made.readinessCheck(readinessCheck(check)));
    unreachable(made);
    app.objects("tasks").forEach(task -> made.task(task(task)));
    return made.build();
  }

  private static NetworkMode mode(List<Network> networks) {
    return networks.isEmpty() ? NetworkMode.HOST : networks.get(networks.size() - 1).mode();
  }

  /** Of three spellings the newest counts; an old one says no more than the mode and a name. */
  private List<Network> networks() {
    List<Network> networks = new ArrayList<>();
    for (Fields network : app.objects("networks")) {
      networks.add(
          new Network(
              networkMode(network.text("mode", "container")),
              network.text("name", ""),
              network.labels("labels")));
    }
    if (!networks.isEmpty()) {
      return networks;
    }
    Fields address = app.object("ipAddress");
    String name = address.text("networkName", "");
    return switch (app.object("container").object("docker").text("network", "")) {
      case "USER" -> List.of(new Network(NetworkMode.CONTAINER, name, address.labels("labels")));
      case "BRIDGE" -> List.of(new Network(NetworkMode.CONTAINER_BRIDGE, "", Map.of()));
      default ->
          address.isEmpty()
              ? List.of()
              : List.of(new Network(NetworkMode.CONTAINER, name, address.labels("labels")));
    };
  }

  private NetworkMode networkMode(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "host" -> NetworkMode.HOST;
      case "container" -> NetworkMode.CONTAINER;
      case "container/bridge" -> NetworkMode.CONTAINER_BRIDGE;
      default -> {
        app.fault("UNKNOWN_NETWORK_MODE", text + " (taken as container)");
        yield NetworkMode.CONTAINER;
      }
    };
  }

  private String mesosCheck() {
    Fields check = app.object("check");
    return List.of("http", "tcp", "exec").stream().filter(check::has).findFirst().orElse("");
  }

  private App.UpgradeStrategy upgrade() {
    Fields strategy = app.object("upgradeStrategy");
    return new App.UpgradeStrategy(
        strategy.fraction("minimumHealthCapacity", 1), strategy.fraction("maximumOverCapacity", 1));
  }

  private void unreachable(App.Builder made) {
    if (app.has("unreachableStrategy") && !app.isObject("unreachableStrategy")) {
      made.unreachable(null); // the word "disabled"
      return;
    }
    Fields strategy = app.object("unreachableStrategy");
    made.unreachable(
        new UnreachableStrategy(
            strategy.seconds("inactiveAfterSeconds", 0),
            strategy.seconds("expungeAfterSeconds", 0)));
  }

  private HealthCheck healthCheck(Fields check) {
    return new HealthCheck(
        kind(check.text("protocol", "HTTP")),
        check.text("path", "/"),
        check.numberOrNull("port"),
        check.numberOrNull("portIndex"),
        check.seconds("gracePeriodSeconds", 300),
        check.seconds("intervalSeconds", 60),
        check.seconds("timeoutSeconds", 20),
        check.seconds("delaySeconds", 15),
        check.number("maxConsecutiveFailures", 3),
        check.truth("ignoreHttp1xx", false),
        check.text("ipProtocol", "IPv4").equalsIgnoreCase("IPv6"),
        check.object("command").text("value", ""));
  }

  private static HealthCheck.Kind kind(String protocol) {
    for (HealthCheck.Kind kind : HealthCheck.Kind.values()) {
      if (kind.name().equals(protocol)) {
        return kind;
      }
    }
    return HealthCheck.Kind.UNKNOWN;
  }

  private ReadinessCheck readinessCheck(Fields check) {
    String name = check.text("name", "readinessCheck");
    Set<Integer> statuses = new TreeSet<>(check.numbers("httpStatusCodesForReady"));
    Set<String> ready = new TreeSet<>();
    for (Fields result : app.objects("readinessCheckResults")) {
      if (result.truth("ready", false) && result.text("name", name).equals(name)) {
        ready.add(result.text("taskId", ""));
      }
    }
    return new ReadinessCheck(
        name,
        check.text("protocol", "HTTP").equals("HTTPS"),
        check.text("path", "/"),
        check.text("portName", "http-api"),
        check.seconds("intervalSeconds", 30),
        check.seconds("timeoutSeconds", 10),
        statuses.isEmpty() ? Set.of(200) : statuses,
        ready);
  }

  private static AppTask task(Fields task) {
    List<IpAddress> addresses = new ArrayList<>();
    for (Fields address : task.objects("ipAddresses")) {
      String text = address.text("ipAddress", "");
      IpAddress.tryParse(text)
          .ifPresentOrElse(
              addresses::add, () -> task.fault("BAD_ADDRESS", "ipAddresses of a task: " + text));
    }
    List<HealthResult> health = new ArrayList<>();
    for (Fields result : task.objects("healthCheckResults")) {
      health.add(
          new HealthResult(result.truth("alive", false), result.number("consecutiveFailures", 0)));
    }
    // Marathons that tell no states list running tasks only.
    String state = task.text("state", TaskState.RUNNING.wireName());
    return new AppTask(
        task.text("id", ""),
        task.text("slaveId", ""),
        task.text("host", ""),
        TaskState.of(state),
        task.numbers("ports"),
        task.numbers("servicePorts"),
        addresses,
        task.text("version", ""),
        task.instant("stagedAt"),
        task.instant("startedAt"),
        health);
  }
}

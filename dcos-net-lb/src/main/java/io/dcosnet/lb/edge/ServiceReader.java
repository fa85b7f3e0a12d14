// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.App.NetworkMode;
import io.dcosnet.api.model.HealthCheck;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.edge.label.EdgeCode;
import io.dcosnet.lb.edge.label.EdgeDiagnostic;
import io.dcosnet.lb.edge.label.PortLabels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the services of apps, each for itself. <b>Confined to</b> one thread. */
final class ServiceReader {

  /** A service on the way: it has no name yet and owns nothing. */
  private record Draft(int index, List<Integer> indexes, PortLabels labels) {}

  private final EdgeOptions options;
  private final HostAddresses hosts;
  private final LastGood lastGood;
  private final Map<String, Boolean> health;
  private final Consumer<EdgeDiagnostic> diagnostics;
  private final PortLabels.Rules rules;
  private final @Nullable AutoPorts autoPorts;

  /**
   * @param health what is known of the health of tasks, by their ids
   */
  ServiceReader(
      EdgeOptions options,
      HostAddresses hosts,
      LastGood lastGood,
      Map<String, Boolean> health,
      Consumer<EdgeDiagnostic> diagnostics) {
    this.options = options;
    this.hosts = hosts;
    this.lastGood = lastGood;
    this.health = health;
    this.diagnostics = diagnostics;
    this.rules =
        new PortLabels.Rules(
            options.strict(), options.protectAllEntries(), options.files(), options.addresses());
    this.autoPorts = options.autoPorts() == null ? null : new AutoPorts(options.autoPorts());
  }

  /**
   * The services of an app, in the order of its ports.
   *
   * @param evenWithoutServers true to keep services that have none
   */
  List<EdgeService> services(EdgeApp app, boolean evenWithoutServers) {
    List<Integer> ports = servicePorts(app);
    Map<Integer, Draft> byPort = new LinkedHashMap<>();
    for (int index = 0; index < ports.size(); index++) {
      PortLabels labels = labels(app, index);
      if (labels != null && isServable(app, index, ports.get(index), labels)) {
        int port = ports.get(index);
        Draft before = port <= 0 ? null : byPort.get(port);
        List<Integer> indexes = new ArrayList<>(before == null ? List.of() : before.indexes());
        indexes.add(index);
        // Ports without a service port do not collapse: they have nothing in common.
        byPort.put(port <= 0 ? -1 - index : port, new Draft(index, indexes, labels));
      }
    }
    ServerPool pool = new ServerPool(app, options, hosts, health, diagnostics);
    List<EdgeService> services = new ArrayList<>();
    byPort.forEach(
        (port, draft) -> {
          EdgeService service = service(app, port, draft, pool);
          if (evenWithoutServers || !service.servers().isEmpty()) {
            services.add(service);
          }
        });
    return services;
  }

  /** One number for each port of the app, 0 where it has none. */
  private List<Integer> servicePorts(EdgeApp app) {
    List<App.Port> ports = app.app().ports();
    boolean none = ports.stream().allMatch(port -> port.servicePort() == 0);
    boolean assigned =
        none && app.mode() == NetworkMode.CONTAINER && !app.tasks().isEmpty() && autoPorts != null;
    List<Integer> numbers = new ArrayList<>();
    for (int index = 0; index < ports.size(); index++) {
      App.Port port = ports.get(index);
      numbers.add(assigned ? assign(app, port.containerPort()) : port.servicePort());
    }
    return numbers;
  }

  private int assign(EdgeApp app, int taskPort) {
    OptionalInt port =
        autoPorts == null ? OptionalInt.empty() : autoPorts.assign(app.id(), taskPort);
    if (port.isEmpty()) {
      tell(app, "", EdgeCode.EDGE_PORTS_EXHAUSTED, "no port is left for port " + taskPort);
    }
    return port.orElse(0);
  }

  /** The labels of a port that this edge is to serve; null for a port of others. */
  private @Nullable PortLabels labels(EdgeApp app, int index) {
    List<EdgeDiagnostic> found = new ArrayList<>();
    PortLabels.Reading reading =
        PortLabels.read(app.id(), app.app().labels(), index, rules, found::add);
    PortLabels labels = reading.labels();
    if (!options.serves(labels.groups()) || !labels.enabled()) {
      return null; // what is wrong with it is told by those who serve it
    }
    found.forEach(diagnostics);
    if (reading.usable()) {
      return labels;
    }
    PortLabels kept = lastGood.labels(app.id(), index);
    if (kept != null) {
      tell(app, "HAPROXY_" + index, EdgeCode.EDGE_LAST_GOOD_KEPT, "served as it was before");
    }
    return kept;
  }

  private boolean isServable(EdgeApp app, int index, int servicePort, PortLabels labels) {
    App.Port port = app.app().ports().get(index);
    if (!port.protocols().contains(Protocol.TCP)) {
      tell(app, "", EdgeCode.EDGE_PORT_NOT_TCP, "port " + index + " is for " + port.protocols());
      return false;
    }
    if (labels.port() != null) {
      return true;
    }
    if (servicePort == 0) {
      tell(app, "", EdgeCode.EDGE_PORT_MISSING, "port " + index + " has no service port");
      return false;
    }
    if (servicePort < 0 || servicePort > 65535) {
      tell(
          app,
          "",
          EdgeCode.EDGE_LABEL_REFUSED,
          "service port " + servicePort + " (expected: 1-65535)");
      return false;
    }
    return true;
  }

  private EdgeService service(EdgeApp app, int servicePort, Draft draft, ServerPool pool) {
    PortLabels labels = draft.labels();
    Integer checkIndex = labels.checkPortIndex();
    HealthCheck own = ServerCheck.of(app.app(), draft.index());
    HealthCheck borrowed =
        own != null || checkIndex == null ? null : ServerCheck.of(app.app(), checkIndex);
    boolean http = isHttp(labels, own, borrowed);
    if (!http && labels.hasVhosts()) {
      tell(
          app,
          "HAPROXY_" + draft.index() + "_VHOST",
          EdgeCode.EDGE_VHOST_NEEDS_HTTP,
          "the port is in TCP mode");
      labels = labels.withoutVhosts();
    }
    tellAboutAuth(app, draft.index(), labels, http);
    HealthCheck probed = own != null ? own : borrowed;
    ServerCheck check = probed == null ? null : ServerCheck.from(probed, http);
    Integer fixed = probed == null ? null : probed.port();
    List<EdgeServer> servers = pool.servers(draft.indexes(), checkIndex);
    Integer port = labels.port();
    return new EdgeService(
        app.id(),
        draft.index(),
        "",
        port != null ? port : servicePort,
        false,
        http,
        labels,
        check == null && labels.sticky() ? ServerCheck.CONNECT : check,
        fixed == null || fixed < 1 || fixed > 65535 ? servers : probedAt(servers, fixed));
  }

  private static List<EdgeServer> probedAt(List<EdgeServer> servers, int port) {
    return servers.stream()
        .map(
            server ->
                new EdgeServer(
                    server.name(),
                    server.id(),
                    server.cookie(),
                    server.task(),
                    server.address(),
                    server.drained(),
                    server.startsUp(),
                    server.checkPort() == 0 ? port : server.checkPort()))
        .toList();
  }

  /** Marathon-LB's code and not its documents: a label beats a check, a borrowed check beats it. */
  private static boolean isHttp(
      PortLabels labels, @Nullable HealthCheck own, @Nullable HealthCheck borrowed) {
    if (borrowed != null && ServerCheck.isHttp(borrowed)) {
      return true;
    }
    Boolean said = labels.http();
    if (said != null) {
      return said;
    }
    return (own != null && own.kind() == HealthCheck.Kind.HTTP) || labels.hasVhosts();
  }

  private void tellAboutAuth(EdgeApp app, int index, PortLabels labels, boolean http) {
    if (labels.auth() == null || (options.protectAllEntries() && http)) {
      return;
    }
    String label = "HAPROXY_" + index + "_AUTH";
    if (labels.hasVhosts()) {
      tell(
          app,
          label,
          EdgeCode.EDGE_AUTH_BYPASS,
          "nothing is asked on the service port and by app id");
    } else {
      tell(app, label, EdgeCode.EDGE_AUTH_UNUSED, "no virtual host (expected: HAPROXY_n_VHOST)");
    }
  }

  private void tell(EdgeApp app, String label, EdgeCode code, String detail) {
    diagnostics.accept(new EdgeDiagnostic(app.id(), label, code, detail));
  }
}

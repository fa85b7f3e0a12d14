// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import io.dcosnet.api.model.App.NetworkMode;
import io.dcosnet.api.model.App.Port;
import io.dcosnet.api.net.Protocol;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the ports of an app together, which four fields tell in old and new apps. The index of a
 * port is that of its mapping, also where the mapping has no service port: labels and tasks count
 * by it.
 */
final class PortParser {

  private final Fields app;
  private final NetworkMode mode;

  PortParser(Fields app, NetworkMode mode) {
    this.app = app;
    this.mode = mode;
  }

  List<Port> ports() {
    return mode == NetworkMode.HOST ? definitions() : mapped();
  }

  private List<Port> mapped() {
    List<Fields> mappings = mappings();
    List<Port> ports = new ArrayList<>();
    for (Fields mapping : mappings) {
      ports.add(
          port(
              mapping,
              mapping.number("containerPort", 0),
              mapping.numberOrNull("hostPort"),
              mapping.number("servicePort", 0)));
    }
    boolean served = mappings.stream().anyMatch(mapping -> mapping.has("servicePort"));
    return served ? ports : withServicePorts(withDiscovered(ports));
  }

  private List<Fields> mappings() {
    Fields container = app.object("container");
    List<Fields> old = container.object("docker").objects("portMappings");
    return old.isEmpty() ? container.objects("portMappings") : old;
  }

  /** In apps with an address of their own from before 1.5 the ports are told by discovery. */
  private List<Port> withDiscovered(List<Port> ports) {
    List<Fields> discovered = app.object("ipAddress").object("discovery").objects("ports");
    if (mode != NetworkMode.CONTAINER || discovered.isEmpty()) {
      return ports;
    }
    List<Port> found = new ArrayList<>();
    for (Fields port : discovered) {
      found.add(port(port, port.number("number", 0), null, 0));
    }
    return found;
  }

  private List<Port> withServicePorts(List<Port> ports) {
    List<Port> definitions = definitions();
    List<Port> merged = new ArrayList<>();
    for (int i = 0; i < Math.max(ports.size(), definitions.size()); i++) {
      if (i >= ports.size()) {
        merged.add(definitions.get(i));
      } else if (i >= definitions.size()) {
        merged.add(ports.get(i));
      } else {
        Port port = ports.get(i);
        merged.add(
            new Port(
                port.containerPort(),
                port.hostPort(),
                definitions.get(i).servicePort(),
                port.protocols(),
                port.name(),
                port.labels(),
                port.networkNames()));
      }
    }
    return merged;
  }

  private List<Port> definitions() {
    List<Port> ports = new ArrayList<>();
    if (app.has("portDefinitions")) {
      for (Fields definition : app.objects("portDefinitions")) {
        int port = definition.number("port", 0);
        ports.add(port(definition, port, port, port));
      }
      return ports;
    }
    for (int port : app.numbers("ports")) {
      ports.add(new Port(port, port, port, Set.of(Protocol.TCP), "", Map.of(), List.of()));
    }
    return ports;
  }

  private Port port(Fields from, int containerPort, @Nullable Integer hostPort, int servicePort) {
    return new Port(
        containerPort,
        hostPort,
        servicePort,
        protocols(from.text("protocol", "tcp")),
        from.text("name", ""),
        from.labels("labels"),
        from.texts("networkNames"));
  }

  private Set<Protocol> protocols(String text) {
    EnumSet<Protocol> protocols = EnumSet.noneOf(Protocol.class);
    for (String word : text.split(",", -1)) {
      Protocol.tryParse(word.strip())
          .ifPresentOrElse(
              protocols::add, () -> app.fault("UNKNOWN_PROTOCOL", word + " (expected: tcp, udp)"));
    }
    return protocols;
  }
}

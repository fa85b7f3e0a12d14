// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.dns.records.table.RecordCollector;
import io.dcosnet.dns.records.table.RefusalCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the ports of one task from the three places that speak of them: port mappings of its
 * container, labels that make a VIP of a host port, and its discovery ports. What two of them say
 * of one port becomes one.
 *
 * <p><b>Confined to</b> one thread.
 *
 * @see <a href="https://github.com/dcos/dcos-net">dcos/dcos-net apps/dcos_net
 *     dcos_net_mesos_listener</a>
 */
final class TaskPorts {

  /** Ports of one task that are looked at: each is held against all others. */
  static final int MAX_PORTS = 1000;

  private static final Pattern VIP_OF_PORT = Pattern.compile("(?i)vip_port([0-9]{1,5})");
  private static final Pattern SCHEME = Pattern.compile("(?i)(tcp|udp)://.*", Pattern.DOTALL);
  private static final String SCOPE = "network-scope";

  private final RecordCollector records;
  private final List<TaskPort> ports = new ArrayList<>();

  private TaskPorts(RecordCollector records) {
    this.records = records;
  }

  /**
   * The ports of a task.
   *
   * @param networks that its container is on, as its status tells
   * @param records is told of ports that are left out
   */
  static List<TaskPort> of(Task task, List<NetworkInfo> networks, RecordCollector records) {
    TaskPorts found = new TaskPorts(records);
    for (PortMapping mapping : mappings(task.container(), networks)) {
      found.add("", mapping.protocol(), mapping.containerPort(), mapping.hostPort());
    }
    for (Labels.Label label : task.labels().entries()) {
      found.addOfLabel(label, task.resourcePorts());
    }
    Discovery discovery = task.discovery();
    if (discovery != null) {
      List<TaskPort> mapped = List.copyOf(found.ports);
      discovery.ports().forEach(port -> found.addNamed(port, mapped));
    }
    return found.ports;
  }

  private static List<PortMapping> mappings(
      @Nullable Container container, List<NetworkInfo> networks) {
    if (container == null) {
      return ofNetworks(networks);
    }
    return switch (container.type()) {
      case DOCKER -> container.dockerPortMappings();
      case MESOS -> ofNetworks(container.networks().isEmpty() ? networks : container.networks());
      case UNKNOWN -> List.of();
    };
  }

  private static List<PortMapping> ofNetworks(List<NetworkInfo> networks) {
    List<PortMapping> mappings = new ArrayList<>();
    networks.forEach(network -> mappings.addAll(network.portMappings()));
    return mappings;
  }

  private void addOfLabel(Labels.Label label, List<PortRange> resources) {
    Matcher key = VIP_OF_PORT.matcher(label.key());
    Matcher value = SCHEME.matcher(label.value());
    if (key.matches() && value.matches()) {
      add("", value.group(1), 0, at(Integer.parseInt(key.group(1)), resources));
    }
  }

  /** The port of that index, 0 when there is none. */
  private static int at(int index, List<PortRange> ranges) {
    int left = index;
    for (PortRange range : ranges) {
      int size = range.last() - range.first() + 1;
      if (left < size) {
        return range.first() + left;
      }
      left -= size;
    }
    return 0;
  }

  private void addNamed(Discovery.Port port, List<TaskPort> mapped) {
    if (port.number() < 0 || port.number() > 65535) {
      records.refuse(RefusalCode.PORT_RANGE, Integer.toString(port.number()));
      return;
    }
    String scope = port.labels().first(SCOPE).orElse("").toLowerCase(Locale.ROOT);
    boolean onNode = scope.equals("host") || (scope.isEmpty() && isOnNodeOnly(port, mapped));
    int inside = onNode ? 0 : port.number();
    add(port.name(), port.protocol(), inside, onNode ? port.number() : 0);
  }

  /** Schedulers of old give the node's port of a mapping and do not say so. */
  private static boolean isOnNodeOnly(Discovery.Port port, List<TaskPort> mapped) {
    boolean inside = false;
    boolean onNode = false;
    for (TaskPort one : mapped) {
      boolean sameProtocol = one.protocol().toString().equalsIgnoreCase(port.protocol());
      inside |= sameProtocol && one.inside() == port.number();
      onNode |= sameProtocol && one.onNode() == port.number();
    }
    return onNode && !inside;
  }

  private void add(String name, String protocolText, int inside, int onNode) {
    Optional<Protocol> protocol = Protocol.tryParse(protocolText);
    boolean isPort = inside != 0 || onNode != 0;
    if (protocol.isEmpty() || !isPort) {
      return;
    }
    TaskPort added = new TaskPort(name, protocol.get(), inside, onNode);
    for (int i = ports.size() - 1; i >= 0; i--) {
      if (ports.get(i).meets(added)) {
        added = added.with(ports.remove(i)); // it may join what were two so far
      }
    }
    if (ports.size() < MAX_PORTS) {
      ports.add(added);
    } else {
      records.refuse(RefusalCode.TOO_MANY_PORTS, Integer.toString(added.onSharedNetwork()));
    }
  }
}

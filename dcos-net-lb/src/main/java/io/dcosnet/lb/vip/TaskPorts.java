// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Labels.Label;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.internal.Shown;
import io.dcosnet.lb.vip.TaskPort.VipLabel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ports of one task in its three lists: port mappings, task labels that count its host
 * ports, discovery ports (as {@code dcos/dcos-net dcos_net_mesos_listener.erl}). A fault costs the
 * label or the port that has it, nothing else.
 *
 * <p><b>Confined to</b> the calling thread, for one task.
 */
final class TaskPorts {

  private static final String SCOPE_LABEL = "network-scope";

  private final Task task;
  private final List<NetworkInfo> networks;
  private final List<LabelReport> refused;
  private boolean unknownKeyReported;

  /**
   * @param networks that the task's container is on by its newest status
   * @param refused gets what was refused
   */
  TaskPorts(Task task, List<NetworkInfo> networks, List<LabelReport> refused) {
    this.task = task;
    this.networks = networks;
    this.refused = refused;
  }

  /** All ports, those of one port merged into one. */
  List<TaskPort> read() {
    List<TaskPort> mapped = mappings();
    List<TaskPort> ports = new ArrayList<>(mapped);
    taskLabelPorts().forEach(port -> add(ports, port));
    discoveryPorts(mapped).forEach(port -> add(ports, port));
    return ports;
  }

  /** The same ports for a task that has no address but its node's. */
  static List<TaskPort> onHostNetwork(List<TaskPort> ports) {
    List<TaskPort> merged = new ArrayList<>();
    ports.forEach(port -> add(merged, port.onHostNetwork()));
    return merged;
  }

  /** The newer one is believed, and may join what were two ports so far. */
  private static void add(List<TaskPort> ports, TaskPort added) {
    TaskPort merged = added;
    for (int i = ports.size() - 1; i >= 0; i--) {
      if (ports.get(i).matches(added)) {
        merged = merged.merge(ports.remove(i));
      }
    }
    ports.add(merged);
  }

  private List<TaskPort> mappings() {
    List<TaskPort> ports = new ArrayList<>();
    for (PortMapping mapping : portMappings()) {
      Optional<Protocol> protocol = Protocol.tryParse(mapping.protocol());
      boolean usable = isPort(mapping.hostPort()) && isPort(mapping.containerPort());
      if (protocol.isPresent() && usable) {
        add(
            ports,
            new TaskPort(
                TaskPort.DEFAULT_NAME,
                protocol.get(),
                mapping.containerPort(),
                mapping.hostPort(),
                List.of()));
      }
    }
    return ports;
  }

  private List<PortMapping> portMappings() {
    Container container = task.container();
    if (container == null) {
      return portMappings(networks);
    }
    return switch (container.type()) {
      case DOCKER -> container.dockerPortMappings();
      case MESOS -> portMappings(container.networks().isEmpty() ? networks : container.networks());
      case UNKNOWN -> List.of();
    };
  }

  private static List<PortMapping> portMappings(List<NetworkInfo> infos) {
    List<PortMapping> all = new ArrayList<>();
    infos.forEach(info -> all.addAll(info.portMappings()));
    return all;
  }

  private List<TaskPort> taskLabelPorts() {
    List<TaskPort> ports = new ArrayList<>();
    for (Label label : task.labels().entries()) {
      VipLabelKey key = VipLabelKey.of(label.key());
      switch (key.kind()) {
        case VIP_OF_TASK_PORT -> taskLabelPort(label, key.index()).ifPresent(ports::add);
        case VIP ->
            refuse(
                label.key(),
                "VIP_NOT_ON_A_PORT",
                "on the task (expected: on a discovery port, or VIP_PORT<i> on the task)");
        case UNKNOWN -> refuseUnknown(label.key());
        default -> {}
      }
    }
    return ports;
  }

  private Optional<TaskPort> taskLabelPort(Label label, String index) {
    int hostPort = resourcePort(index);
    if (hostPort <= 0) {
      refuse(
          label.key(),
          "VIP_PORT_INDEX",
          "no port " + index + " among the " + resourcePortCount() + " of the task");
      return Optional.empty();
    }
    int slashes = label.value().indexOf("://");
    String scheme = slashes < 0 ? "" : label.value().substring(0, slashes);
    Optional<Protocol> protocol = Protocol.tryParse(scheme);
    if (protocol.isEmpty()) {
      refuse(
          label.key(),
          "VIP_BAD_PROTOCOL",
          Shown.quoted(label.value()) + " (expected: tcp://… or udp://…)");
      return Optional.empty();
    }
    VipLabel vip = new VipLabel(label.key(), label.value().substring(slashes + 3), "", Map.of());
    return Optional.of(
        new TaskPort(TaskPort.DEFAULT_NAME, protocol.get(), 0, hostPort, List.of(vip)));
  }

  /** Zero when there is none of that number. */
  private int resourcePort(String index) {
    long left = index.length() > 9 ? Long.MAX_VALUE : Long.parseLong(index);
    for (PortRange range : task.resourcePorts()) {
      int size = range.last() - range.first() + 1;
      if (left < size) {
        return range.first() + (int) left;
      }
      left -= size;
    }
    return 0;
  }

  private long resourcePortCount() {
    return task.resourcePorts().stream().mapToLong(r -> r.last() - r.first() + 1).sum();
  }

  private List<TaskPort> discoveryPorts(List<TaskPort> mapped) {
    Discovery discovery = task.discovery();
    if (discovery == null) {
      return List.of();
    }
    List<TaskPort> ports = new ArrayList<>();
    for (Discovery.Port port : discovery.ports()) {
      List<VipLabel> vips = vips(port.labels());
      @Nullable TaskPort read = discoveryPort(port, vips, mapped);
      if (read != null) {
        ports.add(read);
      }
    }
    return ports;
  }

  private @Nullable TaskPort discoveryPort(
      Discovery.Port port, List<VipLabel> vips, List<TaskPort> mapped) {
    String written = port.protocol().isEmpty() ? "tcp" : port.protocol();
    Optional<Protocol> protocol = Protocol.tryParse(written);
    if (protocol.isEmpty()) {
      refuseAll(vips, "VIP_BAD_PROTOCOL", Shown.quoted(written) + " (expected: tcp or udp)");
      return null;
    }
    if (!isPort(port.number())) {
      refuseAll(vips, "VIP_BAD_TASK_PORT", port.number() + " (expected: a port 1-65535)");
      return null;
    }
    String scope = port.labels().first(SCOPE_LABEL).orElse("").toLowerCase(Locale.ROOT);
    boolean known = scope.isEmpty() || scope.equals("host") || scope.equals("container");
    if (!known) {
      refuseAll(
          vips,
          "VIP_BAD_SCOPE",
          Shown.quoted(scope) + " (expected: network-scope host or container)");
    }
    boolean onHost =
        scope.equals("host")
            || (scope.isEmpty() && countsOnHost(protocol.get(), port.number(), mapped));
    return new TaskPort(
        port.name().isEmpty() ? TaskPort.DEFAULT_NAME : port.name(),
        protocol.get(),
        onHost ? 0 : port.number(),
        onHost ? port.number() : 0,
        known ? vips : List.of());
  }

  /** Schedulers before Marathon 1.5 name no scope, yet give the node's port of a mapping. */
  private static boolean countsOnHost(Protocol protocol, int number, List<TaskPort> mapped) {
    boolean inside = false;
    boolean onHost = false;
    for (TaskPort mapping : mapped) {
      inside |= mapping.protocol() == protocol && mapping.port() == number;
      onHost |= mapping.protocol() == protocol && mapping.hostPort() == number;
    }
    return onHost && !inside;
  }

  private List<VipLabel> vips(Labels labels) {
    Map<String, Map<String, String>> options = new HashMap<>();
    List<Label> found = new ArrayList<>();
    for (Label label : labels.entries()) {
      VipLabelKey key = VipLabelKey.of(label.key());
      switch (key.kind()) {
        case VIP -> found.add(label);
        case VIP_OF_TASK_PORT, UNKNOWN -> refuseUnknown(label.key());
        case OTHER -> {}
        default ->
            options
                .computeIfAbsent(key.index(), index -> new HashMap<>())
                .putIfAbsent(key.kind().name().toLowerCase(Locale.ROOT), label.value());
      }
    }
    refuseLonely(labels, found);
    List<VipLabel> vips = new ArrayList<>(found.size());
    for (Label label : found) {
      String index = VipLabelKey.of(label.key()).index();
      Map<String, String> own = new HashMap<>(options.getOrDefault(index, Map.of()));
      String weight = own.remove("weight");
      vips.add(new VipLabel(label.key(), label.value(), weight == null ? "" : weight, own));
    }
    return vips;
  }

  /** An option of a VIP that there is not: a slip in the number, or a VIP that was taken out. */
  private void refuseLonely(Labels labels, List<Label> vips) {
    for (Label label : labels.entries()) {
      VipLabelKey key = VipLabelKey.of(label.key());
      boolean lonely =
          key.kind().isOption()
              && vips.stream().noneMatch(v -> VipLabelKey.of(v.key()).index().equals(key.index()));
      if (lonely) {
        refuse(label.key(), "VIP_OPTION_ALONE", "no VIP label beside it ends in that number");
      }
    }
  }

  /** One for each task is enough: such keys come in series. */
  private void refuseUnknown(String key) {
    if (!unknownKeyReported) {
      unknownKeyReported = true;
      refuse(key, "VIP_UNKNOWN_KEY", "no VIP label (expected: VIP_<n>, or VIP_PORT<i> on a task)");
    }
  }

  private void refuseAll(List<VipLabel> vips, String code, String detail) {
    vips.forEach(vip -> refuse(vip.key(), code, detail));
  }

  private void refuse(String label, String code, String detail) {
    refused.add(new LabelReport(task.key(), label, code, detail));
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= 65535;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.internal.Shown;
import io.dcosnet.lb.vip.TaskPort.VipLabel;
import io.dcosnet.lb.vip.VipTable.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one task adds to the VIPs of the cluster, and what of its labels was refused. It depends on
 * the task, its agent and its framework alone, so a change of one task costs one of these. Rules as
 * in {@code dcos/dcos-net dcos_l4lb_mesos_poller.erl}.
 *
 * <p><b>Immutable.</b>
 *
 * @param backends without repetition of a place
 * @param refused labels that make no VIP or set no option, each with its reason
 * @param remarks labels that count although something is odd about them
 * @param addresses that address VIPs of the task name, also refused ones
 */
public record TaskVips(
    List<VipBackend> backends,
    List<LabelReport> refused,
    List<LabelReport> remarks,
    Set<IpAddress> addresses) {

  /** Nothing to say: the task has no VIP label, or does not run. */
  public static final TaskVips NONE = new TaskVips(List.of(), List.of(), List.of(), Set.of());

  public TaskVips {
    backends = List.copyOf(backends);
    refused = List.copyOf(refused);
    remarks = List.copyOf(remarks);
    addresses = Set.copyOf(addresses);
  }

  /**
   * Reads one task.
   *
   * @param agent where it runs, null while it is not known
   * @param framework that it belongs to, null while it is not known
   * @param isNode tells addresses of nodes, which can be no VIPs
   */
  public static TaskVips of(
      Task task,
      @Nullable Agent agent,
      @Nullable Framework framework,
      VipRules rules,
      Predicate<IpAddress> isNode) {
    requireNonNull(task, "task");
    Backend.State state = stateOf(task);
    return state == Backend.State.DOWN
        ? NONE
        : new Reading(task, state, agent, framework, rules, isNode).read();
  }

  /** Only tasks that run, or are being ended, serve; the health of a checked one starts as bad. */
  private static Backend.State stateOf(Task task) {
    return switch (task.state()) {
      case RUNNING, UNREACHABLE -> isHealthy(task) ? Backend.State.UP : Backend.State.DRAINING;
      case KILLING -> Backend.State.DRAINING;
      default -> Backend.State.DOWN;
    };
  }

  private static boolean isHealthy(Task task) {
    Boolean healthy = decisiveStatus(task).map(TaskStatus::healthy).orElse(null);
    return healthy == null ? !task.healthChecked() : healthy;
  }

  /** The master's own word that an agent is out of reach says nothing of health or addresses. */
  private static Optional<TaskStatus> decisiveStatus(Task task) {
    return task.state() == TaskState.UNREACHABLE
        ? task.newestStatus(TaskState.RUNNING)
        : task.newestStatus();
  }

  /** One task being read. */
  private static final class Reading {
    private final Task task;
    private final Backend.State state;
    private final @Nullable Agent agent;
    private final @Nullable Framework framework;
    private final VipRules rules;
    private final Predicate<IpAddress> isNode;
    private final List<NetworkInfo> networks;
    private final Map<VipBackend.Place, VipBackend> backends = new LinkedHashMap<>();
    private final List<LabelReport> refused = new ArrayList<>();
    private final List<LabelReport> remarks = new ArrayList<>();
    private final Set<IpAddress> addresses = new LinkedHashSet<>();
    private final Set<String> mark;

    Reading(
        Task task,
        Backend.State state,
        @Nullable Agent agent,
        @Nullable Framework framework,
        VipRules rules,
        Predicate<IpAddress> isNode) {
      this.task = task;
      this.state = state;
      this.agent = agent;
      this.framework = framework;
      this.rules = rules;
      this.isNode = isNode;
      this.networks = decisiveStatus(task).map(TaskStatus::networks).orElse(List.of());
      mark = Set.of(TaskMark.of(task.key()));
    }

    TaskVips read() {
      List<TaskPort> ports = new TaskPorts(task, networks, refused).read();
      List<IpAddress> ips = networks.stream().flatMap(n -> n.addresses().stream()).toList();
      List<IpAddress> nodes = agent == null ? List.of() : agent.addresses();
      if (ips.size() == 1 && nodes.contains(ips.get(0))) {
        ports = TaskPorts.onHostNetwork(ports);
      }
      for (TaskPort port : ports) {
        for (VipLabel vip : port.vips()) {
          vip(port, vip, ips, nodes);
        }
      }
      boolean silent = backends.isEmpty() && refused.isEmpty() && remarks.isEmpty();
      return silent
          ? NONE
          : new TaskVips(List.copyOf(backends.values()), refused, remarks, addresses);
    }

    private void vip(TaskPort port, VipLabel label, List<IpAddress> ips, List<IpAddress> nodes) {
      String name = framework == null ? null : framework.name();
      VipText text = VipText.read(label.value(), name, rules);
      if (text instanceof VipText.Refused no) {
        refused.add(report(label, no.code(), no.detail()));
        return;
      }
      VipText.Accepted vip = (VipText.Accepted) text;
      IpAddress address = vip.address();
      if (address != null) {
        addresses.add(address);
        if (isNode.test(address)) {
          refused.add(
              report(label, VipText.FORBIDDEN_ADDRESS, address + " is the address of a node"));
          return;
        }
      }
      if (vip.remark() != null) {
        remarks.add(report(label, "VIP_ODD_PORT", vip.remark()));
      }
      if (nodes.isEmpty()) {
        refused.add(
            report(
                label, "VIP_NO_NODE", "the address of agent " + task.agentId() + " is not known"));
        return;
      }
      VipKey key = vip.key(port.protocol());
      int weight = weight(label);
      SortedMap<String, String> options = options(label);
      String portName = PortNames.canonical(port.name());
      if (portName != null) {
        options.put(PortNames.ATTRIBUTE, portName);
      }
      List<HostPort> places = places(key, port, ips, nodes);
      if (places.isEmpty()) {
        remarks.add(
            report(
                label, "VIP_NO_BACKEND", "neither a host port nor an address that fits the VIP"));
      }
      for (HostPort place : places) {
        Backend backend = new Backend(place, nodes.get(0), weight, state);
        VipBackend added = new VipBackend(key, backend, zone(), options, new TreeSet<>(mark));
        backends.merge(added.place(), added, VipBackend::merge);
      }
    }

    private List<HostPort> places(
        VipKey key, TaskPort port, List<IpAddress> ips, List<IpAddress> nodes) {
      boolean onNode = port.hostPort() != 0;
      int number = onNode ? port.hostPort() : port.port();
      List<HostPort> places = new ArrayList<>();
      for (IpAddress ip : onNode ? nodes : ips) {
        if (fits(key, ip)) {
          places.add(new HostPort(ip, number));
          if (onNode) {
            break; // a port of the node is one back end, however many addresses the node has
          }
        }
      }
      return places;
    }

    private boolean fits(VipKey key, IpAddress ip) {
      boolean family = key.vipAddress().map(vip -> vip.isIpv4() == ip.isIpv4()).orElse(true);
      return family && (ip.isIpv4() || rules.ipv6());
    }

    private int weight(VipLabel label) {
      String written = label.weight();
      if (written.isEmpty()) {
        return 1;
      }
      if (!written.matches("[+-]?[0-9]{1,18}")) {
        remarks.add(
            report(
                label,
                "VIP_BAD_WEIGHT",
                Shown.quoted(written) + ", taken as 1 (expected: 0-65535)"));
        return 1;
      }
      long number = Long.parseLong(written);
      long clamped = Math.max(0, Math.min(Backend.MAX_WEIGHT, number));
      if (clamped != number) {
        remarks.add(
            report(
                label,
                "VIP_BAD_WEIGHT",
                number + ", taken as " + clamped + " (expected: 0-65535)"));
      }
      return (int) clamped;
    }

    private SortedMap<String, String> options(VipLabel label) {
      SortedMap<String, String> options = new TreeMap<>();
      for (Map.Entry<String, String> written : label.attributes().entrySet()) {
        OptionLabel option = requireNonNull(OptionLabel.of(written.getKey()));
        String value = option.read(written.getValue());
        if (value != null) {
          options.put(option.attribute(), value);
        } else {
          String detail = OptionVote.unreadable(option, written.getValue());
          refused.add(report(label, "VIP_BAD_OPTION", detail));
        }
      }
      return options;
    }

    private String zone() {
      return agent == null ? "" : Origin.zoneOf(agent);
    }

    private LabelReport report(VipLabel label, String code, String detail) {
      return new LabelReport(task.key(), label.key(), code, detail);
    }
  }

  /** All back ends together, each place once whatever tasks share it. */
  public static Map<VipBackend.Place, VipBackend> united(Collection<TaskVips> tasks) {
    Map<VipBackend.Place, VipBackend> places = new LinkedHashMap<>();
    for (TaskVips task : tasks) {
      for (VipBackend backend : task.backends) {
        places.merge(backend.place(), backend, VipBackend::merge);
      }
    }
    return places;
  }
}

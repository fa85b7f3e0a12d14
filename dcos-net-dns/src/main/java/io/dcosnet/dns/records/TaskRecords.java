// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.HostLabel;
import io.dcosnet.dns.records.NamePolicy.Standing;
import io.dcosnet.dns.records.table.Contribution;
import io.dcosnet.dns.records.table.Contribution.Claim;
import io.dcosnet.dns.records.table.Contribution.Terms;
import io.dcosnet.dns.records.table.GivenName;
import io.dcosnet.dns.records.table.KnownAgent;
import io.dcosnet.dns.records.table.RecordCollector;
import io.dcosnet.dns.records.table.RefusalCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records of one task in the zone {@code mesos}: its service names, its own host name, and both
 * again below {@code slave} for the node it runs on.
 *
 * <p><b>Confined to</b> one thread; each result depends on the arguments alone.
 *
 * @see <a href="https://github.com/mesosphere/mesos-dns">mesosphere/mesos-dns
 *     records/generator.go</a>
 */
final class TaskRecords {

  private static final String DOCKER_LABEL = "Docker.NetworkSettings.IPAddress";
  private static final String MESOS_LABEL = "MesosContainerizer.NetworkSettings.IPAddress";

  private final MesosDnsConfig config;
  private final RecordCollector records;

  // Targets that had to be cut, with what Mesos-DNS writes for them; filled for listings only.
  private final Map<DomainName, String> uncutTargets = new HashMap<>();

  TaskRecords(MesosDnsConfig config, RecordCollector records) {
    this.config = config;
    this.records = records;
  }

  /**
   * The records of a task.
   *
   * @param framework null when the cluster does not know it
   * @param agent null when the cluster does not know it
   */
  Contribution of(Task task, @Nullable KnownFramework framework, @Nullable KnownAgent agent) {
    String given = GivenName.of(task);
    NamePolicy policy =
        config.policy(given, framework == null ? task.frameworkId() : framework.name());
    Standing standing = policy.of(task);
    if (standing == Standing.NAMELESS) {
      return Contribution.NONE;
    }
    if (agent == null) {
      records.refuse(RefusalCode.UNKNOWN_AGENT, task.agentId());
    } else if (framework == null) {
      records.refuse(RefusalCode.UNKNOWN_FRAMEWORK, task.frameworkId());
    } else {
      DomainName tasks = framework.tasks();
      DomainName nodes = framework.nodes();
      if (tasks == null || nodes == null) {
        records.refuse(RefusalCode.UNUSABLE_FRAMEWORK_NAME, framework.name());
      } else {
        Claim claim = new Claim("task", framework.name(), given);
        add(task, claim, tasks, nodes, agent, policy.states());
      }
    }
    boolean weak = standing == Standing.NAMED_IF_ALL_ARE;
    return records.finish("task", task.id(), Terms.of(weak, policy.ttlSeconds()));
  }

  private void add(
      Task task,
      Claim claim,
      DomainName tasks,
      DomainName nodes,
      KnownAgent agent,
      Set<TaskState> states) {
    Discovery discovery = task.discovery();
    boolean discoverable = discovery != null && !discovery.name().isEmpty();
    String given = claim.name();
    List<byte[]> addresses = addresses(task, agent, states);
    if (addresses.isEmpty()) {
      records.refuse(RefusalCode.NO_ADDRESS, task.name());
    }
    String suffix = HostLabel.suffix(task.id(), task.agentId());
    Pass pass = new Pass(tasks, nodes, suffix, addresses, agent.addresses(), claim);
    List<Integer> ports = resourcePorts(task);
    List<NamedPort> named = discovery != null && discoverable ? namedPorts(discovery) : List.of();
    String label = config.labels().label(given);
    if (discoverable && !given.equals(label)) {
      // The dotted form of a discovery name is what DC/OS tells its users to use.
      pass.add(given, discoverable, ports, named);
    }
    pass.add(label, discoverable, ports, named);
  }

  /** Prefixes of the service names below which a port is found. */
  private record NamedPort(int number, @Nullable String label, List<String> protocols) {}

  private List<NamedPort> namedPorts(Discovery discovery) {
    List<NamedPort> ports = new ArrayList<>(discovery.ports().size());
    for (Discovery.Port port : discovery.ports()) {
      if (port.number() < 0 || port.number() > 65535) {
        records.refuse(RefusalCode.PORT_RANGE, Integer.toString(port.number()));
      } else if (ports.size() < config.maxRecordsPerName()) {
        String protocol = underscored(config.labels().label(port.protocol()));
        String label = underscored(config.labels().label(port.name()));
        List<String> protocols =
            protocol == null
                ? List.of()
                : protocol.length() == 1 ? List.of("_tcp", "_udp") : List.of(protocol);
        ports.add(
            new NamedPort(
                port.number(), label == null || label.length() == 1 ? null : label, protocols));
      } else {
        records.refuse(RefusalCode.TOO_MANY_PORTS, Integer.toString(port.number()));
      }
    }
    return ports;
  }

  /** Null and noted when it would have to be cut and must not be. */
  private @Nullable String underscored(String label) {
    String shortened = HostLabel.shortenBehindUnderscore(label);
    if (shortened.length() == label.length()) {
      return "_" + label;
    }
    if (!config.shortenLabels()) {
      records.refuse(RefusalCode.LABEL_TOO_LONG, "_" + label);
      return null;
    }
    return "_" + shortened;
  }

  /** What Mesos-DNS writes for a target that we cut; null for one that is whole. */
  @Nullable String uncut(DomainName target) {
    return uncutTargets.get(target);
  }

  private List<Integer> resourcePorts(Task task) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (PortRange range : task.resourcePorts()) {
      for (int port = range.first(); port <= range.last(); port++) {
        if (ports.size() == config.maxRecordsPerName() && !ports.contains(port)) {
          records.refuse(RefusalCode.TOO_MANY_PORTS, port + "-" + range.last());
          break;
        }
        ports.add(port);
      }
    }
    return List.copyOf(ports);
  }

  /** The task under one spelling of its name. */
  private final class Pass {
    private final DomainName tasks;
    private final DomainName nodes;
    private final String suffix;
    private final List<byte[]> addresses;
    private final List<byte[]> nodeAddresses;
    private final Claim claim;

    Pass(
        DomainName tasks,
        DomainName nodes,
        String suffix,
        List<byte[]> addresses,
        List<byte[]> nodeAddresses,
        Claim claim) {
      this.tasks = tasks;
      this.nodes = nodes;
      this.suffix = suffix;
      this.addresses = addresses;
      this.nodeAddresses = nodeAddresses;
      this.claim = claim;
    }

    void add(String task, boolean discoverable, List<Integer> ports, List<NamedPort> named) {
      DomainName shared = records.owner(task, tasks);
      records.address(shared, addresses);
      records.claim(shared, claim);
      records.address(records.owner(task, nodes), nodeAddresses);

      String host = HostLabel.shortenBefore(suffix, task) + suffix;
      DomainName own = records.target(host, tasks);
      DomainName node = records.target(host, nodes);
      boolean cut = host.length() < task.length() + suffix.length();
      if (cut) {
        boolean kept = config.shortenLabels();
        records.refuse(kept ? RefusalCode.SHORTENED : RefusalCode.LABEL_TOO_LONG, task + suffix);
      }
      if (cut && !config.shortenLabels()) {
        remember(own, task, tasks);
        remember(node, task, nodes);
      } else {
        records.address(lower(own), addresses);
        records.address(lower(node), nodeAddresses);
      }
      if (!ports.isEmpty() || !named.isEmpty()) {
        addServices(task, discoverable, ports, named, own, node);
      }
    }

    private void remember(@Nullable DomainName target, String task, DomainName zone) {
      if (target != null) {
        uncutTargets.put(target, task + suffix + "." + zone.toRawText());
      }
    }

    private void addServices(
        String task,
        boolean discoverable,
        List<Integer> ports,
        List<NamedPort> named,
        @Nullable DomainName own,
        @Nullable DomainName node) {
      String service = underscored(task);
      if (service == null) {
        return;
      }
      if (service.length() <= task.length()) {
        records.refuse(RefusalCode.SHORTENED, "_" + task);
      }
      addNodeServices(service, discoverable, ports, node);
      for (NamedPort port : named) {
        addNamedPort(service, port, own);
      }
    }

    private void addNodeServices(
        String service, boolean discoverable, List<Integer> ports, @Nullable DomainName node) {
      if (ports.isEmpty() || node == null) {
        return;
      }
      DomainName tcp = records.owner(service + "._tcp", nodes);
      DomainName udp = records.owner(service + "._udp", nodes);
      DomainName sharedTcp = discoverable ? null : records.owner(service + "._tcp", tasks);
      DomainName sharedUdp = discoverable ? null : records.owner(service + "._udp", tasks);
      for (int port : ports) {
        byte[] data = records.serviceData(node, port);
        records.service(tcp, data);
        records.service(udp, data);
        records.service(sharedTcp, data);
        records.service(sharedUdp, data);
      }
    }

    private void addNamedPort(String service, NamedPort port, @Nullable DomainName own) {
      if (own == null) {
        return;
      }
      byte[] data = records.serviceData(own, port.number());
      for (String protocol : port.protocols()) {
        String name = service + "." + protocol;
        records.service(records.owner(name, tasks), data);
        if (port.label() != null) {
          records.service(records.owner(port.label() + "." + name, tasks), data);
        }
      }
    }
  }

  private static @Nullable DomainName lower(@Nullable DomainName name) {
    return name == null ? null : name.toLowerCase();
  }

  private List<byte[]> addresses(Task task, KnownAgent agent, Set<TaskState> states) {
    TaskStatus status = null;
    for (IpSource source : config.ipSources()) {
      List<byte[]> found;
      if (source == IpSource.HOST) {
        found = agent.addresses();
      } else {
        status = status == null ? newestIncluded(task, states) : status;
        found = status == null ? List.of() : RecordCollector.encode(ofStatus(status, source));
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** Of several with the greatest timestamp the first counts, as with Mesos-DNS. */
  private @Nullable TaskStatus newestIncluded(Task task, Set<TaskState> states) {
    TaskStatus newest = null;
    for (TaskStatus status : task.statuses()) {
      boolean newer = newest == null || status.timestampSeconds() > newest.timestampSeconds();
      if (newer && states.contains(status.state())) {
        newest = status;
      }
    }
    return newest;
  }

  private static List<IpAddress> ofStatus(TaskStatus status, IpSource source) {
    List<IpAddress> found = new ArrayList<>();
    if (source == IpSource.NETINFO) {
      for (NetworkInfo network : status.networks()) {
        found.addAll(network.addresses());
      }
      return found;
    }
    String key = source == IpSource.DOCKER ? DOCKER_LABEL : MESOS_LABEL;
    for (String value : status.labels().all(key)) {
      IpAddress.tryParse(value).ifPresent(found::add);
    }
    return found;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.DcosLabel;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.HostLabel;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.records.NamePolicy.Standing;
import io.dcosnet.dns.records.table.Contribution;
import io.dcosnet.dns.records.table.Contribution.Claim;
import io.dcosnet.dns.records.table.Contribution.Terms;
import io.dcosnet.dns.records.table.GivenName;
import io.dcosnet.dns.records.table.KnownAgent;
import io.dcosnet.dns.records.table.RecordCollector;
import io.dcosnet.dns.records.table.RefusalCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of one task in the zone {@code dcos.thisdcos.directory}: its name in each view, and
 * where services are wanted its ports.
 *
 * <p><b>Confined to</b> one thread; each result depends on the arguments alone.
 */
final class DcosTaskRecords {

  private final DcosZoneConfig config;
  private final RecordCollector records;

  DcosTaskRecords(DcosZoneConfig config, RecordCollector records) {
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
    String label = DcosLabel.of(given);
    if (agent == null) {
      records.refuse(RefusalCode.UNKNOWN_AGENT, task.agentId());
    } else if (framework == null) {
      records.refuse(RefusalCode.UNKNOWN_FRAMEWORK, task.frameworkId());
    } else if (framework.suffixes().isEmpty()) {
      records.refuse(RefusalCode.UNUSABLE_FRAMEWORK_NAME, framework.name());
    } else if (label.isEmpty()) {
      records.refuse(RefusalCode.EMPTY_LABEL, given);
    } else {
      add(task, label, new Claim("task", framework.name(), given), framework, agent);
    }
    boolean weak = standing == Standing.NAMED_IF_ALL_ARE;
    return records.finish("task", task.id(), Terms.of(weak, policy.ttlSeconds()));
  }

  private void add(
      Task task, String label, Claim claim, KnownFramework framework, KnownAgent agent) {
    List<NetworkInfo> networks = networks(task);
    List<byte[]> node = agent.addresses();
    List<byte[]> container = addresses(networks);
    if (node.isEmpty()) {
      records.refuse(RefusalCode.NO_ADDRESS, task.agentId());
    }
    List<TaskPort> ports = TaskPorts.of(task, networks, records);
    boolean sharesNetwork = container.isEmpty() || isOnlyAddress(container, node);
    boolean mapped = ports.stream().anyMatch(port -> port.onNode() != 0);
    boolean byNode = container.isEmpty() || (mapped && !sharesNetwork);
    boolean served = config.services() && !ports.isEmpty();
    Services services = served ? new Services(task, label, ports, sharesNetwork) : null;
    for (DcosView view : DcosView.values()) {
      boolean ofNode = view == DcosView.AGENTIP || (view == DcosView.AUTOIP && byNode);
      List<byte[]> addresses = ofNode ? node : container;
      DomainName suffix = framework.suffixes().get(view);
      if (suffix != null && !addresses.isEmpty()) {
        DomainName owner = records.owner(label, suffix);
        records.address(owner, addresses);
        records.claim(owner, claim);
        if (services != null && owner != null) {
          services.add(suffix, owner, addresses, ofNode);
        }
      }
    }
  }

  /** Those of the newest status that tells addresses: a later one may speak of health alone. */
  private static List<NetworkInfo> networks(Task task) {
    List<NetworkInfo> found = List.of();
    double newest = 0;
    for (TaskStatus status : task.statuses()) {
      boolean tells = status.networks().stream().anyMatch(one -> !one.addresses().isEmpty());
      if (tells && (found.isEmpty() || status.timestampSeconds() >= newest)) {
        found = status.networks();
        newest = status.timestampSeconds();
      }
    }
    return found;
  }

  private static List<byte[]> addresses(List<NetworkInfo> networks) {
    List<IpAddress> addresses = new ArrayList<>();
    networks.forEach(network -> addresses.addAll(network.addresses()));
    return RecordCollector.encode(addresses);
  }

  private static boolean isOnlyAddress(List<byte[]> container, List<byte[]> node) {
    return container.size() == 1
        && node.stream().anyMatch(address -> Arrays.equals(address, container.get(0)));
  }

  /**
   * The ports of a task: {@code _<task>._<protocol>.<framework>…} has them all, {@code
   * _<port>._<protocol>.<task>.<framework>…} those of one name. They point to a name of this
   * instance alone, {@code <task>-<hash>-<agent>.<framework>…}, since the shared one would pair the
   * port of one instance with the address of another.
   */
  private final class Services {
    private final String service;
    private final String host;
    private final List<TaskPort> ports;
    private final boolean sharesNetwork;

    Services(Task task, String label, List<TaskPort> ports, boolean sharesNetwork) {
      this.ports = ports;
      this.sharesNetwork = sharesNetwork;
      String cut = HostLabel.shortenBehindUnderscore(label);
      if (cut.length() < label.length()) {
        records.refuse(RefusalCode.SHORTENED, "_" + label);
      }
      service = "_" + cut;
      String tail = DcosLabel.of(HostLabel.agentTail(task.agentId()));
      String suffix = "-" + HostLabel.taskHash(task.id()) + (tail.isEmpty() ? "" : "-" + tail);
      host = HostLabel.shortenBefore(suffix, label) + suffix;
    }

    void add(DomainName suffix, DomainName shared, List<byte[]> addresses, boolean ofNode) {
      DomainName own = null;
      for (TaskPort port : ports) {
        int number = number(port, ofNode);
        if (number != 0 && own == null) {
          own = records.owner(host, suffix);
          records.address(own, addresses);
        }
        if (number != 0 && own != null) {
          byte[] data = records.serviceData(own, number);
          String protocol = "._" + port.protocol();
          records.service(records.owner(service + protocol, suffix), data);
          String name = HostLabel.shortenBehindUnderscore(DcosLabel.of(port.name()));
          if (!name.isEmpty()) {
            records.service(records.owner("_" + name + protocol, shared), data);
          }
        }
      }
    }

    /** Zero when the port cannot be reached there. */
    private int number(TaskPort port, boolean ofNode) {
      if (sharesNetwork) {
        return port.onSharedNetwork();
      }
      return ofNode ? port.onNode() : port.inside();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.Contribution;
import io.dcosnet.dns.records.table.Contribution.Claim;
import io.dcosnet.dns.records.table.KnownAgent;
import io.dcosnet.dns.records.table.RecordCollector;
import io.dcosnet.dns.records.table.RefusalCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records of everything but tasks in the zone {@code mesos}: schedulers, agents, masters and
 * the name server itself.
 *
 * <p><b>Confined to</b> one thread; each result depends on the arguments alone.
 */
final class ClusterRecords {

  private final MesosDnsConfig config;
  private final RecordCollector records;
  private final DomainName origin;

  ClusterRecords(MesosDnsConfig config, RecordCollector records) {
    this.config = config;
    this.records = records;
    this.origin = config.apex().origin();
  }

  /**
   * The framework with what the names of its tasks end in. When its name can be no domain name, why
   * is noted for the records that are asked for next.
   */
  KnownFramework known(Framework framework) {
    String text = config.labels().domainFragment(framework.name());
    DomainName tasks = records.owner(text, origin);
    DomainName nodes = tasks == null ? null : records.owner(text + ".slave", origin);
    return new KnownFramework(framework.name(), nodes == null ? null : tasks, nodes);
  }

  Contribution of(Framework framework, KnownFramework known) {
    DomainName name = known.tasks();
    if (name != null && !framework.addresses().isEmpty()) {
      records.address(name, RecordCollector.encode(framework.addresses()));
      records.claim(name, new Claim("framework", "", framework.name()));
      service("_framework._tcp", name, name, framework.port());
    } else if (name != null && !framework.hostname().isEmpty()) {
      records.refuse(RefusalCode.NO_ADDRESS, framework.hostname());
    }
    return records.finish("framework", framework.id());
  }

  Contribution of(Agent agent, KnownAgent known) {
    if (known.addresses().isEmpty()) {
      records.refuse(RefusalCode.NO_ADDRESS, agent.hostname());
    } else {
      DomainName slave = named("slave");
      records.address(slave, known.addresses());
      records.claim(slave, new Claim("agents", "", ""));
      service("_slave._tcp", origin, slave, agent.port());
    }
    return records.finish("agent", agent.id());
  }

  /** Nothing at all while nobody leads. */
  Contribution of(Masters masters) {
    Master leader = masters.leader();
    if (leader != null) {
      HostPort leading = leader.endpoint();
      DomainName name = named("leader");
      records.address(name, encode(leading));
      records.claim(name, new Claim("leading master", "", ""));
      service("_leader._tcp", origin, name, leading.port());
      service("_leader._udp", origin, name, leading.port());
      number(leading, candidates(masters));
    }
    return records.finish("masters", "masters");
  }

  private List<HostPort> candidates(Masters masters) {
    List<HostPort> candidates = new ArrayList<>();
    for (String text : config.masters()) {
      try {
        candidates.add(HostPort.parse(text));
      } catch (DecodeException e) {
        records.refuse(RefusalCode.NO_ADDRESS, text);
      }
    }
    if (config.masters().isEmpty()) {
      masters.all().forEach(master -> candidates.add(master.endpoint()));
    }
    return candidates;
  }

  /**
   * Gives each master its {@code masterN}. The leader counts where it first stands in the list, or
   * at the end; another one counts when its address is new.
   */
  private void number(HostPort leader, List<HostPort> candidates) {
    Set<IpAddress> seen = new HashSet<>(Set.of(leader.address()));
    List<HostPort> numbered = new ArrayList<>();
    for (HostPort candidate : candidates) {
      boolean isNew =
          candidate.equals(leader) ? !numbered.contains(leader) : seen.add(candidate.address());
      if (isNew) {
        numbered.add(candidate);
      }
    }
    if (!numbered.contains(leader)) {
      numbered.add(leader);
    }
    DomainName all = named("master");
    records.claim(all, new Claim("masters", "", ""));
    for (int i = 0; i < numbered.size(); i++) {
      List<byte[]> address = encode(numbered.get(i));
      DomainName one = named("master" + i);
      records.address(all, address);
      records.address(one, address);
      records.claim(one, new Claim("master " + i, "", ""));
      if (config.masterServices()) {
        service("_master._tcp", origin, one, numbered.get(i).port());
      }
    }
  }

  /** The address of the name server that SOA and NS name. */
  Contribution listener() {
    records.address(config.apex().primary(), RecordCollector.encode(config.listenerAddresses()));
    return records.finish("listener", config.apex().primary().toString());
  }

  private void service(String prefix, DomainName zone, @Nullable DomainName target, int port) {
    DomainName owner = records.owner(prefix, zone);
    if (owner != null && target != null && port >= 0) {
      records.service(owner, records.serviceData(target, port));
    }
  }

  private @Nullable DomainName named(String label) {
    return records.owner(label, origin);
  }

  private static List<byte[]> encode(HostPort endpoint) {
    return RecordCollector.encode(List.of(endpoint.address()));
  }
}

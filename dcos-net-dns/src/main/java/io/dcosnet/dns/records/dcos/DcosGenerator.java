// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.dcos;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.DcosLabel;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.records.table.Contribution;
import io.dcosnet.dns.records.table.Contribution.Claim;
import io.dcosnet.dns.records.table.KnownAgent;
import io.dcosnet.dns.records.table.RecordCollector;
import io.dcosnet.dns.records.table.RecordGenerator;
import io.dcosnet.dns.records.table.RefusalCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of the zone {@code dcos.thisdcos.directory}. Agents and frameworks have no names there
 * of their own. <b>Confined to</b> one thread.
 */
final class DcosGenerator implements RecordGenerator {

  private static final int SRV_WEIGHT = 1;

  private final DcosZoneConfig config;
  private final RecordCollector records = new RecordCollector(SRV_WEIGHT);
  private final DcosTaskRecords ofTasks;
  private final Map<DcosView, DomainName> views = new EnumMap<>(DcosView.class);
  private final Map<String, KnownFramework> frameworks = new HashMap<>();
  private final Map<String, KnownAgent> agents = new HashMap<>();

  DcosGenerator(DcosZoneConfig config) {
    this.config = config;
    this.ofTasks = new DcosTaskRecords(config, records);
    for (DcosView view : DcosView.values()) {
      views.put(view, below(config.apex().origin(), view.label()));
    }
  }

  /** The configuration leaves room for these labels. */
  private DomainName below(DomainName zone, String label) {
    DomainName name = records.owner(label, zone);
    if (name == null) {
      throw new AssertionError("no room for " + label + " below " + zone);
    }
    return name;
  }

  @Override
  public Contribution learn(Framework framework) {
    String label = DcosLabel.of(framework.name());
    Map<DcosView, DomainName> suffixes = new EnumMap<>(DcosView.class);
    if (label.isEmpty()) {
      records.refuse(RefusalCode.EMPTY_LABEL, framework.name());
    } else {
      views.forEach((view, zone) -> suffixes.put(view, below(zone, label)));
    }
    frameworks.put(framework.id(), new KnownFramework(framework.name(), suffixes));
    return records.finish("framework", framework.id());
  }

  @Override
  public Contribution learn(Agent agent) {
    agents.put(agent.id(), KnownAgent.of(agent));
    return Contribution.NONE;
  }

  @Override
  public void forgetFramework(String id) {
    frameworks.remove(id);
  }

  @Override
  public void forgetAgent(String id) {
    agents.remove(id);
  }

  /** Masters have their name whether or not one of them leads. */
  @Override
  public Contribution of(Masters masters) {
    DomainName origin = config.apex().origin();
    List<IpAddress> all = new ArrayList<>();
    if (config.masters().isEmpty()) {
      masters.all().forEach(master -> all.add(master.endpoint().address()));
    }
    Master leader = masters.leader();
    if (leader != null) {
      IpAddress address = leader.endpoint().address();
      all.add(address);
      DomainName name = below(origin, "leader");
      records.address(name, RecordCollector.encode(List.of(address)));
      records.claim(name, new Claim("leading master", "", ""));
    }
    name(below(origin, "master"), all);
    return records.finish("masters", "masters");
  }

  /** The masters that the configuration lists, for as long as the zone is there. */
  Contribution configuredMasters() {
    name(below(config.apex().origin(), "master"), config.masters());
    return records.finish("configuration", "masters");
  }

  private void name(DomainName owner, List<IpAddress> addresses) {
    if (!addresses.isEmpty()) {
      records.address(owner, distinct(addresses));
      records.claim(owner, new Claim("masters", "", ""));
    }
  }

  /** A subject wants each record once, so that each counts once. */
  private static List<byte[]> distinct(List<IpAddress> addresses) {
    return RecordCollector.encode(addresses.stream().map(IpAddress::unmapped).distinct().toList());
  }

  @Override
  public Contribution of(Task task) {
    return ofTasks.of(task, frameworks.get(task.frameworkId()), agents.get(task.agentId()));
  }
}

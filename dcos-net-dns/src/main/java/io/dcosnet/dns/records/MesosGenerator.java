// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.dns.records.table.Contribution;
import io.dcosnet.dns.records.table.KnownAgent;
import io.dcosnet.dns.records.table.RecordGenerator;
import java.util.HashMap;
import java.util.Map;

/** The rules of the zone {@code mesos}, put together. <b>Confined to</b> one thread. */
final class MesosGenerator implements RecordGenerator {

  private final TaskRecords ofTasks;
  private final ClusterRecords ofOthers;
  private final Map<String, KnownFramework> frameworks = new HashMap<>();
  private final Map<String, KnownAgent> agents = new HashMap<>();

  MesosGenerator(TaskRecords ofTasks, ClusterRecords ofOthers) {
    this.ofTasks = ofTasks;
    this.ofOthers = ofOthers;
  }

  @Override
  public Contribution learn(Framework framework) {
    KnownFramework known = ofOthers.known(framework);
    frameworks.put(framework.id(), known);
    return ofOthers.of(framework, known);
  }

  @Override
  public Contribution learn(Agent agent) {
    KnownAgent known = KnownAgent.of(agent);
    agents.put(agent.id(), known);
    return ofOthers.of(agent, known);
  }

  @Override
  public void forgetFramework(String id) {
    frameworks.remove(id);
  }

  @Override
  public void forgetAgent(String id) {
    agents.remove(id);
  }

  @Override
  public Contribution of(Masters masters) {
    return ofOthers.of(masters);
  }

  @Override
  public Contribution of(Task task) {
    return ofTasks.of(task, frameworks.get(task.frameworkId()), agents.get(task.agentId()));
  }
}

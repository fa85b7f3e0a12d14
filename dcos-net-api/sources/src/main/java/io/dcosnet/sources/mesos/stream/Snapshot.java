// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that a master or an agent knows at one moment. <b>Immutable.</b>
 *
 * @param agents without addresses where a name hides them
 * @param agentHosts those names, by agent id
 * @param frameworkHosts likewise for frameworks
 * @param recoveredAgents ids of agents that a newly elected master knows of but has not heard from
 */
public record Snapshot(
    List<Task> tasks,
    List<Agent> agents,
    List<Framework> frameworks,
    Map<String, String> agentHosts,
    Map<String, String> frameworkHosts,
    Set<String> recoveredAgents) {
  public Snapshot {
    tasks = List.copyOf(tasks);
    agents = List.copyOf(agents);
    frameworks = List.copyOf(frameworks);
    agentHosts = Map.copyOf(agentHosts);
    frameworkHosts = Map.copyOf(frameworkHosts);
    recoveredAgents = Set.copyOf(recoveredAgents);
  }
}

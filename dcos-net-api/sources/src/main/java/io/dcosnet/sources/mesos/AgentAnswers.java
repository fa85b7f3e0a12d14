// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import io.dcosnet.sources.mesos.stream.Snapshot;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts together what an agent says of its tasks and what it says of itself. */
final class AgentAnswers {

  private AgentAnswers() {}

  /**
   * The cluster as seen from one node.
   *
   * @param tasks the answer to GET_STATE
   * @param self the answer to GET_AGENT; null when the agent is too old for it
   * @param address of the node, null for what the agent says
   * @throws StateRefusedException when there is no state in the answer
   */
  static MesosState combined(
      OperatorMessage tasks, @Nullable OperatorMessage self, @Nullable IpAddress address) {
    Snapshot snapshot = tasks.state();
    if (snapshot == null) {
      throw new StateRefusedException(
          Reason.NOT_A_STATE, "answer", shown(tasks) + " without a state", null);
    }
    Map<String, Agent> agents = new LinkedHashMap<>();
    snapshot.agents().forEach(agent -> agents.put(agent.id(), agent));
    Map<String, String> hosts = new HashMap<>(snapshot.agentHosts());
    Rejections rejections = new Rejections(MesosStateReader.DEFAULT_MAX_REJECTIONS);
    rejections.addAll(tasks.rejections());
    if (self != null) {
      rejections.addAll(self.rejections());
    }
    AgentParser.Found told = self == null ? null : self.agent();
    // The state of a master-like process names agents with their pid, which says more.
    if (told != null && agents.putIfAbsent(told.agent().id(), told.agent()) == null) {
      if (told.unresolved() != null) {
        hosts.put(told.agent().id(), told.unresolved());
      }
    }
    Agent own = own(told, agents);
    if (own != null && address != null) {
      agents.put(own.id(), own.withAddresses(List.of(address)));
      hosts.remove(own.id());
    }
    ClusterState cluster =
        ClusterState.of(
            snapshot.tasks().stream().filter(task -> !task.state().isTerminal()).toList(),
            agents.values(),
            snapshot.frameworks(),
            Masters.NONE);
    return new MesosState(cluster, rejections, hosts, snapshot.frameworkHosts(), Set.of(), false);
  }

  private static @Nullable Agent own(AgentParser.@Nullable Found told, Map<String, Agent> agents) {
    if (told != null) {
      return agents.get(told.agent().id());
    }
    return agents.size() == 1 ? agents.values().iterator().next() : null;
  }

  private static String shown(OperatorMessage message) {
    return Rejections.printable(message.type());
  }
}

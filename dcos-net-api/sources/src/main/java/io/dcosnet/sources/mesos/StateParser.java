// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.StateRefusedException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one document from its first to its last token. <b>Confined to</b> one thread. */
final class StateParser {

  private static final String LAST_COUNTS = "the last counts";

  private final JsonParser parser;
  private final Rejections rejections;
  private final JsonCursor in;
  private final AgentParser agentParser;
  private final FrameworkParser frameworkParser;

  private @Nullable String leader;
  private @Nullable String pid;
  private String leaderHostname = "";
  private List<AgentParser.Found> agents = List.of();
  private List<FrameworkParser.Found> frameworks = List.of();
  private final Set<String> recoveredAgents = new HashSet<>();

  StateParser(JsonParser parser, Rejections rejections) {
    this.parser = parser;
    this.rejections = rejections;
    this.in = new JsonCursor(parser, rejections);
    this.agentParser = new AgentParser(in);
    this.frameworkParser = new FrameworkParser(in);
  }

  MesosState state() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      String found = parser.currentToken() == null ? "empty" : "not an object";
      throw new StateRefusedException(
          Reason.NOT_A_STATE, found + " (expected: the body of /state of a Mesos master)");
    }
    while (in.nextField()) {
      switch (in.field()) {
        case "leader" -> leader = in.optionalText();
        case "pid" -> pid = in.optionalText();
        case "leader_info" -> leaderHostname = leaderHostname();
        case "slaves" -> agents = agents();
        case "frameworks" -> frameworks = frameworks();
        case "recovered_slaves" -> recoveredAgents();
        default -> in.skip();
      }
    }
    if (parser.nextToken() != null) {
      throw new StateRefusedException(Reason.NOT_JSON, "something follows the document");
    }
    if (leader == null || leader.isEmpty()) {
      throw new StateRefusedException(
          Reason.NO_LEADER,
          "no leader in it (an agent's state? a master without a leader? ask the leading master)");
    }
    return assemble(masters(leader));
  }

  private void requireArray() {
    if (!in.atArray()) {
      throw new StateRefusedException(
          Reason.NOT_A_STATE, in.field() + " is not an array (expected: the state of a master)");
    }
  }

  private List<AgentParser.Found> agents() throws IOException {
    requireArray();
    List<AgentParser.Found> found = new ArrayList<>();
    while (in.nextElement()) {
      if (in.enterObject("agent")) {
        AgentParser.Found agent = agentParser.agent();
        if (agent != null) {
          found.add(agent);
        }
      }
    }
    return found;
  }

  private List<FrameworkParser.Found> frameworks() throws IOException {
    requireArray();
    List<FrameworkParser.Found> found = new ArrayList<>();
    while (in.nextElement()) {
      if (in.enterObject("framework")) {
        found.add(frameworkParser.framework());
      }
    }
    return found;
  }

  private void recoveredAgents() throws IOException {
    recoveredAgents.clear();
    if (!in.enterArray()) {
      return;
    }
    while (in.nextElement()) {
      if (in.enterObject("recovered agent")) {
        while (in.nextField()) {
          if (in.field().equals("id")) {
            recoveredAgents.add(in.sharedText(""));
          } else {
            in.skip();
          }
        }
      }
    }
  }

  private String leaderHostname() throws IOException {
    String hostname = "";
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("hostname")) {
          hostname = in.text("");
        } else {
          in.skip();
        }
      }
    }
    return hostname;
  }

  /** A leader that is no endpoint is as good as none, but the rest of the document stands. */
  private Masters masters(String text) {
    Pid pid = Pid.parse(text);
    IpAddress address = pid == null ? null : pid.address();
    if (pid == null || address == null) {
      rejections.add(
          "master", "LEADER_BAD_ADDRESS", "leader: " + text + " (expected: master@address:port)");
      return Masters.NONE;
    }
    Master master = new Master(new HostPort(address, pid.port()), leaderHostname);
    return new Masters(List.of(), master);
  }

  private MesosState assemble(Masters masters) {
    Map<String, Agent> agentsById = new LinkedHashMap<>();
    Map<String, String> agentHosts = new HashMap<>();
    for (AgentParser.Found found : agents) {
      Agent agent = found.agent();
      if (agentsById.put(agent.id(), agent) != null) {
        rejectDuplicate("agent", agent.id(), "AGENT_DUPLICATE", LAST_COUNTS);
      }
      setOrRemove(agentHosts, agent.id(), found.unresolved());
    }
    Map<String, String> frameworkHosts = new HashMap<>();
    Map<String, Framework> frameworksById = new LinkedHashMap<>();
    Map<String, Integer> timesSeen = new HashMap<>();
    Map<TaskKey, Integer> copiesOf = new HashMap<>();
    Map<TaskKey, Task> tasks = new LinkedHashMap<>();
    for (FrameworkParser.Found found : frameworks) {
      Framework framework = identified(found.framework(), frameworksById, timesSeen);
      frameworksById.put(framework.id(), framework);
      setOrRemove(frameworkHosts, framework.id(), found.unresolved());
      for (Task.Builder builder : found.tasks()) {
        Task task = builder.framework(framework.id()).build();
        Integer copies = copiesOf.merge(task.key(), 1, Integer::sum);
        if (copies > 1) {
          // Mesos-DNS names every task of the list, whatever its id.
          task = builder.copy(copies - 1).build();
          rejectDuplicate("task", task.id(), "TASK_DUPLICATE", "each of them counts");
        }
        tasks.put(task.key(), task);
      }
    }
    ClusterState state =
        ClusterState.of(tasks.values(), agentsById.values(), frameworksById.values(), masters);
    return new MesosState(
        state, rejections, agentHosts, frameworkHosts, recoveredAgents, isFromFollower());
  }

  /** Where the document does not say who wrote it, as one made by hand, it is taken as it is. */
  private boolean isFromFollower() {
    return pid != null && leader != null && !pid.strip().equals(leader.strip());
  }

  /**
   * The framework under an id of its own. Names need no id, so nothing is lost when it is missing
   * or given twice, as in a state written by hand.
   */
  private Framework identified(
      Framework framework, Map<String, Framework> known, Map<String, Integer> timesSeen) {
    String wanted = framework.id().isEmpty() ? framework.name() : framework.id();
    if (!framework.id().isEmpty() && known.containsKey(wanted)) {
      rejectDuplicate(
          "framework", wanted, "FRAMEWORK_DUPLICATE", "this one goes by another id here");
    }
    String id = wanted;
    while (known.containsKey(id)) {
      id = wanted + "#" + timesSeen.merge(wanted, 1, Integer::sum);
    }
    return id.equals(framework.id()) ? framework : framework.withId(id);
  }

  private void rejectDuplicate(String kind, String id, String code, String consequence) {
    rejections.open(kind);
    rejections.add(code, "id: occurs more than once (" + consequence + ")");
    rejections.close(id);
  }

  private static void setOrRemove(Map<String, String> map, String key, @Nullable String value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }
}

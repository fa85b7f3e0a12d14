// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkPut;
import io.dcosnet.sources.mesos.stream.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the {@code get_state} of a master or an agent. <b>Confined to</b> one thread, and to one
 * document.
 */
final class SnapshotParser {

  private final JsonCursor in;
  private final EventTaskParser taskParser;
  private final EventNodeParser nodeParser;

  private final Map<TaskKey, Task> tasks = new LinkedHashMap<>();
  private final Map<TaskKey, Integer> copiesOf = new HashMap<>();
  private final Map<String, Agent> agents = new LinkedHashMap<>();
  private final Map<String, Framework> frameworks = new LinkedHashMap<>();
  private final Map<String, String> agentHosts = new HashMap<>();
  private final Map<String, String> frameworkHosts = new HashMap<>();
  private final Set<String> recoveredAgents = new LinkedHashSet<>();

  SnapshotParser(JsonCursor in, EventTaskParser taskParser, EventNodeParser nodeParser) {
    this.in = in;
    this.taskParser = taskParser;
    this.nodeParser = nodeParser;
  }

  /** The state in the object that the cursor has entered. */
  Snapshot snapshot() throws IOException {
    while (in.nextField()) {
      switch (in.field()) {
        case "get_tasks" -> tasks();
        case "get_executors" -> list("executors", this::executor);
        case "get_frameworks" -> list("frameworks", this::framework);
        case "get_agents" -> agents();
        default -> in.skip();
      }
    }
    return new Snapshot(
        List.copyOf(tasks.values()),
        List.copyOf(agents.values()),
        List.copyOf(frameworks.values()),
        agentHosts,
        frameworkHosts,
        recoveredAgents);
  }

  private interface Element {
    void read() throws IOException;
  }

  private void list(String field, Element element) throws IOException {
    if (!in.enterObject(in.field())) {
      return;
    }
    while (in.nextField()) {
      if (in.field().equals(field)) {
        elements(element);
      } else {
        in.skip();
      }
    }
  }

  private void elements(Element element) throws IOException {
    if (in.enterArray()) {
      String what = in.field();
      while (in.nextElement()) {
        if (in.enterObject(what)) {
          element.read();
        }
      }
    }
  }

  private void tasks() throws IOException {
    if (in.enterObject(in.field())) {
      runningTasks();
    }
  }

  /** Masters have them under {@code tasks}, agents under {@code launched_tasks}. */
  private void runningTasks() throws IOException {
    List<Task.Builder> running = null;
    List<Task.Builder> launched = new ArrayList<>();
    while (in.nextField()) {
      switch (in.field()) {
        case "tasks" -> running = taskList();
        case "launched_tasks" -> launched = taskList();
        default -> in.skip();
      }
    }
    for (Task.Builder builder : running != null ? running : launched) {
      add(builder);
    }
  }

  private List<Task.Builder> taskList() throws IOException {
    List<Task.Builder> list = new ArrayList<>();
    elements(
        () -> {
          Task.Builder task = taskParser.task();
          if (task != null) {
            list.add(task);
          }
        });
    return list;
  }

  private void add(Task.Builder builder) {
    Task task = builder.build();
    int copies = copiesOf.merge(task.key(), 1, Integer::sum);
    if (copies > 1) {
      rejectDuplicate("task", task.id(), "TASK_DUPLICATE", "each of them counts");
      task = builder.copy(copies - 1).build();
    }
    tasks.put(task.key(), task);
  }

  /** Executors tell of their tasks in some versions; what was told already counts once. */
  private void executor() throws IOException {
    while (in.nextField()) {
      switch (in.field()) {
        case "tasks", "launched_tasks" -> {
          for (Task.Builder builder : taskList()) {
            Task task = builder.build();
            if (tasks.putIfAbsent(task.key(), task) == null) {
              copiesOf.put(task.key(), 1);
            }
          }
        }
        default -> in.skip();
      }
    }
  }

  private void framework() throws IOException {
    FrameworkPut found = nodeParser.framework();
    if (found == null) {
      return;
    }
    Framework framework = found.framework();
    if (frameworks.put(framework.id(), framework) != null) {
      rejectDuplicate("framework", framework.id(), "FRAMEWORK_DUPLICATE", "the last counts");
      frameworkHosts.remove(framework.id());
    }
    if (found.host() != null) {
      frameworkHosts.put(framework.id(), found.host());
    }
  }

  private void agents() throws IOException {
    if (!in.enterObject(in.field())) {
      return;
    }
    while (in.nextField()) {
      switch (in.field()) {
        case "agents" -> elements(this::agent);
        case "recovered_agents" -> elements(this::recoveredAgent);
        default -> in.skip();
      }
    }
  }

  private void agent() throws IOException {
    AgentParser.Found found = nodeParser.agent();
    if (found == null) {
      return;
    }
    Agent agent = found.agent();
    if (agents.put(agent.id(), agent) != null) {
      rejectDuplicate("agent", agent.id(), "AGENT_DUPLICATE", "the last counts");
      agentHosts.remove(agent.id());
    }
    if (found.unresolved() != null) {
      agentHosts.put(agent.id(), found.unresolved());
    }
  }

  private void recoveredAgent() throws IOException {
    String id = "";
    while (in.nextField()) {
      if (in.field().equals("id")) {
        id = in.id();
      } else {
        in.skip();
      }
    }
    if (!id.isEmpty()) {
      recoveredAgents.add(id);
    }
  }

  private void rejectDuplicate(String kind, String id, String code, String consequence) {
    Rejections rejections = in.rejections();
    rejections.open(kind);
    rejections.add(code, "id: occurs more than once (" + consequence + ")");
    rejections.close(id);
  }
}

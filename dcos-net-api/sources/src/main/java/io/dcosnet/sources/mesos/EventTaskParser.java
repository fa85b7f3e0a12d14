// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.sources.mesos.stream.OperatorEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads tasks and their updates as the operator API has them. <b>Confined to</b> one thread. */
final class EventTaskParser {

  private final JsonCursor in;
  private final NetworkParser networks;
  private final TaskDetailParser details;

  EventTaskParser(JsonCursor in) {
    this.in = in;
    this.networks = new NetworkParser(in);
    this.details = new TaskDetailParser(in, networks);
  }

  /** The task in the object that the cursor has entered; null when it must be left out. */
  Task.@Nullable Builder task() throws IOException {
    in.rejections().open("task");
    String id = "";
    String name = "";
    String frameworkId = "";
    String agentId = "";
    Task.Builder task = Task.named("").state(TaskState.UNKNOWN);
    while (in.nextField()) {
      switch (in.field()) {
        case "task_id" -> id = in.id();
        case "name" -> name = in.sharedText("");
        case "framework_id" -> frameworkId = in.id();
        case "agent_id" -> agentId = in.id();
        case "state" -> task.state(TaskState.of(in.text("")));
        case "statuses" -> task.statuses(details.statuses());
        case "labels" -> task.labels(networks.labels());
        case "resources" -> task.ports(resourcePorts());
        case "discovery" -> task.discovery(details.discovery());
        case "container" -> task.container(details.container());
        case "health_check" -> {
          task.healthChecked(true);
          in.skip();
        }
        default -> in.skip();
      }
    }
    boolean usable = usable(id, frameworkId) && onAgent(agentId);
    in.rejections().close(id.isEmpty() ? name : id);
    return usable ? task.id(id).name(name).framework(frameworkId).runningOn(agentId) : null;
  }

  private boolean usable(String id, String frameworkId) {
    if (id.isEmpty()) {
      in.rejections().add("TASK_NO_ID", "task_id: missing (expected: an id)");
    } else if (frameworkId.isEmpty()) {
      in.rejections().add("TASK_NO_FRAMEWORK", "framework_id: missing (expected: an id)");
    }
    return !id.isEmpty() && !frameworkId.isEmpty();
  }

  private boolean onAgent(String agentId) {
    if (agentId.isEmpty()) {
      in.rejections().add("TASK_NO_AGENT", "agent_id: missing (expected: the id of an agent)");
    }
    return !agentId.isEmpty();
  }

  /** Host ports in their order; several resources may be of ports, each for another role. */
  private List<PortRange> resourcePorts() throws IOException {
    List<PortRange> ports = new ArrayList<>(2);
    if (!in.enterArray()) {
      return ports;
    }
    while (in.nextElement()) {
      if (!in.enterObject("resource")) {
        continue;
      }
      String name = "";
      List<PortRange> ranges = List.of();
      while (in.nextField()) {
        switch (in.field()) {
          case "name" -> name = in.sharedText("");
          case "ranges" -> ranges = ranges();
          case "scalar" -> ranges = scalar();
          default -> in.skip();
        }
      }
      if (name.equals("ports")) {
        ports.addAll(ranges);
      }
    }
    return PortRanges.bounded(ports, in.rejections());
  }

  private List<PortRange> ranges() throws IOException {
    List<PortRange> ranges = new ArrayList<>(2);
    if (!in.enterObject(in.field())) {
      return ranges;
    }
    while (in.nextField()) {
      if (!in.field().equals("range") || !in.enterArray()) {
        in.skip();
        continue;
      }
      while (in.nextElement()) {
        if (in.enterObject("range")) {
          addRange(ranges);
        }
      }
    }
    return ranges;
  }

  /** One port; for other resources an amount, which may happen to look like one. */
  private List<PortRange> scalar() throws IOException {
    double value = -1;
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("value")) {
          value = in.number(-1);
        } else {
          in.skip();
        }
      }
    }
    boolean port = value >= 0 && value <= 65535 && value == Math.rint(value);
    return port ? List.of(new PortRange((int) value, (int) value)) : List.of();
  }

  private void addRange(List<PortRange> ranges) throws IOException {
    double begin = -1;
    double end = -1;
    while (in.nextField()) {
      switch (in.field()) {
        case "begin" -> begin = in.number(-1);
        case "end" -> end = in.number(-1);
        default -> in.skip();
      }
    }
    // Other resources have ranges too, and those are no ports: a fault there concerns nobody.
    boolean ports = begin >= 0 && end <= 65535 && begin <= end;
    if (ports && ranges.size() <= PortRanges.MAX_PORTS) {
      ranges.add(new PortRange((int) begin, (int) end));
    }
  }

  /** The update in the object that the cursor has entered; null when it must be left out. */
  OperatorEvent.@Nullable TaskUpdated update() throws IOException {
    in.rejections().open("task");
    String id = "";
    String frameworkId = "";
    String agentId = "";
    TaskState state = null;
    TaskDetailParser.Report report = null;
    while (in.nextField()) {
      switch (in.field()) {
        case "task_id" -> id = in.id();
        case "framework_id" -> frameworkId = in.id();
        case "agent_id" -> agentId = in.id();
        case "state" -> state = TaskState.of(in.text(""));
        case "status" -> report = in.enterObject("status") ? details.report() : null;
        default -> in.skip();
      }
    }
    if (report != null) {
      id = report.taskId().isEmpty() ? id : report.taskId();
      agentId = report.agentId().isEmpty() ? agentId : report.agentId();
    }
    boolean usable = usable(id, frameworkId);
    in.rejections().close(id);
    if (!usable) {
      return null;
    }
    return report == null
        ? new OperatorEvent.TaskUpdated(frameworkId, id, agentId, state, null, false)
        : new OperatorEvent.TaskUpdated(
            frameworkId, id, agentId, state, report.status(), report.hasState());
  }
}

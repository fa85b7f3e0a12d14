// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one task in the form that the state document has. <b>Confined to</b> one thread. */
final class TaskParser {

  private final JsonCursor in;
  private final NetworkParser networks;
  private final TaskDetailParser details;

  TaskParser(JsonCursor in) {
    this.in = in;
    this.networks = new NetworkParser(in);
    this.details = new TaskDetailParser(in, networks);
  }

  /** The task in the object that the cursor has entered; null when it must be left out. */
  Task.@Nullable Builder task() throws IOException {
    in.rejections().open("task");
    String id = "";
    String name = "";
    String agentId = "";
    Task.Builder task = Task.named("").state(TaskState.UNKNOWN);
    while (in.nextField()) {
      switch (in.field()) {
        case "id" -> id = in.text("");
        case "name" -> name = in.sharedText("");
        case "slave_id" -> agentId = in.sharedText("");
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
    boolean usable = usable(id, name, agentId);
    in.rejections().close(id.isEmpty() ? name : id);
    return usable ? task.id(id).name(name).runningOn(agentId) : null;
  }

  private boolean usable(String id, String name, String agentId) {
    if (id.isEmpty()) {
      in.rejections().add("TASK_NO_ID", "name: " + name + " (expected: an id)");
    } else if (agentId.isEmpty()) {
      in.rejections().add("TASK_NO_AGENT", "slave_id: missing (expected: the id of an agent)");
    }
    return !id.isEmpty() && !agentId.isEmpty();
  }

  private List<PortRange> resourcePorts() throws IOException {
    List<PortRange> ports = List.of();
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("ports")) {
          ports = PortRanges.parse(in.text(""), in.rejections());
        } else {
          in.skip();
        }
      }
    }
    return ports;
  }
}

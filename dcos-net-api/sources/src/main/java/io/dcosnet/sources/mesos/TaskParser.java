// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one task in the form that the state document has. <b>Confined to</b> one thread. */
final class TaskParser {

  private final JsonCursor in;
  private final NetworkParser networks;

  TaskParser(JsonCursor in) {
    this.in = in;
    this.networks = new NetworkParser(in);
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
        case "statuses" -> task.statuses(statuses());
        case "labels" -> task.labels(networks.labels());
        case "resources" -> task.ports(resourcePorts());
        case "discovery" -> task.discovery(discovery());
        case "container" -> task.container(container());
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

  private List<TaskStatus> statuses() throws IOException {
    if (!in.enterArray()) {
      return List.of();
    }
    List<TaskStatus> statuses = new ArrayList<>(4);
    while (in.nextElement()) {
      if (in.enterObject("status")) {
        statuses.add(status());
      }
    }
    return statuses;
  }

  private TaskStatus status() throws IOException {
    TaskState state = TaskState.UNKNOWN;
    double timestamp = 0;
    Boolean healthy = null;
    Labels labels = Labels.NONE;
    List<NetworkInfo> infos = List.of();
    while (in.nextField()) {
      switch (in.field()) {
        case "state" -> state = TaskState.of(in.text(""));
        case "timestamp" -> timestamp = in.number(0);
        case "healthy" -> healthy = in.truth(null);
        case "labels" -> labels = networks.labels();
        case "container_status" -> infos = containerNetworks();
        default -> in.skip();
      }
    }
    return new TaskStatus(state, timestamp, healthy, infos, labels);
  }

  private List<NetworkInfo> containerNetworks() throws IOException {
    List<NetworkInfo> infos = List.of();
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("network_infos")) {
          infos = networks.networks();
        } else {
          in.skip();
        }
      }
    }
    return infos;
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

  private @Nullable Discovery discovery() throws IOException {
    if (!in.enterObject(in.field())) {
      return null;
    }
    String name = "";
    String visibility = "";
    List<Discovery.Port> ports = List.of();
    Labels labels = Labels.NONE;
    while (in.nextField()) {
      switch (in.field()) {
        case "name" -> name = in.sharedText("");
        case "visibility" -> visibility = in.sharedText("");
        case "ports" -> ports = discoveryPorts();
        case "labels" -> labels = networks.labels();
        default -> in.skip();
      }
    }
    return new Discovery(name, visibility, ports, labels);
  }

  /** Ports in an object that holds the array under the same name. */
  private List<Discovery.Port> discoveryPorts() throws IOException {
    List<Discovery.Port> ports = new ArrayList<>(2);
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (!in.field().equals("ports")) {
          in.skip();
        } else if (in.enterArray()) {
          ports.clear();
          while (in.nextElement()) {
            if (in.enterObject("port")) {
              addDiscoveryPort(ports);
            }
          }
        }
      }
    }
    return ports;
  }

  private void addDiscoveryPort(List<Discovery.Port> ports) throws IOException {
    int number = 0;
    String name = "";
    String protocol = "";
    Labels labels = Labels.NONE;
    while (in.nextField()) {
      switch (in.field()) {
        case "number" -> number = in.port();
        case "name" -> name = in.sharedText("");
        case "protocol" -> protocol = in.sharedText("");
        case "labels" -> labels = networks.labels();
        default -> in.skip();
      }
    }
    if (number >= 0) {
      ports.add(new Discovery.Port(number, name, protocol, labels));
    }
  }

  private @Nullable Container container() throws IOException {
    if (!in.enterObject(in.field())) {
      return null;
    }
    Container.Type type = Container.Type.MESOS;
    List<NetworkInfo> infos = List.of();
    List<PortMapping> dockerMappings = List.of();
    while (in.nextField()) {
      switch (in.field()) {
        case "type" ->
            type =
                switch (in.text("")) {
                  case "MESOS" -> Container.Type.MESOS;
                  case "DOCKER" -> Container.Type.DOCKER;
                  default -> Container.Type.UNKNOWN;
                };
        case "network_infos" -> infos = networks.networks();
        case "docker" -> dockerMappings = dockerPortMappings();
        default -> in.skip();
      }
    }
    return new Container(type, infos, dockerMappings);
  }

  private List<PortMapping> dockerPortMappings() throws IOException {
    List<PortMapping> mappings = List.of();
    if (in.enterObject(in.field())) {
      while (in.nextField()) {
        if (in.field().equals("port_mappings")) {
          mappings = networks.portMappings();
        } else {
          in.skip();
        }
      }
    }
    return mappings;
  }
}

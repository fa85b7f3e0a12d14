// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a task that look alike in the state document and in the operator API.
 * <b>Confined to</b> one thread.
 */
final class TaskDetailParser {

  /**
   * A status with what it says of whom; the ids are empty where it does not say.
   *
   * @param hasState false when the state is missing
   */
  record Report(String taskId, String agentId, TaskStatus status, boolean hasState) {}

  private final JsonCursor in;
  private final NetworkParser networks;

  TaskDetailParser(JsonCursor in, NetworkParser networks) {
    this.in = in;
    this.networks = networks;
  }

  List<TaskStatus> statuses() throws IOException {
    if (!in.enterArray()) {
      return List.of();
    }
    List<TaskStatus> statuses = new ArrayList<>(4);
    while (in.nextElement()) {
      if (in.enterObject("status")) {
        statuses.add(report().status());
      }
    }
    return statuses;
  }

  /** The status in the object that the cursor has entered. */
  Report report() throws IOException {
    TaskState state = null;
    double timestamp = 0;
    Boolean healthy = null;
    Labels labels = Labels.NONE;
    List<NetworkInfo> infos = List.of();
    String taskId = "";
    String agentId = "";
    while (in.nextField()) {
      switch (in.field()) {
        case "task_id" -> taskId = in.id();
        case "agent_id" -> agentId = in.id();
        case "state" -> state = TaskState.of(in.text(""));
        case "timestamp" -> timestamp = in.number(0);
        case "healthy" -> healthy = in.truth(null);
        case "labels" -> labels = networks.labels();
        case "container_status" -> infos = containerNetworks();
        default -> in.skip();
      }
    }
    TaskState known = state == null ? TaskState.UNKNOWN : state;
    TaskStatus status = new TaskStatus(known, timestamp, healthy, infos, labels);
    return new Report(taskId, agentId, status, state != null);
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

  @Nullable Discovery discovery() throws IOException {
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

  @Nullable Container container() throws IOException {
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

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.PortRange;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a task. The numbers are the format: none is ever used for something else.
 *
 * <pre>
 * task        1 framework id  2 task id  3 copy  4 name  5 agent id  6 state  7 status*  8 label*
 *             9 discovery  10 container  11 ports (first, last - first)*  12 health checked
 * status      1 state  2 timestamp  3 healthy (1 no, 2 yes)  4 network*  5 label*
 *             6 same as in the status before: 1 networks, 2 labels
 * network     1 name  2 address*  3 port mapping*  4 label*
 * mapping     1 host port  2 container port  3 protocol, tcp when it is missing
 * discovery   1 name  2 visibility  3 port*  4 label*  5 its name is that of the task
 * port        1 number  2 name  3 protocol, tcp when it is missing  4 label*
 * container   1 type (1 Mesos, 2 Docker)  2 network*  3 Docker port mapping*
 * label       1 key  2 value
 * </pre>
 */
final class TaskCodec {

  private static final String TCP = "tcp";
  private static final int NO = 1;
  private static final int YES = 2;
  private static final int SAME_NETWORKS = 1;
  private static final int SAME_LABELS = 2;

  private TaskCodec() {}

  static FieldWriter write(FieldWriter out, Task task) {
    writeKey(out, task.key());
    out.text(4, task.name()).text(5, task.agentId()).number(6, task.state().number());
    TaskStatus before = null;
    for (TaskStatus status : task.statuses()) {
      out.message(7, status(status, before));
      before = status;
    }
    writeLabels(out, 8, task.labels());
    Discovery discovery = task.discovery();
    if (discovery != null) {
      out.message(9, discovery(discovery, task.name()));
    }
    Container container = task.container();
    if (container != null) {
      out.message(10, container(container));
    }
    if (!task.resourcePorts().isEmpty()) {
      FieldWriter ports = new FieldWriter();
      for (PortRange range : task.resourcePorts()) {
        ports.varint(range.first()).varint(range.last() - range.first());
      }
      out.message(11, ports);
    }
    return out.flag(12, task.healthChecked());
  }

  static FieldWriter writeKey(FieldWriter out, TaskKey key) {
    return out.text(1, key.frameworkId()).text(2, key.taskId()).number(3, key.copy());
  }

  private static FieldWriter status(TaskStatus status, @Nullable TaskStatus before) {
    FieldWriter out = new FieldWriter();
    out.number(1, status.state().number()).real(2, status.timestampSeconds());
    Boolean healthy = status.healthy();
    out.number(3, healthy == null ? 0 : healthy ? YES : NO);
    boolean networks = before != null && before.networks().equals(status.networks());
    boolean labels = before != null && before.labels().equals(status.labels());
    if (!networks) {
      status.networks().forEach(network -> out.message(4, network(network)));
    }
    if (!labels) {
      writeLabels(out, 5, status.labels());
    }
    return out.number(6, (networks ? SAME_NETWORKS : 0) | (labels ? SAME_LABELS : 0));
  }

  private static FieldWriter network(NetworkInfo network) {
    FieldWriter out = new FieldWriter();
    out.text(1, network.name());
    network.addresses().forEach(address -> out.address(2, address));
    network.portMappings().forEach(mapping -> out.message(3, mapping(mapping)));
    writeLabels(out, 4, network.labels());
    return out;
  }

  private static FieldWriter mapping(PortMapping mapping) {
    FieldWriter out = new FieldWriter();
    out.number(1, mapping.hostPort()).number(2, mapping.containerPort());
    return protocol(out, mapping.protocol());
  }

  private static FieldWriter protocol(FieldWriter out, String protocol) {
    return protocol.equals(TCP) ? out : out.element(3, protocol);
  }

  private static FieldWriter discovery(Discovery discovery, String taskName) {
    FieldWriter out = new FieldWriter();
    boolean same = discovery.name().equals(taskName);
    out.text(1, same ? "" : discovery.name()).text(2, discovery.visibility());
    for (Discovery.Port port : discovery.ports()) {
      FieldWriter inner = new FieldWriter();
      inner.number(1, port.number()).text(2, port.name());
      protocol(inner, port.protocol());
      writeLabels(inner, 4, port.labels());
      out.message(3, inner);
    }
    writeLabels(out, 4, discovery.labels());
    return out.flag(5, same);
  }

  private static FieldWriter container(Container container) {
    FieldWriter out = new FieldWriter();
    out.number(
        1,
        switch (container.type()) {
          case MESOS -> 1;
          case DOCKER -> 2;
          case UNKNOWN -> 0;
        });
    container.networks().forEach(network -> out.message(2, network(network)));
    container.dockerPortMappings().forEach(mapping -> out.message(3, mapping(mapping)));
    return out;
  }

  static void writeLabels(FieldWriter out, int field, Labels labels) {
    for (Labels.Label label : labels.entries()) {
      out.message(field, new FieldWriter().text(1, label.key()).text(2, label.value()));
    }
  }

  static Task read(FieldReader in) {
    KeyFields key = new KeyFields();
    Task.Builder task = Task.named("");
    task.state(TaskState.STARTING);
    String name = "";
    FieldReader discovery = null;
    List<Labels.Label> labels = new ArrayList<>(0);
    TaskStatus before = null;
    while (in.next()) {
      switch (in.field()) {
        case 4 -> name = in.text();
        case 5 -> task.runningOn(in.text());
        case 6 -> task.state(state(in.number()));
        case 7 -> {
          before = readStatus(in.message(), before);
          task.status(before);
        }
        case 8 -> labels.add(readLabel(in.message()));
        case 9 -> discovery = in.message();
        case 10 -> task.container(readContainer(in.message()));
        case 11 -> readPorts(in, task);
        case 12 -> task.healthChecked(in.flag());
        default -> key.read(in);
      }
    }
    if (discovery != null) {
      task.discovery(readDiscovery(discovery, name));
    }
    task.framework(key.framework).id(key.task).copy(key.copy);
    return task.name(name).labels(labels(labels)).build();
  }

  static TaskKey readKey(FieldReader in) {
    KeyFields key = new KeyFields();
    while (in.next()) {
      key.read(in);
    }
    return new TaskKey(key.framework, key.task, key.copy);
  }

  /** The fields that tell tasks apart. */
  private static final class KeyFields {
    private String framework = "";
    private String task = "";
    private int copy;

    void read(FieldReader in) {
      switch (in.field()) {
        case 1 -> framework = in.text();
        case 2 -> task = in.text();
        case 3 -> copy = in.number(Integer.MAX_VALUE);
        default -> {}
      }
    }
  }

  private static TaskStatus readStatus(FieldReader in, @Nullable TaskStatus before) {
    TaskState state = TaskState.STARTING;
    double timestamp = 0;
    Boolean healthy = null;
    List<NetworkInfo> networks = new ArrayList<>(1);
    List<Labels.Label> labels = new ArrayList<>(0);
    long same = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> state = state(in.number());
        case 2 -> timestamp = in.real();
        case 3 -> healthy = in.number() == YES;
        case 4 -> networks.add(readNetwork(in.message()));
        case 5 -> labels.add(readLabel(in.message()));
        case 6 -> same = in.number();
        default -> {}
      }
    }
    Labels allLabels = labels(labels);
    if (before != null) {
      networks = (same & SAME_NETWORKS) == 0 ? networks : before.networks();
      allLabels = (same & SAME_LABELS) == 0 ? allLabels : before.labels();
    }
    return new TaskStatus(state, timestamp, healthy, networks, allLabels);
  }

  /** A state that is newer than we are is one that we do not know. */
  private static TaskState state(long number) {
    for (TaskState state : TaskState.values()) {
      if (state.number() == number) {
        return state;
      }
    }
    return TaskState.UNKNOWN;
  }

  private static NetworkInfo readNetwork(FieldReader in) {
    String name = "";
    List<IpAddress> addresses = new ArrayList<>(1);
    List<PortMapping> mappings = new ArrayList<>(0);
    List<Labels.Label> labels = new ArrayList<>(0);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> addresses.add(in.address());
        case 3 -> mappings.add(readMapping(in.message()));
        case 4 -> labels.add(readLabel(in.message()));
        default -> {}
      }
    }
    return new NetworkInfo(name, addresses, mappings, labels(labels));
  }

  private static PortMapping readMapping(FieldReader in) {
    int host = 0;
    int container = 0;
    String protocol = TCP;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> host = (int) in.number();
        case 2 -> container = (int) in.number();
        case 3 -> protocol = in.text();
        default -> {}
      }
    }
    return new PortMapping(host, container, protocol);
  }

  private static Discovery readDiscovery(FieldReader in, String taskName) {
    String name = "";
    String visibility = "";
    List<Discovery.Port> ports = new ArrayList<>(1);
    List<Labels.Label> labels = new ArrayList<>(0);
    boolean same = false;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 2 -> visibility = in.text();
        case 3 -> ports.add(readPort(in.message()));
        case 4 -> labels.add(readLabel(in.message()));
        case 5 -> same = in.flag();
        default -> {}
      }
    }
    return new Discovery(same ? taskName : name, visibility, ports, labels(labels));
  }

  private static Discovery.Port readPort(FieldReader in) {
    int number = 0;
    String name = "";
    String protocol = TCP;
    List<Labels.Label> labels = new ArrayList<>(0);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> number = (int) in.number();
        case 2 -> name = in.text();
        case 3 -> protocol = in.text();
        case 4 -> labels.add(readLabel(in.message()));
        default -> {}
      }
    }
    return new Discovery.Port(number, name, protocol, labels(labels));
  }

  private static Container readContainer(FieldReader in) {
    Container.Type type = Container.Type.UNKNOWN;
    List<NetworkInfo> networks = new ArrayList<>(1);
    List<PortMapping> mappings = new ArrayList<>(0);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = containerType(in.number());
        case 2 -> networks.add(readNetwork(in.message()));
        case 3 -> mappings.add(readMapping(in.message()));
        default -> {}
      }
    }
    return new Container(type, networks, mappings);
  }

  private static Container.Type containerType(long number) {
    return number == 1
        ? Container.Type.MESOS
        : number == 2 ? Container.Type.DOCKER : Container.Type.UNKNOWN;
  }

  private static void readPorts(FieldReader field, Task.Builder task) {
    FieldReader in = field.message();
    while (in.hasMore()) {
      long first = in.varint();
      long more = in.varint();
      if (first < 0 || more < 0 || first > 65535 || more > 65535 - first) {
        throw field.fault("ports within 0-65535");
      }
      task.ports((int) first, (int) (first + more));
    }
  }

  static Labels.Label readLabel(FieldReader in) {
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.text();
        case 2 -> value = in.text();
        default -> {}
      }
    }
    return new Labels.Label(key, value);
  }

  private static Labels labels(List<Labels.Label> entries) {
    return entries.isEmpty() ? Labels.NONE : new Labels(entries);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link TaskWriter} wrote. */
final class TaskReader {

  private TaskReader() {}

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
        case 3 -> healthy = in.number() == TaskWriter.YES;
        case 4 -> networks.add(readNetwork(in.message()));
        case 5 -> labels.add(readLabel(in.message()));
        case 6 -> same = in.number();
        default -> {}
      }
    }
    Labels allLabels = labels(labels);
    if (before != null) {
      networks = (same & TaskWriter.SAME_NETWORKS) == 0 ? networks : before.networks();
      allLabels = (same & TaskWriter.SAME_LABELS) == 0 ? allLabels : before.labels();
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
    String protocol = TaskWriter.TCP;
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
    String protocol = TaskWriter.TCP;
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

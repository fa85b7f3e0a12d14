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
import io.dcosnet.api.model.TaskStatus;
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
final class TaskWriter {

  static final String TCP = "tcp";
  static final int NO = 1;
  static final int YES = 2;
  static final int SAME_NETWORKS = 1;
  static final int SAME_LABELS = 2;

  private TaskWriter() {}

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
}

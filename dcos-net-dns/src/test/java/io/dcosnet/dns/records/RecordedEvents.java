// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads recorded streams of operator events, one event a line, as far as the recorded ones go: no
 * removals, every agent known by an address.
 */
public final class RecordedEvents {

  private ClusterState state = ClusterState.EMPTY;

  private RecordedEvents() {}

  /** The state after every event. */
  public static ClusterState read(List<String> lines) {
    RecordedEvents events = new RecordedEvents();
    lines.stream().filter(line -> !line.isBlank()).forEach(events::apply);
    return events.state;
  }

  private void apply(String line) {
    Map<String, @Nullable Object> event = JsonTree.object(line);
    String type = text(event, "type");
    Map<String, @Nullable Object> body = object(event, type.toLowerCase(Locale.ROOT));
    switch (type) {
      case "SUBSCRIBED" -> snapshot(object(body, "get_state"));
      case "AGENT_ADDED" -> agent(object(body, "agent"));
      case "FRAMEWORK_ADDED", "FRAMEWORK_UPDATED" -> framework(object(body, "framework"));
      case "TASK_ADDED" -> task(object(body, "task"));
      case "TASK_UPDATED" -> update(body);
      default -> throw new AssertionError("no recorded stream has " + type);
    }
  }

  private void snapshot(Map<String, @Nullable Object> all) {
    objects(object(all, "get_agents"), "agents").forEach(this::agent);
    objects(object(all, "get_frameworks"), "frameworks").forEach(this::framework);
    objects(object(all, "get_tasks"), "tasks").forEach(this::task);
  }

  private void agent(Map<String, @Nullable Object> agent) {
    Map<String, @Nullable Object> info = object(agent, "agent_info");
    IpAddress address = IpAddress.parse(text(info, "hostname"));
    state = state.with(Agent.at(text(object(info, "id"), "value"), address));
  }

  private void framework(Map<String, @Nullable Object> framework) {
    Map<String, @Nullable Object> info = object(framework, "framework_info");
    state = state.with(Framework.named(text(object(info, "id"), "value"), text(info, "name")));
  }

  private void task(Map<String, @Nullable Object> task) {
    Task.Builder builder =
        Task.named(text(task, "name"))
            .id(text(object(task, "task_id"), "value"))
            .framework(text(object(task, "framework_id"), "value"))
            .runningOn(text(object(task, "agent_id"), "value"))
            .state(TaskState.of(text(task, "state")))
            .labels(labels(task))
            .discovery(task.containsKey("discovery") ? discovery(object(task, "discovery")) : null)
            .container(task.containsKey("container") ? container(object(task, "container")) : null);
    for (Map<String, @Nullable Object> resource : objects(task, "resources")) {
      if (text(resource, "name").equals("ports")) {
        objects(object(resource, "ranges"), "range")
            .forEach(range -> builder.ports(number(range, "begin"), number(range, "end")));
      }
    }
    objects(task, "statuses").forEach(status -> builder.status(status(status)));
    state = state.with(builder.build());
  }

  private void update(Map<String, @Nullable Object> update) {
    Map<String, @Nullable Object> status = object(update, "status");
    TaskKey key =
        new TaskKey(
            text(object(update, "framework_id"), "value"),
            text(object(status, "task_id"), "value"));
    Task task = state.task(key).orElseThrow();
    TaskState now = TaskState.of(text(update, "state"));
    state = state.with(task.toBuilder().state(now).status(status(status)).build());
  }

  private static TaskStatus status(Map<String, @Nullable Object> status) {
    return new TaskStatus(
        TaskState.of(text(status, "state")),
        Double.parseDouble(text(status, "timestamp")),
        (Boolean) status.get("healthy"),
        networks(object(status, "container_status")),
        labels(status));
  }

  private static List<NetworkInfo> networks(Map<String, @Nullable Object> container) {
    List<NetworkInfo> networks = new ArrayList<>();
    for (Map<String, @Nullable Object> info : objects(container, "network_infos")) {
      List<IpAddress> addresses = new ArrayList<>();
      for (Map<String, @Nullable Object> address : objects(info, "ip_addresses")) {
        IpAddress.tryParse(text(address, "ip_address")).ifPresent(addresses::add);
      }
      networks.add(
          new NetworkInfo(
              text(info, "name"), addresses, mappings(info, "port_mappings"), labels(info)));
    }
    return networks;
  }

  private static List<PortMapping> mappings(Map<String, @Nullable Object> holder, String key) {
    return objects(holder, key).stream()
        .map(
            mapping ->
                new PortMapping(
                    number(mapping, "host_port"),
                    number(mapping, "container_port"),
                    mapping.containsKey("protocol") ? text(mapping, "protocol") : "tcp"))
        .toList();
  }

  private static Container container(Map<String, @Nullable Object> container) {
    String type = text(container, "type");
    return new Container(
        type.equals("DOCKER") ? Container.Type.DOCKER : Container.Type.MESOS,
        networks(container),
        mappings(object(container, "docker"), "port_mappings"));
  }

  private static Discovery discovery(Map<String, @Nullable Object> discovery) {
    List<Discovery.Port> ports = new ArrayList<>();
    for (Map<String, @Nullable Object> port : objects(object(discovery, "ports"), "ports")) {
      ports.add(
          new Discovery.Port(
              number(port, "number"), text(port, "name"), text(port, "protocol"), labels(port)));
    }
    return new Discovery(
        text(discovery, "name"), text(discovery, "visibility"), ports, Labels.NONE);
  }

  private static Labels labels(Map<String, @Nullable Object> holder) {
    Labels labels = Labels.NONE;
    for (Map<String, @Nullable Object> label : objects(object(holder, "labels"), "labels")) {
      labels = labels.with(text(label, "key"), text(label, "value"));
    }
    return labels;
  }

  private static String text(Map<String, @Nullable Object> holder, String key) {
    return Objects.requireNonNullElse(holder.get(key), "").toString();
  }

  private static int number(Map<String, @Nullable Object> holder, String key) {
    return ((Long) Objects.requireNonNullElse(holder.get(key), 0L)).intValue();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> object(
      Map<String, @Nullable Object> holder, String key) {
    return (Map<String, @Nullable Object>) Objects.requireNonNullElse(holder.get(key), Map.of());
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, @Nullable Object>> objects(
      Map<String, @Nullable Object> holder, String key) {
    return (List<Map<String, @Nullable Object>>)
        Objects.requireNonNullElse(holder.get(key), List.of());
  }

  /** The records of an expected zone: owner to lines such as {@code A 192.0.2.1}. */
  public static Map<String, @Nullable Object> goldenRecords(String json) {
    return object(JsonTree.object(json), "records");
  }
}

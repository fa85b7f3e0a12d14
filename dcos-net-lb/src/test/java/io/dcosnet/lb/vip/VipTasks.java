// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tasks with VIPs for tests: a running one of {@code marathon} on 10.0.0.243 unless told. */
public final class VipTasks {

  public static final Agent AGENT = Agent.at("A1", IpAddress.parse("10.0.0.243"));
  public static final Framework MARATHON = Framework.named("F1", "marathon");

  private VipTasks() {}

  public static ClusterState cluster(Task... tasks) {
    ClusterState state = ClusterState.EMPTY.with(AGENT).with(MARATHON);
    for (Task task : tasks) {
      state = state.with(task);
    }
    return state;
  }

  public static Task.Builder task(String name) {
    return Task.named(name).framework("F1").runningOn("A1");
  }

  /** A task in the node's own network that serves {@code port} of it under the given VIPs. */
  public static Task onHost(String name, Agent agent, int port, String... vips) {
    return task(name)
        .runningOn(agent)
        .discovery(ports(port(port, "tcp", null, vips)))
        .status(running(null, agent.addresses().get(0).toString()))
        .build();
  }

  public static Discovery ports(Discovery.Port... ports) {
    return new Discovery("", "FRAMEWORK", List.of(ports), Labels.NONE);
  }

  public static Discovery.Port port(
      int number, String protocol, @Nullable String scope, String... vips) {
    Labels labels = Labels.NONE;
    for (int i = 0; i < vips.length; i++) {
      labels = labels.with("VIP_" + i, vips[i]);
    }
    if (scope != null) {
      labels = labels.with("network-scope", scope);
    }
    return new Discovery.Port(number, "", protocol, labels);
  }

  public static TaskStatus running(@Nullable Boolean healthy, String... addresses) {
    return status(TaskState.RUNNING, 2, healthy, addresses);
  }

  public static TaskStatus status(
      TaskState state, double at, @Nullable Boolean healthy, String... addresses) {
    List<IpAddress> ips = Stream.of(addresses).map(IpAddress::parse).toList();
    List<NetworkInfo> networks = new ArrayList<>();
    if (!ips.isEmpty()) {
      networks.add(new NetworkInfo("", ips, List.of(), Labels.NONE));
    }
    return new TaskStatus(state, at, healthy, networks, Labels.NONE);
  }

  public static Container mesos(PortMapping... mappings) {
    NetworkInfo bridge =
        new NetworkInfo("mesos-bridge", List.of(), List.of(mappings), Labels.of(Map.of()));
    return new Container(Container.Type.MESOS, List.of(bridge), List.of());
  }

  public static Container docker(PortMapping... mappings) {
    return new Container(Container.Type.DOCKER, List.of(), List.of(mappings));
  }
}

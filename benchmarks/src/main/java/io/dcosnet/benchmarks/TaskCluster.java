// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A cluster of one scheduler and a thousand agents, each task with a container's address and a port
 * of its node.
 *
 * @param tasksPerName tasks that go by one name
 * @param discovery whether tasks have a discovery name with a dot and a named port
 */
record TaskCluster(int taskCount, int tasksPerName, boolean discovery) {

  private static final int AGENTS = 1000;

  ClusterState state() {
    List<Agent> agents = new ArrayList<>();
    for (int i = 0; i < AGENTS; i++) {
      agents.add(Agent.at("6a0d-S" + i, IpAddress.ofIpv4(0x0a000000 + i)));
    }
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < taskCount; i++) {
      tasks.add(task(i, i));
    }
    return ClusterState.of(tasks, agents, List.of(Framework.named("F1", "marathon")), Masters.NONE);
  }

  /** Task of that number on the agent of another. */
  Task task(int number, int agent) {
    String name = "web-" + number / tasksPerName;
    int port = 10_000 + number % 20_000;
    IpAddress container = IpAddress.ofIpv4(0x09000000 + number);
    NetworkInfo network = new NetworkInfo("dcos", List.of(container), List.of(), Labels.NONE);
    Task.Builder task =
        Task.named(name)
            .id(name + ".b8db9f73-562f-11e4-a088-" + number)
            .framework("F1")
            .runningOn("6a0d-S" + agent % AGENTS)
            .ports(port, port)
            .status(new TaskStatus(TaskState.RUNNING, number, null, List.of(network), Labels.NONE));
    if (discovery) {
      Discovery.Port http = new Discovery.Port(80, "http", "tcp", Labels.NONE);
      task.discovery(new Discovery(name + ".group", "CLUSTER", List.of(http), Labels.NONE));
    }
    return task.build();
  }
}

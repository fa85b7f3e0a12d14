// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks that really run, and what a leading master knows of them. */
final class SimulatedMesos {

  static final int AGENTS = 10;
  static final int MASTERS = 3;

  private static final Framework MARATHON = Framework.named("F", "marathon");

  private final TimeSource time;
  private final Random random;
  private final Set<String> unregistered = new HashSet<>();
  private ClusterState real;
  private int started;

  SimulatedMesos(TimeSource time, Random random) {
    this.time = time;
    this.random = random;
    ClusterState state = ClusterState.EMPTY.with(MARATHON);
    for (int i = 1; i <= AGENTS; i++) {
      state = state.with(agent(i));
    }
    real = state;
    for (int i = 0; i < 40; i++) {
      start();
    }
  }

  private static Agent agent(int number) {
    return Agent.at("S" + number, IpAddress.parse("192.0.2." + number));
  }

  private static Master master(int number) {
    return new Master(HostPort.parse("203.0.113." + number + ":5050"), "m" + number);
  }

  /** Everything, with the masters as they are. */
  ClusterState real(int leader) {
    return real.with(masters(leader));
  }

  private static Masters masters(int leader) {
    List<Master> all = new ArrayList<>();
    for (int i = 1; i <= MASTERS; i++) {
      all.add(master(i));
    }
    return new Masters(all, master(leader));
  }

  /** A task begins, ends, or changes. */
  void step() {
    List<Task> tasks = List.copyOf(real.tasks());
    int what = random.nextInt(3);
    if (what == 0 || tasks.size() < 20) {
      start();
    } else {
      Task task = tasks.get(random.nextInt(tasks.size()));
      boolean ends = what == 1 && !unregistered.contains(task.agentId());
      if (ends) {
        real = real.without(task.key());
      } else {
        TaskState state = random.nextInt(4) == 0 ? TaskState.KILLING : TaskState.RUNNING;
        real = real.with(task.toBuilder().state(state).status(status(state)).build());
      }
    }
  }

  private void start() {
    Task task =
        Task.named("web" + random.nextInt(8))
            .id("web." + ++started)
            .framework("F")
            .runningOn("S" + (1 + random.nextInt(AGENTS)))
            .status(status(TaskState.RUNNING))
            .ports(31000, 31000 + random.nextInt(2))
            .build();
    real = real.with(task);
  }

  private TaskStatus status(TaskState state) {
    double now = time.wallMillis() / 1000.0;
    return new TaskStatus(state, now, random.nextBoolean(), List.of(), Labels.NONE);
  }

  /** A new master leads: it knows of the agents, and of none of their tasks. */
  void election() {
    for (int i = 1; i <= AGENTS; i++) {
      unregistered.add("S" + i);
    }
  }

  /** An agent comes back to the new leader; null when all are back. */
  @Nullable String reregister() {
    String next = unregistered.stream().sorted().findFirst().orElse(null);
    if (next != null) {
      unregistered.remove(next);
    }
    return next;
  }

  /** What the leading master says. */
  ClusterState told(int leader) {
    ClusterState state = real;
    for (String agent : unregistered) {
      state = state.withoutAgent(agent);
      for (Task task : real.tasksOn(agent)) {
        state = state.without(task.key());
      }
    }
    return state.with(masters(leader).awaiting(unregistered));
  }
}

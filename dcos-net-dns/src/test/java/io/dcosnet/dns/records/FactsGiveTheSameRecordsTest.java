// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.dcosnet.sources.facts.DecisiveStatuses;
import io.dcosnet.sources.facts.FactCodec;
import io.dcosnet.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that knows a cluster only by the facts that travelled answers as one that read it. */
class FactsGiveTheSameRecordsTest {

  private static final List<MesosDnsConfig> CONFIGS =
      List.of(
          MesosDnsConfig.defaults(),
          MesosDnsConfig.builder()
              .ipSources(List.of(IpSource.DOCKER, IpSource.MESOS, IpSource.NETINFO, IpSource.HOST))
              .healthPolicy(HealthPolicy.EXCLUDE_UNHEALTHY)
              .build(),
          MesosDnsConfig.builder()
              .includeStates(Set.of(TaskState.STARTING, TaskState.RUNNING, TaskState.KILLING))
              .healthPolicy(HealthPolicy.EXCLUDE_UNHEALTHY_UNLESS_ALL)
              .build());

  private static final TaskState[] STATES = {
    TaskState.STARTING, TaskState.RUNNING, TaskState.RUNNING, TaskState.KILLING
  };

  @Test
  void forEveryRecordedState() throws IOException {
    try (Stream<Path> files = Files.list(Fixtures.find().resolve("mesos/state"))) {
      // One of them is that of an agent, which is no state of a master.
      for (Path file : files.filter(one -> !one.endsWith("ucr-bridge-mode.json")).toList()) {
        check(Golden.state(Files.readAllBytes(file)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void forTasksWithManyStatuses(long seed) {
    Random random = new Random(seed);
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tasks.add(task(i, random));
    }
    check(
        ClusterState.of(
            tasks,
            List.of(Agent.at("S1", IpAddress.parse("192.0.2.1"))),
            List.of(Framework.named("F1", "marathon")),
            Masters.NONE));
  }

  private static void check(ClusterState state) {
    List<Task> decisive = state.tasks().stream().map(DecisiveStatuses::of).toList();
    ClusterState sent =
        ClusterState.of(decisive, state.agents(), state.frameworks(), state.masters());

    ClusterState received =
        ClusterState.EMPTY.apply(FactCodec.decodeChange(FactCodec.encode(sent)));

    for (MesosDnsConfig config : CONFIGS) {
      assertThat(MesosRecords.list(received, config)).isEqualTo(MesosRecords.list(state, config));
    }
  }

  private static Task task(int number, Random random) {
    Task.Builder task =
        Task.named("web" + random.nextInt(9))
            .id("task." + number)
            .framework("F1")
            .runningOn("S1")
            .state(STATES[random.nextInt(STATES.length)])
            .healthChecked(random.nextBoolean());
    for (int left = random.nextInt(6); left > 0; left--) {
      task.status(status(random));
    }
    if (random.nextBoolean()) {
      Discovery.Port port = new Discovery.Port(80, "http", "tcp", Labels.NONE);
      task.discovery(new Discovery("a.b", "", List.of(port), Labels.NONE));
    }
    return task.ports(1000, 1000 + random.nextInt(3)).build();
  }

  private static TaskStatus status(Random random) {
    @Nullable Boolean healthy = random.nextInt(3) == 0 ? null : random.nextBoolean();
    IpAddress address = IpAddress.parse("198.51.100." + random.nextInt(200));
    List<NetworkInfo> networks =
        random.nextBoolean()
            ? List.of()
            : List.of(new NetworkInfo("dcos", List.of(address), List.of(), Labels.NONE));
    Labels labels =
        random.nextBoolean()
            ? Labels.NONE
            : Labels.NONE.with("Docker.NetworkSettings.IPAddress", address.toString());
    return new TaskStatus(
        STATES[random.nextInt(STATES.length)], random.nextInt(4), healthy, networks, labels);
  }
}

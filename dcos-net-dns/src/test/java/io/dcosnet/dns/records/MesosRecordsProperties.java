// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.zone.ZoneSnapshot;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

class MesosRecordsProperties {

  /** Makes the next state of a cluster. */
  interface Step extends UnaryOperator<ClusterState> {}

  private static final String[] AWKWARD = {
    "web",
    "Web",
    "my_app",
    "my-app",
    "a.b",
    "a..b",
    "...",
    "%",
    "",
    "slave",
    "_x_",
    "9lives",
    "ünï",
    "with space",
    "x".repeat(63),
    "y".repeat(62) + "-z",
    "w".repeat(64),
    "leader"
  };

  @Provide
  Arbitrary<List<List<Step>>> batches() {
    Arbitrary<Step> step =
        Arbitraries.frequencyOf(
            Tuple.of(8, puts(tasks())),
            Tuple.of(3, removals()),
            Tuple.of(2, agents()),
            Tuple.of(2, frameworks()),
            Tuple.of(1, masters()));
    return step.list().ofMinSize(1).ofMaxSize(4).list().ofMinSize(1).ofMaxSize(12);
  }

  @Provide
  Arbitrary<MesosDnsConfig> configs() {
    return Combinators.combine(
            Arbitraries.of(HealthPolicy.values()),
            Arbitraries.of(true, false),
            Arbitraries.of(3, 10_000),
            Arbitraries.of(
                List.of(IpSource.HOST),
                List.of(IpSource.MESOS, IpSource.HOST),
                MesosDnsConfig.DEFAULT_IP_SOURCES))
        .as(
            (health, rfc952, most, sources) ->
                MesosDnsConfig.builder()
                    .healthPolicy(health)
                    .enforceRfc952(rfc952)
                    .maxRecordsPerName(most)
                    .ipSources(sources)
                    .build());
  }

  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  void followingChangesGivesWhatAFreshStartGives(
      @ForAll("batches") List<List<Step>> batches, @ForAll("configs") MesosDnsConfig config) {
    MesosRecords records = new MesosRecords(config);
    ZoneSnapshot zone = records.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
    ClusterState state = ClusterState.EMPTY;
    for (List<Step> batch : batches) {
      ClusterState next = state;
      for (Step step : batch) {
        next = step.apply(next);
      }
      records.apply(new ClusterUpdate(state, next, ClusterChange.between(state, next)));
      zone = records.commit(zone, 0);
      state = next;

      MesosRecords fresh = new MesosRecords(config);
      fresh.apply(MesosRecords.stepFromNothing(state));
      ZoneSnapshot freshZone = fresh.commit(ZoneSnapshot.empty(config.apex(), 0), 0);
      assertThat(zone.sameRecords(freshZone)).isTrue();
      assertThat(records.list()).isEqualTo(fresh.list());
    }
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void nothingIsLeftWhenEverythingIsGone(
      @ForAll("batches") List<List<Step>> batches, @ForAll("configs") MesosDnsConfig config) {
    ClusterState state = ClusterState.EMPTY;
    for (List<Step> batch : batches) {
      for (Step step : batch) {
        state = step.apply(state);
      }
    }
    MesosRecords records = new MesosRecords(config);
    records.apply(MesosRecords.stepFromNothing(state));
    ZoneSnapshot full = records.commit(ZoneSnapshot.empty(config.apex(), 0), 0);

    ClusterChange all = ClusterChange.between(state, ClusterState.EMPTY);
    records.apply(new ClusterUpdate(state, ClusterState.EMPTY, all));
    ZoneSnapshot empty = records.commit(full, 0);

    assertThat(empty.sorted()).hasSize(1);
    assertThat(records.list().refused()).isEmpty();
    assertThat(records.list().collisions()).isEmpty();
  }

  private static Arbitrary<Task> tasks() {
    Arbitrary<String> names = Arbitraries.of(AWKWARD);
    Arbitrary<Discovery> discoveries =
        Combinators.combine(names, Arbitraries.of("tcp", "", "UDP"), names)
            .as(
                (name, protocol, port) ->
                    new Discovery(
                        name,
                        "",
                        List.of(new Discovery.Port(80, port, protocol, Labels.NONE)),
                        Labels.NONE));
    Arbitrary<TaskStatus> statuses =
        Combinators.combine(
                Arbitraries.of(true, false).injectNull(0.3), Arbitraries.integers().between(1, 3))
            .as(MesosRecordsProperties::status);
    return Combinators.combine(
            names,
            Arbitraries.integers().between(1, 8),
            Arbitraries.of("F1", "F2", "F3"),
            Arbitraries.of("x-S1", "x-S2", "x-S3"),
            Arbitraries.of(TaskState.RUNNING, TaskState.RUNNING, TaskState.STAGING),
            discoveries.injectNull(0.5),
            statuses,
            Arbitraries.of(true, false))
        .as(MesosRecordsProperties::task);
  }

  private static TaskStatus status(@Nullable Boolean healthy, int address) {
    Labels labels =
        Labels.NONE.with("MesosContainerizer.NetworkSettings.IPAddress", "198.51.100." + address);
    return new TaskStatus(TaskState.RUNNING, 1, healthy, List.of(), labels);
  }

  private static Task task(
      String name,
      int id,
      String framework,
      String agent,
      TaskState state,
      @Nullable Discovery discovery,
      TaskStatus status,
      boolean ports) {
    Task.Builder task =
        Task.named(name)
            .id("task." + id)
            .framework(framework)
            .runningOn(agent)
            .state(state)
            .discovery(discovery)
            .status(status);
    return (ports ? task.ports(1000, 1002) : task).build();
  }

  private static Arbitrary<Step> puts(Arbitrary<Task> tasks) {
    return tasks.map(task -> state -> state.with(task));
  }

  private static Arbitrary<Step> removals() {
    return Combinators.combine(
            Arbitraries.of("F1", "F2", "F3"), Arbitraries.integers().between(1, 8))
        .as((framework, id) -> state -> state.without(new TaskKey(framework, "task." + id)));
  }

  private static Arbitrary<Step> agents() {
    return Combinators.combine(
            Arbitraries.of("x-S1", "x-S2", "x-S3"), Arbitraries.integers().between(0, 3))
        .as(
            (id, address) ->
                state ->
                    address == 0
                        ? state.withoutAgent(id)
                        : state.with(Agent.at(id, IpAddress.parse("192.0.2." + address))));
  }

  private static Arbitrary<Step> frameworks() {
    return Combinators.combine(
            Arbitraries.of("F1", "F2", "F3"),
            Arbitraries.of("marathon", "Marathon", "slave", "a.b", "%", "kafka"),
            Arbitraries.integers().between(0, 2))
        .as(
            (id, name, address) ->
                state ->
                    address == 0
                        ? state.withoutFramework(id)
                        : state.with(framework(id, name, address)));
  }

  private static Framework framework(String id, String name, int address) {
    IpAddress ip = IpAddress.parse("203.0.113." + address);
    return new Framework(id, name, "", List.of(ip), address * 1000, true, true);
  }

  private static Arbitrary<Step> masters() {
    return Arbitraries.integers().between(0, 3).map(leader -> state -> state.with(leadBy(leader)));
  }

  private static Masters leadBy(int number) {
    List<Master> all = List.of(master(1), master(2));
    return new Masters(all, number == 0 ? null : master(number));
  }

  private static Master master(int number) {
    return new Master(HostPort.parse("203.0.113." + (100 + number) + ":5050"), "");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Container;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Random events of a small cluster with awkward names, for properties of generators. */
public final class ClusterSteps {

  /** Makes the next state of a cluster. */
  public interface Step extends UnaryOperator<ClusterState> {}

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

  private ClusterSteps() {}

  /** One event. */
  public static Arbitrary<Step> step() {
    return Arbitraries.frequencyOf(
        Tuple.of(8, puts(tasks())),
        Tuple.of(4, changes()),
        Tuple.of(3, removals()),
        Tuple.of(2, agents()),
        Tuple.of(2, frameworks()),
        Tuple.of(1, masters()));
  }

  /** Rules that fit some of the tasks. */
  public static Arbitrary<NameRules> rules() {
    Arbitrary<NameRules.Rule> rule =
        Combinators.combine(
                Arbitraries.of("web.*", "*.marathon", "*", "my?app*", "a..b.kafka"),
                Arbitraries.of(HealthPolicy.values()),
                Arbitraries.of(
                    Set.of(TaskState.RUNNING), Set.of(TaskState.RUNNING, TaskState.KILLING)),
                Arbitraries.of(OptionalInt.empty(), OptionalInt.of(1), OptionalInt.of(90)))
            .as(
                (pattern, health, states, ttl) ->
                    new NameRules.Rule(pattern, new NamePolicy(health, states, ttl)));
    return rule.list().ofMaxSize(3).map(NameRules::new);
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
            .as(ClusterSteps::status);
    return Combinators.combine(
            names,
            Arbitraries.integers().between(1, 8),
            Arbitraries.of("F1", "F2", "F3"),
            Arbitraries.of("x-S1", "x-S2", "x-S3"),
            states(),
            discoveries.injectNull(0.5),
            statuses,
            containers().injectNull(0.5))
        .as(ClusterSteps::task);
  }

  private static TaskStatus status(@Nullable Boolean healthy, int address) {
    Labels labels =
        Labels.NONE.with("MesosContainerizer.NetworkSettings.IPAddress", "198.51.100." + address);
    List<IpAddress> own =
        switch (address) {
          case 1 -> List.of(IpAddress.parse("192.0.2.1"));
          case 2 -> List.of(IpAddress.parse("198.51.100.2"), IpAddress.parse("2001:db8::2"));
          default -> List.of();
        };
    NetworkInfo network = new NetworkInfo("", own, List.of(), Labels.NONE);
    return new TaskStatus(TaskState.RUNNING, 1, healthy, List.of(network), labels);
  }

  private static Arbitrary<TaskState> states() {
    return Arbitraries.of(
        TaskState.RUNNING, TaskState.RUNNING, TaskState.STAGING, TaskState.KILLING);
  }

  private static Arbitrary<Container> containers() {
    return Arbitraries.integers()
        .between(0, 2)
        .map(
            port ->
                new Container(
                    Container.Type.DOCKER,
                    List.of(),
                    port == 0 ? List.of() : List.of(new PortMapping(1000 + port, 80, "tcp"))));
  }

  /** Another state or health for a task that may be there. */
  private static Arbitrary<Step> changes() {
    return Combinators.combine(
            Arbitraries.of("F1", "F2", "F3"),
            Arbitraries.integers().between(1, 8),
            states(),
            Arbitraries.of(true, false).injectNull(0.3))
        .as(
            (framework, id, taskState, healthy) ->
                state ->
                    state
                        .task(new TaskKey(framework, "task." + id))
                        .map(task -> state.with(flipped(task, taskState, healthy)))
                        .orElse(state));
  }

  private static Task flipped(Task task, TaskState state, @Nullable Boolean healthy) {
    TaskStatus status = new TaskStatus(state, 2, healthy, List.of(), Labels.NONE);
    List<TaskStatus> statuses = List.of(task.statuses().get(0), status);
    return task.toBuilder().state(state).statuses(statuses).healthChecked(true).build();
  }

  private static Task task(
      String name,
      int id,
      String framework,
      String agent,
      TaskState state,
      @Nullable Discovery discovery,
      TaskStatus status,
      @Nullable Container container) {
    Task.Builder task =
        Task.named(name)
            .id("task." + id)
            .framework(framework)
            .runningOn(agent)
            .state(state)
            .discovery(discovery)
            .container(container)
            .status(status);
    return (status.healthy() == null ? task : task.ports(1000, 1002)).build();
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
    return Combinators.combine(
            Arbitraries.integers().between(0, 3),
            Arbitraries.of(Set.<String>of(), Set.of("x-S3"), Set.of("x-S1", "x-S9")))
        .as((leader, awaited) -> state -> state.with(leadBy(leader).awaiting(awaited)));
  }

  private static Masters leadBy(int number) {
    List<Master> all = List.of(master(1), master(2));
    return new Masters(all, number == 0 ? null : master(number));
  }

  private static Master master(int number) {
    return new Master(HostPort.parse("203.0.113." + (100 + number) + ":5050"), "");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Discovery;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskKey;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.AgentRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkPut;
import io.dcosnet.sources.mesos.stream.OperatorEvent.FrameworkRemoved;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskAdded;
import io.dcosnet.sources.mesos.stream.OperatorEvent.TaskUpdated;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventStateTest {

  private static final Agent ONE = Agent.at("S1", IpAddress.parse("192.0.2.1"));
  private static final Framework MARATHON = Framework.named("F1", "marathon");
  private static final TaskKey WEB = new TaskKey("F1", "web.1");

  private final Map<String, List<IpAddress>> addresses = new HashMap<>();
  private final EventState state =
      new EventState(Duration.ofMinutes(10), host -> addresses.getOrDefault(host, List.of()));
  private ClusterState cluster = ClusterState.EMPTY.with(ONE).with(MARATHON);

  private ClusterChange apply(OperatorEvent event) {
    ClusterChange change = state.apply(event, cluster, 0);
    cluster = cluster.apply(change);
    return change;
  }

  private Task web() {
    return cluster.task(WEB).orElseThrow();
  }

  private static Task.Builder task(TaskStatus... statuses) {
    return Task.named("web")
        .id("web.1")
        .framework("F1")
        .runningOn("S1")
        .statuses(List.of(statuses));
  }

  private static TaskStatus status(
      TaskState taskState, double time, @Nullable Boolean healthy, String... ips) {
    List<IpAddress> parsed = List.of(ips).stream().map(IpAddress::parse).toList();
    List<NetworkInfo> networks =
        ips.length == 0
            ? List.of()
            : List.of(new NetworkInfo("dcos", parsed, List.of(), Labels.NONE));
    return new TaskStatus(taskState, time, healthy, networks, Labels.NONE);
  }

  private static TaskUpdated update(@Nullable TaskState outer, @Nullable TaskStatus status) {
    return new TaskUpdated("F1", "web.1", "", outer, status, status != null);
  }

  @Test
  void believesATaskThatIsToldAnewInAnUnknownState() {
    apply(new TaskAdded(task().state(TaskState.RUNNING).build()));
    apply(new TaskAdded(task().state(TaskState.UNKNOWN).build()));

    assertThat(web().state()).isEqualTo(TaskState.UNKNOWN);
  }

  private List<String> ips() {
    return web().newestStatus().orElseThrow().networks().stream()
        .flatMap(network -> network.addresses().stream())
        .map(IpAddress::toString)
        .toList();
  }

  @Test
  void followsATaskFromItsStartToItsEnd() {
    apply(new TaskAdded(task().state(TaskState.STAGING).build()));
    apply(update(TaskState.RUNNING, status(TaskState.RUNNING, 2, null, "198.51.100.7")));
    assertThat(web().state()).isEqualTo(TaskState.RUNNING);
    assertThat(ips()).containsExactly("198.51.100.7");

    ClusterChange end = apply(update(TaskState.FINISHED, status(TaskState.FINISHED, 3, null)));

    assertThat(end.tasks()).singleElement().satisfies(c -> assertThat(c.after()).isNull());
    assertThat(cluster.tasks()).isEmpty();
    assertThat(cluster.agents()).containsExactly(ONE);
  }

  @Test
  void keepsWhatAnUpdateLeavesOut() {
    Discovery discovery = new Discovery("web", "", List.of(), Labels.NONE);
    apply(
        new TaskAdded(
            task(status(TaskState.STARTING, 1, true, "198.51.100.7"))
                .discovery(discovery)
                .label("a", "b")
                .ports(31000, 31001)
                .build()));

    apply(update(TaskState.RUNNING, status(TaskState.RUNNING, 2, null)));

    assertThat(web().discovery()).isEqualTo(discovery);
    assertThat(web().labels().first("a")).contains("b");
    assertThat(web().resourcePorts()).hasSize(1);
    assertThat(web().newestStatus().orElseThrow().healthy()).isTrue();
    assertThat(ips()).containsExactly("198.51.100.7");
  }

  @Test
  void takesNewAddressesAndHealthOverOldOnes() {
    apply(new TaskAdded(task(status(TaskState.RUNNING, 1, true, "198.51.100.7")).build()));

    apply(update(TaskState.RUNNING, status(TaskState.RUNNING, 2, false, "198.51.100.8")));

    assertThat(ips()).containsExactly("198.51.100.8");
    assertThat(web().newestStatus().orElseThrow().healthy()).isFalse();
    assertThat(web().statuses()).hasSize(1);
  }

  @Test
  void takesNetworksWithoutAnAddressForNone() {
    apply(new TaskAdded(task(status(TaskState.RUNNING, 1, null, "198.51.100.7")).build()));
    NetworkInfo bare = new NetworkInfo("dcos", List.of(), List.of(), Labels.NONE);

    apply(
        update(
            TaskState.RUNNING,
            new TaskStatus(TaskState.RUNNING, 2, null, List.of(bare), Labels.NONE)));

    assertThat(ips()).containsExactly("198.51.100.7");
  }

  @Test
  void believesTheMasterRatherThanTheStatus() {
    apply(new TaskAdded(task().state(TaskState.STAGING).build()));

    apply(update(TaskState.RUNNING, status(TaskState.STARTING, 1, null)));
    assertThat(web().state()).isEqualTo(TaskState.RUNNING);

    apply(update(null, status(TaskState.KILLING, 2, null)));
    assertThat(web().state()).isEqualTo(TaskState.KILLING);
  }

  @Test
  void takesALateStatusForWhatItIs() {
    apply(new TaskAdded(task(status(TaskState.RUNNING, 9, true, "198.51.100.9")).build()));

    apply(update(null, status(TaskState.STARTING, 5, false, "198.51.100.5")));

    assertThat(web().state()).isEqualTo(TaskState.RUNNING);
    assertThat(ips()).containsExactly("198.51.100.9");
    assertThat(web().newestStatus().orElseThrow().healthy()).isTrue();
    assertThat(web().newestStatus(TaskState.STARTING)).isPresent();
  }

  @Test
  void endsATaskEvenLate() {
    apply(new TaskAdded(task(status(TaskState.RUNNING, 9, true)).build()));

    apply(update(null, status(TaskState.FAILED, 5, null)));

    assertThat(cluster.tasks()).isEmpty();
  }

  @Test
  void growsNotWithEveryUpdate() {
    apply(new TaskAdded(task().build()));

    for (int i = 1; i <= 100; i++) {
      apply(update(TaskState.UNREACHABLE, status(TaskState.UNREACHABLE, 2 * i, null)));
      apply(update(TaskState.RUNNING, status(TaskState.RUNNING, 2 * i + 1, i % 2 == 0)));
    }

    assertThat(web().statuses()).hasSize(2);
  }

  @Test
  void addsToWhatIsKnownWhenATaskIsToldAgain() {
    apply(new TaskAdded(task(status(TaskState.RUNNING, 1, true, "198.51.100.7")).build()));

    apply(
        new TaskAdded(
            task(status(TaskState.RUNNING, 3, null)).name("").state(TaskState.UNKNOWN).build()));

    assertThat(web().name()).isEqualTo("web");
    assertThat(web().state()).isEqualTo(TaskState.RUNNING);
    assertThat(ips()).containsExactly("198.51.100.7");
  }

  @Test
  void wantsANewSnapshotWhenATaskIsUnknownThatShouldNotBe() {
    assertThat(apply(update(TaskState.RUNNING, status(TaskState.RUNNING, 1, null))).isEmpty())
        .isTrue();

    assertThat(state.takeResyncWanted()).isTrue();
    assertThat(state.takeResyncWanted()).isFalse();
  }

  @Test
  void isNotSurprisedByTheEndOfATaskWhoseAgentIsGone() {
    apply(new TaskAdded(task().build()));
    apply(new AgentRemoved("S1"));
    assertThat(cluster.tasks()).isEmpty();

    apply(update(TaskState.UNREACHABLE, null));
    apply(update(TaskState.LOST, null));

    assertThat(state.takeResyncWanted()).isFalse();
  }

  @Test
  void dropsTheTasksOfAnAgentAndOfAFrameworkWithThem() {
    Task other = Task.named("db").framework("F2").runningOn("S2").build();
    apply(new TaskAdded(task().build()));
    apply(new TaskAdded(other));

    apply(new AgentRemoved("S1"));
    assertThat(cluster.tasks()).containsExactly(other);
    assertThat(cluster.agents()).isEmpty();

    apply(new FrameworkRemoved("F2"));
    assertThat(cluster.tasks()).isEmpty();
    apply(new FrameworkRemoved("F1"));
    assertThat(cluster.frameworks()).isEmpty();
  }

  @Test
  void keepsATaskWhoseAgentAndFrameworkComeLater() {
    cluster = ClusterState.EMPTY;
    apply(new TaskAdded(task().build()));

    apply(new AgentAdded(ONE, null));
    apply(new FrameworkPut(MARATHON, null));

    assertThat(cluster.tasksOn("S1")).hasSize(1);
    assertThat(cluster.framework("F1")).contains(MARATHON);
  }

  @Test
  void fillsInTheAddressesOfHostsWhenTheyAreKnown() {
    Agent bare = ONE.withAddresses(List.of());
    apply(new AgentAdded(bare, "node.example.org"));
    apply(new FrameworkPut(MARATHON, "m.example.org"));
    assertThat(cluster.agent("S1").orElseThrow().addresses()).isEmpty();

    addresses.put("node.example.org", List.of(IpAddress.parse("192.0.2.7")));
    addresses.put("m.example.org", List.of(IpAddress.parse("192.0.2.8")));
    cluster = cluster.apply(state.addressesChanged(cluster));

    assertThat(cluster.agent("S1").orElseThrow().addresses()).hasToString("[192.0.2.7]");
    assertThat(cluster.framework("F1").orElseThrow().addresses()).hasToString("[192.0.2.8]");

    apply(new AgentAdded(ONE, null));
    assertThat(state.agentHosts()).isEmpty();
    assertThat(cluster.agent("S1")).contains(ONE);
  }

  @Test
  void findsSchedulersWhereTheySayRatherThanByTheirHostName() {
    addresses.put("m.example.org", List.of(IpAddress.parse("192.0.2.8")));
    addresses.put("s.example.org", List.of(IpAddress.parse("192.0.2.10")));
    apply(new FrameworkPut(MARATHON, "m.example.org"));

    schedulers(new SchedulerPlace(List.of(IpAddress.parse("192.0.2.9")), null, 15101));
    assertThat(marathon().addresses()).hasToString("[192.0.2.9]");
    assertThat(marathon().port()).isEqualTo(15101);
    assertThat(state.frameworkHosts()).isEmpty();

    apply(new FrameworkPut(MARATHON, "m.example.org"));
    assertThat(marathon().port()).as("until it is told anew").isEqualTo(15101);

    schedulers(new SchedulerPlace(List.of(), "s.example.org", 15102));
    assertThat(marathon().addresses()).hasToString("[192.0.2.10]");
    assertThat(state.frameworkHosts()).containsEntry("F1", "s.example.org");

    cluster = cluster.apply(state.schedulers(Map.of(), cluster));
    assertThat(marathon().addresses()).hasToString("[192.0.2.8]");
    assertThat(marathon().port()).isEqualTo(Framework.NO_PORT);
  }

  private void schedulers(SchedulerPlace place) {
    cluster = cluster.apply(state.schedulers(Map.of("F1", place), cluster));
  }

  private Framework marathon() {
    return cluster.framework("F1").orElseThrow();
  }

  @Test
  void forgetsEndedTasksOfASnapshotAndKeepsTheMasters() {
    Task ended = task().id("web.2").state(TaskState.FAILED).build();
    Snapshot snapshot =
        new Snapshot(
            List.of(task().build(), ended),
            List.of(ONE),
            List.of(MARATHON),
            Map.of(),
            Map.of(),
            Set.of());

    ClusterState after = state.snapshot(snapshot, cluster, 0);

    assertThat(after.tasks()).extracting(Task::id).containsExactly("web.1");
    assertThat(after.masters()).isEqualTo(cluster.masters());
  }

  @Test
  void changesNothingAtASignOfLifeOrAnUnknownEvent() {
    assertThat(apply(new OperatorEvent.Heartbeat()).isEmpty()).isTrue();
    assertThat(apply(new OperatorEvent.Ignored()).isEmpty()).isTrue();
  }
}

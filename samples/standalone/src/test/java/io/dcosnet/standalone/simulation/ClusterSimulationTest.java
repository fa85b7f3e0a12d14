// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.sim.NetworkModel;
import io.dcosnet.gossip.sim.SimulatedNode;
import io.dcosnet.gossip.sim.Simulation;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.exchange.OverlayKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three masters and ten nodes in virtual time, from a seed, on the real membership and the real
 * store over a network that loses and delays: leaders die and come back, agents come back late to a
 * new leader, nodes restart alone, the cluster falls apart and finds together. Names that exist are
 * always answered, and in the end all nodes have equal zones. In the overlay no host ever loses one
 * that was not deleted, nobody's addresses change, and in the end all hosts reach all.
 */
class ClusterSimulationTest {

  private static final int FIRST_NODE = 101;

  private static final NetworkModel NETWORK =
      NetworkModel.lan().withLoss(0.02).withTail(0.02, Duration.ofMillis(300));

  private final Map<Integer, SimulatedNode> hosts = new TreeMap<>();
  private final Map<Integer, NodeLife> nodes = new TreeMap<>();
  @TempDir private Path disks;
  private Simulation simulation = Simulation.of(0);
  private SimulatedMesos mesos = new SimulatedMesos(new ClusterTime(), new Random(0));
  private @Nullable OverlayFleet fleet;
  private int leader;

  /** The time of the simulation, which nodes that start and end have in common. */
  private final class ClusterTime implements TimeSource {

    @Override
    public long nanos() {
      return simulation.elapsed().toNanos();
    }

    @Override
    public long wallMillis() {
      return Instant.parse("2026-01-01T00:00:00Z").plus(simulation.elapsed()).toEpochMilli();
    }
  }

  private void begin(long seed) {
    System.out.println("seed " + seed);
    simulation =
        Simulation.withStores(
            seed, GossipSettings.lan(), StoreSettings.lan(), NETWORK, MetricsSink.none());
    mesos = new SimulatedMesos(new ClusterTime(), new Random(seed));
    fleet = new OverlayFleet(disks);
    for (int i = 1; i <= SimulatedMesos.MASTERS; i++) {
      add(i);
    }
    for (int i = 0; i < SimulatedMesos.AGENTS; i++) {
      add(FIRST_NODE + i);
    }
    simulation.seeds(List.copyOf(hosts.values()));
    hosts.values().forEach(simulation::start);
    simulation.advance(Duration.ofSeconds(5));
  }

  private void add(int number) {
    MemoryPlace disk = new MemoryPlace();
    Consumer<SimulatedNode> code =
        host -> {
          nodes.put(number, new NodeLife(host, disk));
          if (number < FIRST_NODE) {
            overlay().startMaster(number, host);
          } else {
            overlay().startAgent(number, host);
          }
        };
    hosts.put(number, simulation.add("node-" + number, code));
  }

  private OverlayFleet overlay() {
    return requireNonNull(fleet, "begin first");
  }

  private SimulatedNode host(int number) {
    return requireNonNull(hosts.get(number), "host");
  }

  private NodeLife node(int number) {
    NodeLife node = nodes.get(number);
    if (node == null) {
      throw new AssertionError("node " + number + " is down");
    }
    return node;
  }

  private void kill(int number) {
    nodes.remove(number);
    overlay().ended(number);
    simulation.kill(host(number));
  }

  private void powerOff(int number) {
    nodes.remove(number);
    overlay().poweredOff(number);
    simulation.powerOff(host(number));
  }

  private void rebuild(int number) {
    overlay().poweredOff(number);
    simulation.rebuild(host(number));
  }

  private void start(int number) {
    simulation.start(host(number));
  }

  private void lead(int master) {
    leader = master;
    node(master).publisher.active(true);
    overlay().elected(master);
    tell();
  }

  private void resign(int master) {
    node(master).publisher.active(false);
    overlay().lost(master);
  }

  private void tell() {
    if (leader != 0) {
      node(leader).master.replace(mesos.told(leader), List.of());
    }
  }

  /** Seconds in which tasks come and go; all living nodes answer all the while. */
  private void live(int seconds, Collection<Task> lasting) {
    for (int i = 0; i < seconds; i++) {
      mesos.step();
      tell();
      simulation.advance(Duration.ofSeconds(1));
      allAnswer(lasting);
    }
  }

  private void allAnswer(Collection<Task> tasks) {
    nodes.values().forEach(node -> answers(node, tasks));
    overlay().checked();
  }

  private static void answers(NodeLife node, Collection<Task> tasks) {
    node.checked();
    assertThat(node.persisted.cluster().tasks())
        .extracting(Task::id)
        .containsAll(tasks.stream().map(Task::id).toList());
  }

  /** Tasks of nodes that nobody has heard of yet and that must not be forgotten. */
  private List<Task> running() {
    return List.copyOf(mesos.real(1).tasks());
  }

  private void allAreEqual() {
    simulation.advance(Duration.ofSeconds(15));
    ClusterState expected = mesos.real(leader);
    ZoneSnapshot first = node(leader).checked();
    nodes.forEach(
        (number, node) -> {
          ClusterState cluster = node.persisted.cluster();
          assertThat(cluster.masters()).as("node " + number).isEqualTo(expected.masters());
          assertThat(cluster.agents())
              .as("node " + number)
              .containsExactlyElementsOf(expected.agents());
          assertThat(cluster.tasks())
              .as("node " + number)
              .extracting(Task::id)
              .containsExactlyElementsOf(expected.tasks().stream().map(Task::id).toList());
          assertThat(cluster).as("node " + number).isEqualTo(node(leader).persisted.cluster());
          assertThat(node.checked().sameRecords(first)).as("node " + number).isTrue();
        });
    overlay().allReachAll(leader);
  }

  /** What all living nodes but one think of those whose entries they have. */
  private void allSay(NodeId owner, OwnerState state) {
    allSay("facts/", owner, state);
  }

  private void allSay(String prefix, NodeId owner, OwnerState state) {
    nodes.forEach(
        (number, node) ->
            assertThat(node.store.view(prefix).values().stream())
                .as("node " + number)
                .filteredOn(entry -> entry.owner().equals(owner))
                .isNotEmpty()
                .extracting(Entry::ownerState)
                .containsOnly(state));
  }

  @ParameterizedTest
  @DisplayName("a leader dies, another leads, the first comes back")
  @ValueSource(longs = {1, 2, 3})
  void namesOutliveLeaders(long seed) {
    begin(seed);
    lead(1);
    simulation.advance(Duration.ofSeconds(5));
    live(20, List.of());
    allAreEqual();
    NodeId first = host(1).id();
    allSay(first, OwnerState.ALIVE);

    List<Task> lasting = running();
    powerOff(1);
    leader = 0;
    simulation.advance(Duration.ofSeconds(30));
    allAnswer(lasting);
    allSay(first, OwnerState.DEAD);

    mesos.election();
    lead(2);
    simulation.advance(Duration.ofSeconds(20));
    allAnswer(lasting);
    while (mesos.reregister() != null) {
      live(2, List.of());
    }
    allAreEqual();

    start(1);
    live(120, List.of());
    allAreEqual();
    assertThat(host(1).id()).isEqualTo(first);

    resign(2);
    lead(1);
    live(90, List.of());
    allAreEqual();
    allSay(first, OwnerState.ALIVE);
  }

  @ParameterizedTest
  @DisplayName("a node restarts alone, and its copy of the store is lost")
  @ValueSource(longs = {4, 5})
  void aNodeAnswersFromItsDiskWhileEverybodyIsGone(long seed) {
    begin(seed);
    lead(3);
    simulation.advance(Duration.ofSeconds(5));
    live(10, List.of());
    allAreEqual();
    List<Task> lasting = running();

    leader = 0;
    for (int master = 1; master <= SimulatedMesos.MASTERS; master++) {
      kill(master);
    }
    ZoneSnapshot before = node(FIRST_NODE).checked();
    NodeId former = host(FIRST_NODE).id();
    kill(FIRST_NODE);
    simulation.isolate(List.of(host(FIRST_NODE)));
    rebuild(FIRST_NODE);
    simulation.advance(Duration.ofSeconds(60));

    NodeLife alone = node(FIRST_NODE);
    assertThat(alone.persisted.stale()).isTrue();
    answers(alone, lasting);
    assertThat(alone.checked().sameRecords(before)).isTrue();
    assertThat(alone.checked().isPartial()).isTrue();
    assertThat(alone.persisted.cluster().masters().awaited()).containsExactly(Masters.OTHERS);

    simulation.heal(); // no master yet, but other nodes
    simulation.advance(Duration.ofSeconds(60));
    assertThat(alone.persisted.stale()).isFalse();
    assertThat(alone.checked().isPartial()).isFalse();

    start(1);
    mesos.election();
    lead(1);
    simulation.advance(Duration.ofSeconds(20));
    allAnswer(lasting);
    while (mesos.reregister() != null) {
      live(1, List.of());
    }
    allAreEqual();
    isDeleted(former);
  }

  /** Those that are dead stay on all hosts until they are deleted, and are on none after that. */
  private void isDeleted(NodeId agent) {
    List<Integer> living = nodes.keySet().stream().filter(one -> one >= FIRST_NODE).toList();
    assertThat(living).allMatch(number -> overlay().peersOf(number).contains(agent));
    CompletableFuture<Removal> removal = overlay().delete(leader, agent);
    assertThat(simulation.advanceUntil(removal::isDone, Duration.ofSeconds(1))).isTrue();
    assertThat(removal.join()).isInstanceOf(Removal.Removed.class);
    allAreEqual();
    assertThat(living).noneMatch(number -> overlay().peersOf(number).contains(agent));
  }

  @ParameterizedTest
  @DisplayName("an agent dies, comes back, dies again and is deleted, and then begins anew")
  @ValueSource(longs = {9, 10})
  void hostsAreReachedUntilTheyAreDeleted(long seed) {
    begin(seed);
    lead(2);
    simulation.advance(Duration.ofSeconds(5));
    live(5, List.of());
    allAreEqual();
    int mortal = FIRST_NODE + 4;
    NodeId id = host(mortal).id();
    AgentRecord had = overlay().held(mortal).orElseThrow();

    powerOff(mortal);
    simulation.advance(Duration.ofSeconds(30));
    allSay(OverlayKeys.PEERS, id, OwnerState.DEAD);
    allAreEqual();
    start(mortal);
    live(5, List.of());
    allAreEqual();
    assertThat(overlay().held(mortal)).contains(had);

    kill(mortal);
    simulation.advance(Duration.ofSeconds(30));
    isDeleted(id);

    start(mortal);
    simulation.advance(Duration.ofSeconds(30));
    allAreEqual();
    assertThat(host(mortal).id()).isEqualTo(id);
  }

  @Test
  @DisplayName("a node that restarts alone with its copy of the store knows all at once")
  void aCopyOfTheStoreIsEnough() {
    begin(6);
    lead(1);
    simulation.advance(Duration.ofSeconds(5));
    live(15, List.of());
    allAreEqual();
    List<Task> lasting = running();

    ZoneSnapshot before = node(FIRST_NODE).checked();
    AgentRecord had = overlay().held(FIRST_NODE).orElseThrow();
    kill(FIRST_NODE);
    simulation.isolate(List.of(host(FIRST_NODE)));
    start(FIRST_NODE);
    simulation.advance(Duration.ofMillis(1));

    NodeLife alone = node(FIRST_NODE);
    assertThat(alone.persisted.stale()).isFalse();
    answers(alone, lasting);
    assertThat(alone.checked().sameRecords(before)).isTrue();
    assertThat(overlay().held(FIRST_NODE)).contains(had);
    assertThat(overlay().peersOf(FIRST_NODE)).hasSize(SimulatedMesos.AGENTS - 1);

    live(20, List.of());
    simulation.heal();
    simulation.advance(Duration.ofSeconds(45));
    allAreEqual();
  }

  @ParameterizedTest
  @DisplayName(
      "the cluster falls apart, the greater part elects a leader, and finds together again")
  @ValueSource(longs = {7, 8})
  void halvesKeepWhatTheyHave(long seed) {
    begin(seed);
    lead(1);
    simulation.advance(Duration.ofSeconds(5));
    live(15, List.of());
    allAreEqual();
    List<Task> lasting = running();
    NodeId former = host(1).id();

    List<Integer> lesser = List.of(1, FIRST_NODE, FIRST_NODE + 1, FIRST_NODE + 2);
    simulation.isolate(lesser.stream().map(this::host).toList());
    leader = 0;
    simulation.advance(Duration.ofSeconds(30));
    allAnswer(lasting);

    mesos.election();
    lead(2); // while the former leader does not know yet
    simulation.advance(Duration.ofSeconds(10));
    allAnswer(lasting);
    resign(1);
    for (int i = 0; i < 5; i++) {
      assertThat(mesos.reregister()).isNotNull();
    }
    live(30, List.of());
    lesser.forEach(number -> answers(node(number), lasting));
    assertThat(node(FIRST_NODE).persisted.cluster().masters().leader())
        .isNotEqualTo(node(FIRST_NODE + 5).persisted.cluster().masters().leader());

    simulation.heal();
    live(45, List.of());
    while (mesos.reregister() != null) {
      live(1, List.of());
    }
    allAreEqual();
    live(60, List.of()); // in which the former leader clears away what it wrote
    allAreEqual();
    assertThat(node(FIRST_NODE).store.view("facts/").values())
        .extracting(Entry::owner)
        .doesNotContain(former);
  }
}

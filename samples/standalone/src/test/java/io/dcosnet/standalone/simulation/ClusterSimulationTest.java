// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.dns.zone.ZoneSnapshot;
import io.dcosnet.testkit.FakeStores;
import io.dcosnet.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three masters and ten nodes in virtual time, from a seed: leaders die and come back, agents come
 * back late to a new leader, nodes restart alone. Names that exist are always answered, and in the
 * end all nodes have equal zones.
 */
class ClusterSimulationTest {

  private static final int FIRST_NODE = 101;

  @TempDir Path disks;

  private final VirtualTime time = new VirtualTime();
  private final Map<Integer, SimulatedNode> nodes = new TreeMap<>();
  private FakeStores stores = new FakeStores(time, new SplittableRandom(0));
  private SimulatedMesos mesos = new SimulatedMesos(time, new Random(0));
  private int leader;

  @AfterEach
  void stopAll() {
    nodes.values().forEach(SimulatedNode::stop);
  }

  private void begin(long seed) {
    System.out.println("seed " + seed);
    stores =
        new FakeStores(time, new SplittableRandom(seed))
            .delay(Duration.ofMillis(5), Duration.ofMillis(800));
    mesos = new SimulatedMesos(time, new Random(seed));
    for (int i = 1; i <= SimulatedMesos.MASTERS; i++) {
      start(i);
    }
    for (int i = 0; i < SimulatedMesos.AGENTS; i++) {
      start(FIRST_NODE + i);
    }
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }

  private void start(int number) {
    Path disk = disks.resolve("node" + number);
    nodes.put(number, new SimulatedNode(stores.node(id(number)), disk, time));
  }

  private SimulatedNode node(int number) {
    SimulatedNode node = nodes.get(number);
    if (node == null) {
      throw new AssertionError("node " + number + " is down");
    }
    return node;
  }

  private void stop(int number) {
    node(number).stop();
    nodes.remove(number);
    stores.down(id(number));
  }

  private void lead(int master) {
    leader = master;
    node(master).publisher.active(true);
    tell();
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
      time.advance(Duration.ofSeconds(1));
      nodes.values().forEach(node -> answers(node, lasting));
    }
  }

  private static void answers(SimulatedNode node, Collection<Task> tasks) {
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
    time.advance(Duration.ofSeconds(15));
    ClusterState expected = mesos.real(leader);
    ZoneSnapshot first = node(leader).checked();
    nodes.forEach(
        (number, node) -> {
          assertThat(node.persisted.cluster().masters()).isEqualTo(expected.masters());
          assertThat(node.persisted.cluster().agents())
              .containsExactlyElementsOf(expected.agents());
          assertThat(node.persisted.cluster().tasks())
              .extracting(Task::id)
              .containsExactlyElementsOf(expected.tasks().stream().map(Task::id).toList());
          assertThat(node.persisted.cluster()).isEqualTo(node(leader).persisted.cluster());
          assertThat(node.checked().sameRecords(first)).isTrue();
        });
  }

  @ParameterizedTest
  @DisplayName("a leader dies, another leads, the first comes back")
  @ValueSource(longs = {1, 2, 3})
  void namesOutliveLeaders(long seed) {
    begin(seed);
    lead(1);
    time.advance(Duration.ofSeconds(5));
    live(20, List.of());
    allAreEqual();

    List<Task> lasting = running();
    stop(1);
    leader = 0;
    time.advance(Duration.ofSeconds(30));
    nodes.values().forEach(node -> answers(node, lasting));

    mesos.election();
    lead(2);
    time.advance(Duration.ofSeconds(20));
    nodes.values().forEach(node -> answers(node, lasting));
    while (mesos.reregister() != null) {
      live(2, List.of());
    }
    allAreEqual();

    start(1);
    stores.up(id(1));
    live(120, List.of());
    allAreEqual();

    node(2).publisher.active(false);
    lead(1);
    live(90, List.of());
    allAreEqual();
  }

  @ParameterizedTest
  @DisplayName("a node restarts alone")
  @ValueSource(longs = {4, 5})
  void aNodeAnswersFromItsDiskWhileEverybodyIsGone(long seed) {
    begin(seed);
    lead(3);
    time.advance(Duration.ofSeconds(5));
    live(10, List.of());
    allAreEqual();
    List<Task> lasting = running();

    leader = 0;
    for (int master = 1; master <= SimulatedMesos.MASTERS; master++) {
      stop(master);
    }
    ZoneSnapshot before = node(FIRST_NODE).checked();
    stop(FIRST_NODE);
    stores.lost(id(FIRST_NODE));
    stores.down(id(FIRST_NODE));
    start(FIRST_NODE);
    time.advance(Duration.ofSeconds(60));

    SimulatedNode alone = node(FIRST_NODE);
    assertThat(alone.persisted.stale()).isTrue();
    answers(alone, lasting);
    assertThat(alone.checked().sameRecords(before)).isTrue();
    assertThat(alone.checked().isPartial()).isTrue();
    assertThat(alone.persisted.cluster().masters().awaited()).containsExactly(Masters.OTHERS);

    stores.up(id(FIRST_NODE)); // no master yet, but other nodes
    time.advance(Duration.ofSeconds(15));
    assertThat(alone.persisted.stale()).isFalse();
    assertThat(alone.checked().isPartial()).isFalse();

    start(1);
    stores.up(id(1));
    mesos.election();
    lead(1);
    time.advance(Duration.ofSeconds(20));
    nodes.values().forEach(node -> answers(node, lasting));
    while (mesos.reregister() != null) {
      live(1, List.of());
    }
    allAreEqual();
  }
}

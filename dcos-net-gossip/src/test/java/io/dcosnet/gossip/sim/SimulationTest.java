// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Simulation simulation = Simulation.of(42);

  private List<SimulatedNode> cluster(int size) {
    List<SimulatedNode> nodes = simulation.addAll(size, node -> {});
    nodes.forEach(simulation::start);
    simulation.advance(SECOND.multipliedBy(3));
    return nodes;
  }

  private static State stateOf(SimulatedNode observer, NodeId id) {
    return requireNonNull(observer.core().member(id)).state();
  }

  private static long run(long seed) {
    Simulation simulation = Simulation.of(seed);
    List<SimulatedNode> nodes = simulation.addAll(12, node -> {});
    nodes.forEach(simulation::start);
    simulation.advance(SECOND.multipliedBy(10));
    simulation.kill(nodes.get(3));
    simulation.pause(nodes.get(4), SECOND.multipliedBy(2));
    simulation.isolate(nodes.subList(5, 8));
    simulation.advance(SECOND.multipliedBy(20));
    simulation.heal();
    simulation.advance(SECOND.multipliedBy(20));
    return simulation.fingerprint();
  }

  @Test
  void goesTheSameWayForTheSameSeed() {
    assertThat(run(1)).isEqualTo(run(1)).isNotEqualTo(run(2));
  }

  @Test
  void showsACrashToAllWithinASecond() {
    List<SimulatedNode> nodes = cluster(10);
    NodeId dead = nodes.get(7).id();
    simulation.kill(nodes.get(7));

    assertThat(
            simulation.advanceUntil(
                () ->
                    nodes.stream()
                        .filter(SimulatedNode::isRunning)
                        .allMatch(node -> stateOf(node, dead) == State.DEAD),
                SECOND))
        .isTrue();
  }

  @Test
  void bringsARestartedNodeBackWithALaterEpoch() {
    List<SimulatedNode> nodes = cluster(5);
    long before = nodes.get(2).core().self().epoch();
    simulation.skew(nodes.get(2), Duration.ofHours(-1));
    simulation.restart(nodes.get(2));
    simulation.advance(SECOND.multipliedBy(2));

    assertThat(nodes.get(2).core().self().epoch()).isGreaterThan(before);
    assertThat(stateOf(nodes.get(0), nodes.get(2).id())).isEqualTo(State.ALIVE);
  }

  @Test
  void makesAnotherMemberOfARebuiltHost() {
    List<SimulatedNode> nodes = cluster(5);
    NodeId before = nodes.get(2).id();
    HostPort oldAddress = nodes.get(2).address();
    simulation.rebuild(nodes.get(2));
    simulation.advance(SECOND.multipliedBy(30));

    assertThat(nodes.get(2).id()).isNotEqualTo(before);
    assertThat(nodes.get(2).address()).isNotEqualTo(oldAddress);
    assertThat(stateOf(nodes.get(0), before)).isEqualTo(State.DEAD);
    assertThat(stateOf(nodes.get(0), nodes.get(2).id())).isEqualTo(State.ALIVE);
  }

  @Test
  void endsAProcessThatHasSaidGoodBye() {
    List<SimulatedNode> nodes = cluster(5);
    NodeId left = nodes.get(1).id();
    simulation.leave(nodes.get(1));
    simulation.advance(SECOND.multipliedBy(7));

    assertThat(nodes.get(1).isRunning()).isFalse();
    assertThat(stateOf(nodes.get(0), left)).isEqualTo(State.LEFT);
    assertThatThrownBy(() -> nodes.get(1).messages())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("node-1 does not run");
  }

  @Test
  void carriesMessagesOfTheCodeThatRunsOnTheNodes() {
    List<String> got = new ArrayList<>();
    List<SimulatedNode> nodes =
        simulation.addAll(
            3,
            node ->
                node.messages()
                    .receive(
                        "greeting",
                        Runnable::run,
                        (from, message) -> got.add(node.name() + ": " + message.toUtf8())));
    nodes.forEach(simulation::start);
    simulation.advance(SECOND);
    CompletableFuture<Void> sent =
        nodes
            .get(0)
            .messages()
            .send(nodes.get(2).id(), "greeting", Bytes.utf8("hello"))
            .toCompletableFuture();
    CompletableFuture<Void> unheard =
        nodes
            .get(0)
            .messages()
            .send(nodes.get(2).id(), "farewell", Bytes.utf8("bye"))
            .toCompletableFuture();
    simulation.advance(SECOND);

    assertThat(got).containsExactly("node-2: hello");
    assertThat(sent).isCompleted();
    assertThatThrownBy(unheard::get).hasCauseInstanceOf(DcosNetException.class);
  }

  @Test
  void runsCodeByTheClockOfItsNodeAndEndsItWithTheNode() {
    List<String> done = new ArrayList<>();
    SimulatedNode node =
        simulation.add(
            "worker",
            self ->
                self.scheduler().schedule(SECOND, () -> done.add("after " + simulation.elapsed())));
    simulation.start(node);
    simulation.pause(node, SECOND.multipliedBy(3));
    simulation.advance(SECOND.multipliedBy(2));
    assertThat(done).isEmpty();
    simulation.advance(SECOND);
    assertThat(done).containsExactly("after PT3S");

    simulation.restart(node);
    simulation.kill(node);
    simulation.advance(SECOND.multipliedBy(5));
    assertThat(done).hasSize(1);
  }

  @Test
  void showsTheMembersAsANodeSeesThem() {
    List<String> changes = new ArrayList<>();
    List<SimulatedNode> nodes = simulation.addAll(4, node -> {});
    simulation.startComplete();
    assertThat(nodes.get(0).membership().members()).hasSize(4);
    nodes
        .get(0)
        .membership()
        .subscribe(
            Runnable::run,
            list ->
                list.forEach(change -> changes.add("" + requireNonNull(change.after()).state())));
    simulation.advance(SECOND);
    NodeId dead = nodes.get(3).id();
    simulation.kill(nodes.get(3));
    simulation.advance(SECOND.multipliedBy(2));

    assertThat(nodes.get(0).membership().byId(dead).orElseThrow().state()).isEqualTo(State.DEAD);
    assertThat(changes).startsWith("ALIVE", "ALIVE", "ALIVE", "ALIVE").endsWith("DEAD");
  }

  @Test
  void tellsWhatANodeNotices() {
    List<SimulatedNode> nodes = cluster(3);
    List<State> states = new ArrayList<>();
    nodes
        .get(0)
        .onEvent(
            event -> {
              if (event instanceof MemberChanged change) {
                states.add(change.after());
              }
            });
    simulation.kill(nodes.get(1));
    simulation.advance(SECOND.multipliedBy(2));

    assertThat(states).startsWith(State.SUSPECT).endsWith(State.DEAD);
  }
}

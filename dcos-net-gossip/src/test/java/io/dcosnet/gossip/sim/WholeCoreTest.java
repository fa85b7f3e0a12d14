// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.IdentityCloned;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What members believe of each other, with all parts of the core at work. */
class WholeCoreTest {

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Simulation simulation =
      Simulation.of(7, GossipSettings.lan(), NetworkModel.lan(), metrics);

  @Test
  void anAnnouncementReachesAllInFarLessThanASecond() {
    List<SimulatedNode> nodes = cluster(100);
    Duration begin = simulation.elapsed();
    GossipCore core = nodes.get(3).core();
    nodes.get(3).scheduler().execute(() -> core.announce(core.self().profile()));

    boolean all =
        simulation.advanceUntil(
            () -> nodes.stream().allMatch(node -> incarnation(node, nodes.get(3)) == 1),
            Duration.ofSeconds(5));

    assertThat(all).isTrue();
    assertThat(simulation.elapsed().minus(begin)).isLessThan(Duration.ofMillis(700));
  }

  @Test
  void aRestartedMemberIsAliveAgainEverywhereWhateverWasKnownOfItsLifeBefore() {
    List<SimulatedNode> nodes = cluster(20);
    SimulatedNode victim = nodes.get(5);
    simulation.kill(victim);
    assertThat(
            simulation.advanceUntil(
                () -> others(nodes, victim).allMatch(node -> state(node, victim) == State.DEAD),
                Duration.ofSeconds(3)))
        .isTrue();

    simulation.start(victim);

    assertThat(
            simulation.advanceUntil(
                () -> nodes.stream().allMatch(node -> state(node, victim) == State.ALIVE),
                Duration.ofSeconds(2)))
        .isTrue();
    simulation.advance(Duration.ofSeconds(30));
    assertAllAgree(nodes);
    assertThat(metrics.count("dcosnet.gossip.false.positive")).isZero();
  }

  @Test
  void aMassRestartLeavesNobodyDead() {
    List<SimulatedNode> nodes = cluster(50);
    for (int i = 0; i < nodes.size(); i++) {
      SimulatedNode node = nodes.get(i);
      simulation.later(Duration.ofMillis(20L * i), () -> simulation.restart(node));
    }

    simulation.advance(Duration.ofSeconds(20));

    assertAllAgree(nodes);
  }

  @Test
  void aMemberThatIsOnlyStoppedForAWhileObjectsAndNobodyBuriesIt() {
    List<SimulatedNode> nodes = cluster(20);
    List<MemberChanged> dead = new ArrayList<>();
    nodes.forEach(
        node ->
            node.onEvent(
                event -> {
                  if (event instanceof MemberChanged changed && changed.after() == State.DEAD) {
                    dead.add(changed);
                  }
                }));
    simulation.pause(nodes.get(4), Duration.ofSeconds(3));

    simulation.advance(Duration.ofSeconds(20));

    assertThat(dead).isEmpty();
    assertAllAgree(nodes);
  }

  @Test
  void ofTwoWithOneDiskTheEarlierTakesAnotherIdentityAndBothAreMembers() {
    List<SimulatedNode> nodes = cluster(8);
    SimulatedNode original = nodes.get(2);
    SimulatedNode copy = simulation.add("copy");
    NodeId id = original.id();
    List<GossipEvent> events = new ArrayList<>();
    original.onEvent(events::add);
    simulation.copyDisk(original, copy);
    simulation.start(copy);

    simulation.advance(Duration.ofSeconds(30));

    assertThat(events).filteredOn(IdentityCloned.class::isInstance).hasSize(1);
    assertThat(copy.id()).isEqualTo(id);
    assertThat(original.id()).isNotEqualTo(id);
    List<SimulatedNode> all = simulation.nodes();
    assertAllAgree(all);
    assertThat(all).allMatch(node -> alive(node) == 9);
  }

  @Test
  void ofTwoCopiesThatStartInTheSameMillisecondOneTakesAnotherIdentity() {
    List<SimulatedNode> nodes = cluster(8);
    SimulatedNode original = nodes.get(3);
    SimulatedNode copy = nodes.get(5);
    NodeId id = original.id();
    simulation.powerOff(original);
    simulation.powerOff(copy);
    simulation.copyDisk(original, copy);
    simulation.start(original);
    simulation.start(copy);

    simulation.advance(Duration.ofSeconds(60));

    assertThat(List.of(original.id(), copy.id())).doesNotHaveDuplicates().contains(id);
    assertThat(nodes).allMatch(node -> alive(node) == 8);
  }

  @Test
  void aRebuiltHostOwnsItsNameAndItsOldSelfDies() {
    List<SimulatedNode> nodes = cluster(8);
    SimulatedNode rebuilt = nodes.get(3);
    NodeId old = rebuilt.id();
    simulation.rebuild(rebuilt);

    simulation.advance(Duration.ofSeconds(60));

    for (SimulatedNode node : nodes) {
      MemberRecord member = node.core().member(rebuilt.id());
      assertThat(member).isNotNull();
      assertThat(node.core().shownName(member)).isEqualTo("node-3");
      MemberRecord before = node.core().member(old);
      assertThat(before == null || before.state() == State.DEAD).isTrue();
    }
  }

  private List<SimulatedNode> cluster(int count) {
    List<SimulatedNode> nodes = simulation.addAll(count, node -> {});
    simulation.startComplete();
    simulation.advance(Duration.ofSeconds(10));
    assertAllAgree(nodes);
    return nodes;
  }

  private static Stream<SimulatedNode> others(List<SimulatedNode> nodes, SimulatedNode but) {
    return nodes.stream().filter(node -> node != but);
  }

  private static State state(SimulatedNode node, SimulatedNode of) {
    MemberRecord member = node.core().member(of.id());
    return member == null ? State.LEFT : member.state();
  }

  private static long incarnation(SimulatedNode node, SimulatedNode of) {
    MemberRecord member = node.core().member(of.id());
    return member == null ? -1 : member.incarnation();
  }

  private static long alive(SimulatedNode node) {
    return node.core().members().stream().filter(m -> m.state() == State.ALIVE).count();
  }

  private static void assertAllAgree(List<SimulatedNode> nodes) {
    for (SimulatedNode node : nodes) {
      assertThat(node.core().digest()).as(node.name()).isEqualTo(nodes.get(0).core().digest());
      assertThat(alive(node)).as(node.name()).isEqualTo(nodes.size());
    }
  }
}

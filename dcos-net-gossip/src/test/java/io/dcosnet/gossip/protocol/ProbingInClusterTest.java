// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.LinkImpaired;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.GossipEvent.PartitionSuspected;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.sim.NetworkModel;
import io.dcosnet.gossip.sim.SimulatedNode;
import io.dcosnet.gossip.sim.Simulation;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Probes and suspicions of whole clusters, without the links of rings. */
class ProbingInClusterTest {

  private static final GossipSettings SETTINGS = GossipSettings.lan().toBuilder().rings(0).build();

  /** Something that a node noticed. */
  private record Noticed(SimulatedNode by, GossipEvent event) {}

  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Simulation simulation = Simulation.of(11, SETTINGS, NetworkModel.lan(), metrics);
  private final List<Noticed> noticed = new ArrayList<>();
  private final Map<SimulatedNode, Map<NodeId, State>> views = new HashMap<>();

  @Test
  void suspectsHardlyAnybodyAndNobodyForLongWhileATenthOfAllPacketsIsLost() {
    cluster(20);
    simulation.network(NetworkModel.lan().withLoss(0.1));
    simulation.advance(Duration.ofMinutes(20));

    assertThat(changes(State.DEAD)).isEmpty();
    assertThat(probes("ack")).isGreaterThan(18_000);
    assertThat(probes("indirect")).isGreaterThan(2_000);
    // Direct, through all three helpers and over TCP within a second: seldom do all get lost.
    assertThat(probes("fail")).isLessThan(40);
    assertThat(impaired()).isLessThan(60);
  }

  @Test
  void declaresAHostDeadThatIsGone() {
    List<SimulatedNode> nodes = cluster(10);
    NodeId gone = nodes.get(3).id();
    simulation.powerOff(nodes.get(3));

    assertThat(
            simulation.advanceUntil(() -> changes(State.DEAD).size() == 9, Duration.ofSeconds(12)))
        .isTrue();
    assertThat(changes(State.DEAD)).allMatch(change -> change.id().equals(gone));
    assertThat(noticed(PartitionSuspected.class)).isEmpty();
  }

  @Test
  void letsAMemberLiveWhomOneNodeAloneDoesNotReachAndSaysSo() {
    List<SimulatedNode> nodes = cluster(6);
    SimulatedNode from = nodes.get(1);
    SimulatedNode to = nodes.get(4);
    simulation.cut(from, to);
    simulation.advance(Duration.ofMinutes(2));

    assertThat(changes(State.DEAD)).isEmpty();
    // Each of the two misses what goes the one way: requests of one, answers to the other.
    assertThat(noticed(LinkImpaired.class))
        .containsExactlyInAnyOrder(
            new Noticed(from, new LinkImpaired(to.id(), true)),
            new Noticed(to, new LinkImpaired(from.id(), true)));

    simulation.join(from, to);
    simulation.advance(Duration.ofSeconds(30));
    assertThat(noticed(LinkImpaired.class))
        .hasSize(4)
        .contains(new Noticed(from, new LinkImpaired(to.id(), false)));
  }

  @Test
  void letsANodeWhoseOwnFilterRefusesWhatItSendsDoubtTheOthersAndBeDeadToThem() {
    List<SimulatedNode> nodes = cluster(6);
    SimulatedNode mute = nodes.get(2);
    simulation.refuseToSend(mute, true);
    simulation.advance(Duration.ofSeconds(90));

    for (SimulatedNode other : nodes) {
      if (other != mute) {
        assertThat(views.get(other)).containsExactly(Map.entry(mute.id(), State.DEAD));
      }
    }
    // Nor is it blind itself: what it could not send is no answer.
    assertThat(views.get(mute)).isNotEmpty().doesNotContainValue(State.ALIVE);
  }

  @Test
  void killsNoHealthyMemberWhileSomeStandStill() {
    List<SimulatedNode> nodes = cluster(40);
    for (int i = 0; i < 60; i++) {
      SimulatedNode first = nodes.get(i * 7 % 40);
      SimulatedNode second = nodes.get((i * 11 + 5) % 40);
      simulation.pause(first, Duration.ofSeconds(5));
      simulation.pause(second, Duration.ofSeconds(5));
      simulation.advance(Duration.ofSeconds(10));
    }

    assertThat(changes(State.DEAD)).isEmpty();
    assertThat(metrics.count("dcosnet.gossip.suspicions.refuted")).isPositive();
  }

  @Test
  void saysInBothHalvesOfAPartedClusterThatItIsRatherCutOffAndFindsTogetherAgain() {
    List<SimulatedNode> nodes = cluster(20);
    List<SimulatedNode> half = nodes.subList(0, 10);
    simulation.isolate(half);
    simulation.advance(Duration.ofSeconds(60));

    assertThat(noticed(PartitionSuspected.class))
        .extracting(Noticed::by)
        .containsAnyElementsOf(half)
        .containsAnyElementsOf(nodes.subList(10, 20));
    assertThat(changes(State.DEAD)).hasSize(200);
    simulation.heal();
    assertThat(
            simulation.advanceUntil(
                () -> nodes.stream().allMatch(this::seesAll), Duration.ofSeconds(30)))
        .isTrue();
  }

  @Test
  void sendsLittleWhenAllIsQuiet() {
    List<SimulatedNode> nodes = cluster(20);
    simulation.advance(Duration.ofSeconds(30));
    long before = nodes.stream().mapToLong(SimulatedNode::octetsSent).sum();
    simulation.advance(Duration.ofSeconds(60));
    long sent = nodes.stream().mapToLong(SimulatedNode::octetsSent).sum() - before;

    assertThat(sent / 60 / 20).isLessThan(230);
  }

  private List<SimulatedNode> cluster(int members) {
    List<SimulatedNode> nodes = simulation.addAll(members, node -> {});
    for (SimulatedNode node : nodes) {
      var unused =
          node.onEvent(
              event -> {
                noticed.add(new Noticed(node, event));
                if (event instanceof MemberChanged change && change.after() != null) {
                  views
                      .computeIfAbsent(node, key -> new HashMap<>())
                      .put(change.id(), change.after());
                }
              });
    }
    simulation.startComplete();
    simulation.advance(Duration.ofSeconds(5));
    return nodes;
  }

  private boolean seesAll(SimulatedNode node) {
    return views.getOrDefault(node, Map.of()).values().stream()
        .allMatch(state -> state == State.ALIVE);
  }

  private List<MemberChanged> changes(State after) {
    return noticed.stream()
        .map(Noticed::event)
        .filter(MemberChanged.class::isInstance)
        .map(MemberChanged.class::cast)
        .filter(change -> change.after() == after && change.before() != after)
        .toList();
  }

  private List<Noticed> noticed(Class<? extends GossipEvent> kind) {
    return noticed.stream().filter(one -> kind.isInstance(one.event())).toList();
  }

  private long impaired() {
    return noticed(LinkImpaired.class).size();
  }

  private long probes(String result) {
    return metrics.count("dcosnet.gossip.probes", "result", result);
  }
}

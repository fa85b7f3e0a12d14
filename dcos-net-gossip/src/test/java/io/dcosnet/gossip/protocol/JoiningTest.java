// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoiningTest {

  private final StreamNetwork network = new StreamNetwork(StreamNetwork.quiet());

  @Test
  void aNodeAloneIsAClusterOfItsOwnAndStaysCalm() {
    StreamNode alone = network.node();
    alone.seeds = List.of(alone.address);
    alone.start();

    network.time.advance(Duration.ofMinutes(10));

    assertThat(alone.alive()).isEqualTo(1);
    assertThat(alone.octets).isZero();
    assertThat(alone.events).noneMatch(GossipEvent.Joined.class::isInstance);
  }

  @Test
  void oneExchangeWithASeedMakesAMemberOfAll() {
    List<StreamNode> cluster = network.cluster(10);
    StreamNode joining = network.node(cluster.get(3).address);

    joining.start();

    assertThat(network.within(Duration.ofMillis(10), () -> joining.alive() == 11)).isTrue();
    assertThat(joining.events).contains(new GossipEvent.Joined(cluster.get(3).id, 11));
    assertThat(
            network.within(
                Duration.ofMillis(1500),
                () -> cluster.stream().allMatch(node -> node.alive() == 11)))
        .isTrue();
  }

  @Test
  void whoJoinsThroughAMemberThatLeavesJoinsTheOthers() {
    List<StreamNode> cluster = network.cluster(3);
    StreamNode leaving = cluster.get(1);
    StreamNode joining = network.node(leaving.address);
    leaving.core().leave(() -> {});

    joining.start();
    network.time.advance(Duration.ofMillis(500));

    assertThat(joining.alive()).isEqualTo(3);
    assertThat(joining.events)
        .noneMatch(
            event ->
                event instanceof GossipEvent.MemberChanged change
                    && change.id().equals(leaving.id)
                    && change.after() == State.ALIVE);
  }

  @Test
  void whoWasFoundByAnotherHasJoinedToo() {
    StreamNode first = network.node();
    StreamNode second = network.node(first.address);
    first.start();
    second.start();

    network.time.advance(Duration.ofSeconds(1));

    assertThat(first.events).contains(new GossipEvent.Joined(second.id, 2));
    assertThat(second.events).contains(new GossipEvent.Joined(first.id, 2));
  }

  @Test
  void aSeedThatComesLaterIsFoundInRoundsThatBecomeRarer() {
    HostPort nobody = HostPort.parse("203.0.113.7:7950");
    StreamNode early = network.node();
    StreamNode late = network.node();
    early.seeds = List.of(nobody, late.address);
    early.start();

    network.time.advance(Duration.ofMinutes(5));
    // Of two addresses one refuses and one does not answer, for 10 s.
    assertThat(network.opens).isBetween(10, 60);

    late.start();
    assertThat(network.within(Duration.ofSeconds(50), () -> early.alive() == 2)).isTrue();
  }

  @Test
  void whoStartsALittleBeforeItsSeedDoesNotWaitLongForIt() {
    StreamNode early = network.node();
    StreamNode late = network.node();
    early.seeds = List.of(late.address);
    early.start();
    network.time.advance(Duration.ofMillis(500));

    late.start();

    assertThat(network.within(Duration.ofMillis(500), () -> early.alive() == 2)).isTrue();
    assertThat(late.alive()).isEqualTo(2);
  }

  @Test
  void whoWasFoundByAnotherLooksForWhatElseThereIsLikeWhoeverJoins() {
    StreamNode found = network.node();
    StreamNode other = network.node(found.address);
    found.start();
    other.start();

    network.time.advance(Duration.ofSeconds(10));

    for (StreamNode node : List.of(found, other)) {
      long further = node.metrics.count("dcosnet.gossip.sync", "kind", "join", "result", "equal");
      assertThat(further).isEqualTo(2);
    }
  }

  @Test
  void aNodeThatMeetsItselfUnderAnotherAddressLooksOn() {
    HostPort alias = HostPort.parse("192.0.2.200:7950");
    StreamNode first = network.node();
    StreamNode second = network.node();
    first.seeds = List.of(alias, second.address);
    network.nodes.put(alias, first);
    first.start();
    second.start();

    assertThat(network.within(Duration.ofSeconds(3), () -> first.alive() == 2)).isTrue();
    assertThat(first.core().size()).isEqualTo(2);
    assertThat(second.core().size()).isEqualTo(2);
  }

  @Test
  void membersOfTheLastStartAreFoundWithoutAnySeed() {
    List<StreamNode> cluster = network.cluster(5);
    StreamNode again = cluster.get(4);
    again.kill();
    again.seeds = List.of();
    List<KeptMember> kept = new ArrayList<>();
    for (StreamNode node : cluster.subList(0, 4)) {
      kept.add(new KeptMember(node.id, 1, 0, State.DEAD, "kept", List.of(node.address)));
    }
    again.kept = kept;
    again.start();

    assertThat(network.within(Duration.ofSeconds(2), () -> again.alive() == 5)).isTrue();
  }

  @Test
  void manyThatJoinThroughOneSeedAtOnceAllGetIn() {
    StreamNode seed = network.node();
    seed.start();
    List<StreamNode> all = new ArrayList<>(List.of(seed));
    for (int i = 0; i < 199; i++) {
      all.add(network.node(seed.address));
    }
    all.forEach(
        node -> {
          if (node != seed) {
            node.start();
          }
        });

    assertThat(
            network.within(
                Duration.ofSeconds(8),
                () -> all.stream().allMatch(node -> node.core().size() == 200)))
        .isTrue();
    assertThat(seed.metrics.count("dcosnet.gossip.sync", "kind", "answer", "result", "busy"))
        .isPositive();
    assertThat(seed.metrics.count("dcosnet.gossip.link.closed", "reason", "limit")).isPositive();
  }
}

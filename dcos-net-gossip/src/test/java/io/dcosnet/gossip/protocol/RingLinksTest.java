// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Grade;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingLinksTest {

  private static final String FLAPS = "dcosnet.gossip.link.flaps";
  private static final String LINKS = "dcosnet.gossip.ring.links";

  private final StreamNetwork network = new StreamNetwork(StreamNetwork.quiet());

  @Test
  void eachNodeIsLinkedToItsNeighboursAndToNobodyElse() {
    List<StreamNode> cluster = network.cluster(30);

    for (StreamNode node : cluster) {
      assertThat(node.metrics.gauge(LINKS, "state", "open")).isBetween(2L, 6L);
      assertThat(node.metrics.gauge(LINKS, "state", "open"))
          .isEqualTo(node.metrics.gauge(LINKS, "state", "wanted"))
          .isEqualTo(node.openLinks());
    }
  }

  @Test
  void allNeighboursOfAKilledProcessAccuseItOfACrashWithinARoundTripOrTwo() {
    List<StreamNode> cluster = network.cluster(30);
    StreamNode victim = cluster.get(7);
    int neighbours = victim.openLinks();

    victim.kill();
    network.time.advance(Duration.ofMillis(5));

    List<StreamNode> accusers =
        cluster.stream()
            .filter(node -> node != victim)
            .filter(
                node ->
                    node.core().accusations(victim.id).stream()
                        .anyMatch(
                            accusation ->
                                accusation.accuser().equals(node.id)
                                    && accusation.grade() == Grade.CRASH))
            .toList();
    assertThat(accusers).hasSize(neighbours);
    assertThat(
            network.within(
                Duration.ofMillis(1200),
                () ->
                    cluster.stream()
                        .filter(node -> node != victim)
                        .allMatch(node -> node.sees(victim) == State.DEAD)))
        .isTrue();
  }

  @Test
  void aStreamThatIsLostBetweenTwoThatLiveAccusesNobodyAndComesBack() {
    List<StreamNode> cluster = network.cluster(30);
    StreamNode node = cluster.get(7);
    int neighbours = node.openLinks();

    node.cutLinks();
    network.time.advance(Duration.ofSeconds(10));

    assertThat(node.metrics.count(FLAPS)).isEqualTo(neighbours);
    assertThat(node.openLinks()).isEqualTo(neighbours);
    for (StreamNode other : cluster) {
      assertThat(other.alive()).isEqualTo(30);
      assertThat(other.core().accusations(node.id)).isEmpty();
      assertThat(node.core().accusations(other.id)).isEmpty();
      assertThat(other.metrics.gauge(LINKS, "state", "open")).isEqualTo(other.openLinks());
    }
    assertThat(node.core().self().incarnation()).isZero();
  }

  @Test
  void aHostThatFallsSilentIsNotAccusedByItsLinks() {
    List<StreamNode> cluster = network.cluster(10);
    StreamNode victim = cluster.get(3);

    victim.silent = true;
    network.time.advance(Duration.ofMinutes(2));

    assertThat(cluster.get(0).sees(victim)).isEqualTo(State.ALIVE);
    assertThat(cluster.stream().mapToLong(node -> node.metrics.count(FLAPS)).sum()).isPositive();
  }

  @Test
  void aProcessThatIsStartedAgainAtOnceIsLinkedAgain() {
    List<StreamNode> cluster = network.cluster(10);
    StreamNode again = cluster.get(3);
    int neighbours = again.openLinks();
    again.seeds = List.of(cluster.get(0).address);

    again.kill();
    again.start();
    network.time.advance(Duration.ofSeconds(10));

    for (StreamNode node : cluster) {
      assertThat(node.alive()).isEqualTo(10);
    }
    assertThat(again.openLinks()).isEqualTo(neighbours);
  }

  @Test
  void aMemberThatLeavesIsAccusedByNobody() {
    List<StreamNode> cluster = network.cluster(20);
    StreamNode leaving = cluster.get(5);
    boolean[] done = new boolean[1];

    leaving.core().leave(() -> done[0] = true);
    assertThat(
            network.within(
                Duration.ofMillis(800),
                () ->
                    cluster.stream()
                        .filter(node -> node != leaving)
                        .allMatch(node -> node.sees(leaving) == State.LEFT)))
        .isTrue();
    network.time.advance(Duration.ofSeconds(2));
    assertThat(done[0]).isTrue();
    leaving.kill();
    network.time.advance(Duration.ofSeconds(20));

    for (StreamNode node : cluster) {
      if (node != leaving) {
        assertThat(node.sees(leaving)).isEqualTo(State.LEFT);
        assertThat(node.core().why(leaving.id)).allMatch(step -> step.accuser() == null);
      }
    }
  }

  @Test
  void withoutRingsThereAreNoLinks() {
    StreamNetwork without = new StreamNetwork(StreamNetwork.quiet().toBuilder().rings(0).build());
    List<StreamNode> cluster = without.cluster(5);

    assertThat(cluster).allMatch(node -> node.openLinks() == 0);
  }

  @Test
  void aSecondStreamThatIsNeverClosedByTheOtherSideEnds() {
    List<StreamNode> cluster = network.cluster(3);
    // Each neighbour opened one more, and lost its power before it could close it.
    for (StreamNode node : cluster) {
      for (StreamNode other : cluster) {
        if (node != other) {
          node.extraRingLink(other);
        }
      }
    }

    network.time.advance(Duration.ofMinutes(5));

    for (StreamNode node : cluster) {
      assertThat(node.core().node().links.size()).isEqualTo(node.openLinks()).isEqualTo(2);
    }
  }

  @Test
  void idleLinksCostLittle() {
    List<StreamNode> cluster = network.cluster(30);
    network.time.advance(Duration.ofSeconds(20));
    long before = cluster.stream().mapToLong(node -> node.octets).sum();

    network.time.advance(Duration.ofSeconds(100));

    long octets = cluster.stream().mapToLong(node -> node.octets).sum() - before;
    // Of 350 octets a second; probes, which are off here, take 208.
    assertThat(octets / 100 / 30).isBetween(20L, 142L);
  }
}

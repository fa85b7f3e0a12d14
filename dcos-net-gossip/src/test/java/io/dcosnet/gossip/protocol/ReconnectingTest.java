// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconnectingTest {

  private final StreamNetwork network = new StreamNetwork(GossipSettings.lan());

  private void split(List<StreamNode> cluster, int first) {
    List<StreamNode> side = cluster.subList(0, first);
    network.passes =
        (from, to) ->
            side.contains(network.nodes.get(from)) == side.contains(network.nodes.get(to));
  }

  private boolean allSee(List<StreamNode> cluster, int alive, Duration limit) {
    return network.within(limit, () -> cluster.stream().allMatch(node -> node.alive() == alive));
  }

  @Test
  void halvesThatWerePartedForLongFindEachOtherSoonAfterTheyCan() {
    List<StreamNode> cluster = network.cluster(20);
    cluster.forEach(node -> node.seeds = List.of());
    split(cluster, 10);
    network.time.advance(Duration.ofMinutes(10));
    assertThat(cluster).allMatch(node -> node.alive() == 10);

    network.passes = (from, to) -> true;

    assertThat(allSee(cluster, 20, Duration.ofSeconds(15))).isTrue();
  }

  @Test
  void oneThatWasCutOffComesBack() {
    List<StreamNode> cluster = network.cluster(20);
    cluster.forEach(node -> node.seeds = List.of());
    split(cluster, 1);
    network.time.advance(Duration.ofMinutes(10));
    assertThat(cluster.get(0).alive()).isEqualTo(1);

    network.passes = (from, to) -> true;

    assertThat(allSee(cluster, 20, Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void twoClustersThatNeverMetAreJoinedBySeeds() {
    List<StreamNode> one = network.cluster(3);
    List<StreamNode> other = network.cluster(3);
    other.get(0).seeds = List.of(one.get(0).address);

    assertThat(allSee(one, 6, Duration.ofSeconds(50))).isTrue();
    assertThat(allSee(other, 6, Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void whoLeftIsNotTried() {
    List<StreamNode> cluster = network.cluster(4);
    StreamNode left = cluster.get(3);
    left.core().leave(() -> {});
    network.time.advance(Duration.ofSeconds(3));
    left.kill();
    cluster.forEach(node -> node.seeds = List.of());
    network.time.advance(Duration.ofSeconds(10));
    int opens = network.opens;
    List<StreamNode> others = cluster.subList(0, 3);
    assertThat(others).allMatch(node -> node.sees(left) == State.LEFT);

    network.time.advance(Duration.ofSeconds(25));

    // Only the periodic exchanges of three nodes.
    assertThat(network.opens - opens).isLessThanOrEqualTo(3);
  }
}

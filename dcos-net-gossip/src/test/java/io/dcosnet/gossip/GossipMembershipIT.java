// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.api.spi.Membership;
import io.dcosnet.testkit.MembershipContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The contract, with nodes on sockets and short times. */
@Timeout(60)
class GossipMembershipIT extends MembershipContract {

  private final Clusters clusters = new Clusters();

  @BeforeEach
  void startTheLocalNode() {
    clusters.settings =
        clusters.settings.toBuilder()
            .probeInterval(Duration.ofMillis(60))
            .probeTimeoutMax(Duration.ofMillis(40))
            .suspicionAlpha(2)
            .suspicionBeta(2)
            .gossipInterval(Duration.ofMillis(10))
            .leaveLinger(Duration.ofMillis(50))
            .build();
    clusters.start();
  }

  @AfterEach
  void stop() {
    clusters.close();
  }

  @Override
  protected Membership membership() {
    return clusters.nodes.get(0).membership();
  }

  private GossipCluster node(NodeId id) {
    return clusters.nodes.stream().filter(node -> node.id().equals(id)).findAny().orElseThrow();
  }

  private void awaitEverywhere(NodeId id, State state) {
    List<GossipCluster> running = new ArrayList<>(clusters.nodes);
    running.removeIf(node -> node.state() != GossipCluster.State.RUNNING);
    await()
        .atMost(Clusters.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () ->
                assertThat(running)
                    .allSatisfy(
                        node ->
                            assertThat(Clusters.state(node, id))
                                .as(() -> Clusters.get(node.why(id)).toString())
                                .isEqualTo(state)));
  }

  @Override
  protected NodeId join(Map<String, String> metadata) {
    GossipCluster node = clusters.start(clusters.builder().metadata(metadata));
    awaitEverywhere(node.id(), State.ALIVE);
    return node.id();
  }

  @Override
  protected void crash(NodeId id) {
    Clusters.crash(node(id));
    awaitEverywhere(id, State.DEAD);
  }

  @Override
  protected void leave(NodeId id) {
    Clusters.get(node(id).leave(Duration.ofSeconds(5)));
    awaitEverywhere(id, State.LEFT);
  }

  @Override
  protected void settle() {
    // Listeners run in the same turn of the loop that shows the change, so after one more turn of
    // it all is told.
    Clusters.get(clusters.nodes.get(0).debugSnapshot());
    Clusters.get(clusters.nodes.get(0).debugSnapshot());
  }
}

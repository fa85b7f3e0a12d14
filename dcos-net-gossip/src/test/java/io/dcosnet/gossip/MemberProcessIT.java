// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static io.dcosnet.gossip.Clusters.awaitState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member in another process, with the preset for a data centre. */
@Timeout(90)
@EnabledOnOs({OS.LINUX, OS.MAC})
class MemberProcessIT {

  private static final Logger LOGGER = LoggerFactory.getLogger(MemberProcessIT.class);

  private final Clusters clusters = new Clusters();
  private final List<State> seen = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    clusters.close();
  }

  private NodeId startFourAnd(MemberProcess child) {
    NodeId id = NodeId.parse(child.id());
    for (GossipCluster node : clusters.nodes) {
      awaitState(node, id, State.ALIVE);
      node.onEvent(
          Runnable::run,
          event -> {
            if (event instanceof GossipEvent.MemberChanged change && change.id().equals(id)) {
              seen.add(change.after());
            }
          });
    }
    return id;
  }

  private void startFour() {
    clusters.settings = GossipSettings.lan();
    for (int i = 0; i < 4; i++) {
      clusters.start();
    }
    Clusters.awaitTogether(clusters.nodes);
  }

  @Test
  void aKilledProcessIsSeenDeadByAllInLittleMoreThanASecond() throws Exception {
    startFour();
    try (MemberProcess child = MemberProcess.start(clusters.nodes.get(0).address(), "lan")) {
      NodeId id = startFourAnd(child);
      // Links of the rings are made at most once a second.
      await()
          .atMost(Clusters.PATIENCE)
          .until(() -> Clusters.get(clusters.nodes.get(0).debugSnapshot()).contains("links"));
      await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
      child.signal("KILL");
      long began = System.nanoTime();
      for (GossipCluster node : clusters.nodes) {
        awaitState(node, id, State.DEAD);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - began);

      LOGGER.warn("killed process seen dead by all after {}", took);
      assertThat(took).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void aProcessThatStandsStillForThreeSecondsIsNotDeclaredDead() throws Exception {
    startFour();
    try (MemberProcess child = MemberProcess.start(clusters.nodes.get(0).address(), "lan")) {
      NodeId id = startFourAnd(child);
      child.signal("STOP");
      await().pollDelay(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> true);
      child.signal("CONT");
      await().pollDelay(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> true);
      for (GossipCluster node : clusters.nodes) {
        awaitState(node, id, State.ALIVE);
      }

      assertThat(seen).doesNotContain(State.DEAD);
    }
  }
}

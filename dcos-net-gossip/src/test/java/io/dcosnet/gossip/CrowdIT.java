// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many members in one process that has little time for them. */
@Timeout(180)
class CrowdIT {

  private static final Logger LOGGER = LoggerFactory.getLogger(CrowdIT.class);

  private final Clusters clusters = new Clusters();

  @AfterEach
  void stop() {
    clusters.close();
  }

  @Test
  void fiftyMembersSettleBesideAHogOfTheProcessor() {
    settle(Integer.getInteger("dcosnet.gossip.crowd", 50));
  }

  private void settle(int members) {
    clusters.settings = GossipSettings.lan();
    AtomicBoolean over = new AtomicBoolean();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      Thread hog =
          new Thread(
              () -> {
                while (!over.get()) {
                  Thread.onSpinWait();
                }
              },
              "hog-" + i);
      hog.setDaemon(true);
      hog.start();
    }
    try {
      long began = System.nanoTime();
      clusters.start();
      List<CompletionStage<Void>> starts = new ArrayList<>();
      for (int i = 1; i < members; i++) {
        GossipCluster node = clusters.builder().build();
        clusters.nodes.add(node);
        starts.add(node.start());
      }
      starts.forEach(Clusters::get);
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> clusters.nodes.stream().allMatch(node -> alive(node) == members));
      LOGGER.warn(
          "{} members settled after {}", members, Duration.ofNanos(System.nanoTime() - began));
      await().pollDelay(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(8)).until(() -> true);

      assertThat(clusters.nodes).allMatch(node -> alive(node) == members);
      assertThat(clusters.metrics.count("dcosnet.gossip.false.positive")).isZero();
      assertThat(clusters.metrics.count("dcosnet.gossip.faults")).isZero();
    } finally {
      over.set(true);
    }
  }

  private static long alive(GossipCluster node) {
    return node.membership().members().stream()
        .filter(member -> member.state() == State.ALIVE)
        .count();
  }
}

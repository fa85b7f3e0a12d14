// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.NodeMessages;
import io.dcosnet.testkit.NodeMessagesContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The contract, over datagrams and streams. */
@Timeout(60)
class GossipMessagesIT extends NodeMessagesContract {

  private final Clusters clusters = new Clusters();
  private final List<Recorded> nodes = new ArrayList<>();
  private final List<CompletableFuture<Void>> underWay = new ArrayList<>();

  /** Remembers what is under way, so that the test can wait for it. */
  private final class Recorded implements NodeMessages {
    private final GossipCluster node;

    Recorded(GossipCluster node) {
      this.node = node;
    }

    @Override
    public CompletionStage<Void> send(NodeId to, String topic, Bytes message) {
      CompletionStage<Void> sent = node.messages().send(to, topic, message);
      synchronized (underWay) {
        underWay.add(sent.toCompletableFuture());
      }
      return sent;
    }

    @Override
    public Subscription receive(String topic, Executor executor, Receiver receiver) {
      return node.messages().receive(topic, executor, receiver);
    }
  }

  @BeforeEach
  void start() {
    clusters.settings = clusters.settings.toBuilder().mailTimeout(Duration.ofMillis(1500)).build();
    nodes.add(new Recorded(clusters.start()));
    nodes.add(new Recorded(clusters.start()));
    Clusters.awaitTogether(clusters.nodes);
  }

  @AfterEach
  void stop() {
    clusters.close();
  }

  @Override
  protected NodeMessages messages(int node) {
    return nodes.get(node);
  }

  @Override
  protected NodeId id(int node) {
    return clusters.nodes.get(node).id();
  }

  @Override
  protected void cutOffSecond() {
    Clusters.crash(clusters.nodes.get(1));
  }

  @Override
  protected void settle() {
    Awaitility.await()
        .atMost(Clusters.PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () -> {
              synchronized (underWay) {
                return underWay.stream().allMatch(CompletableFuture::isDone);
              }
            });
  }
}

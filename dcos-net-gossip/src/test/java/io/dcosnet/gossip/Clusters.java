// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.seed.Seeds;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Real nodes on loopback sockets. */
final class Clusters implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  final RecordingMetrics metrics = new RecordingMetrics();
  final NetRuntime net = NetRuntime.builder().metrics(metrics).ioThreads(2).build();
  final List<GossipCluster> nodes = new ArrayList<>();
  GossipSettings settings = GossipSettings.local();

  static GossipKey key(int id) {
    byte[] secret = new byte[GossipKey.OCTETS];
    Arrays.fill(secret, (byte) (id + 100));
    return new GossipKey(id, Bytes.copyOf(secret));
  }

  /** A node that joins the first one; not started. */
  GossipCluster.Builder builder() {
    GossipCluster.Builder builder =
        GossipCluster.builder(net)
            .name("node-" + (nodes.size() + 1))
            .bind(HostPort.parse("127.0.0.1:0"))
            .keys(KeyRing.of(key(1)))
            .label("test")
            .settings(settings);
    if (!nodes.isEmpty()) {
      builder.seeds(Seeds.of(nodes.get(0).address()));
    }
    return builder;
  }

  GossipCluster start(GossipCluster.Builder builder) {
    GossipCluster node = builder.build();
    get(node.start());
    nodes.add(node);
    return node;
  }

  GossipCluster start() {
    return start(builder());
  }

  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Ends a node without a word. */
  static void crash(GossipCluster node) {
    get(node.stop(Duration.ZERO));
  }

  static @Nullable State state(GossipCluster at, NodeId id) {
    return at.membership().byId(id).map(Member::state).orElse(null);
  }

  static void awaitState(GossipCluster at, NodeId id, State state) {
    await().atMost(PATIENCE).until(() -> state(at, id) == state);
  }

  /** Waits until these see each other, and nobody else, alive. */
  static void awaitTogether(List<GossipCluster> nodes) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                nodes.stream()
                    .allMatch(
                        node ->
                            node.membership().members().stream()
                                    .filter(member -> member.state() == State.ALIVE)
                                    .count()
                                == nodes.size()));
  }

  @Override
  public void close() {
    nodes.forEach(GossipCluster::close);
    net.close();
  }
}

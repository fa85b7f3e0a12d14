// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.api.store.ReplicatedStore.Write;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.crdt.CrdtStore;
import io.dcosnet.gossip.crdt.CrdtValue;
import io.dcosnet.gossip.settings.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store through the door of real nodes, from before their start until after their end. */
class GossipStoreIT {

  private final Clusters clusters = new Clusters();

  @AfterEach
  void stop() {
    clusters.close();
  }

  private GossipCluster.Builder withStore() {
    return clusters.builder().store(StoreSettings.local());
  }

  private GossipCluster startWithStore() {
    return clusters.start(withStore());
  }

  private static ConditionFactory soon() {
    return await().atMost(Clusters.PATIENCE).pollInterval(Duration.ofMillis(5));
  }

  private static Write put(GossipCluster node, String key, String value) {
    return Clusters.get(node.store().put(key, Bytes.utf8(value)));
  }

  private static Entry entry(GossipCluster node, String key) {
    Entry entry = node.store().view("").get(key);
    if (entry == null) {
      throw new AssertionError("no entry " + key);
    }
    return entry;
  }

  private static void awaitOwner(GossipCluster node, String key, OwnerState state) {
    soon()
        .until(
            () -> {
              Entry entry = node.store().view("").get(key);
              return entry != null && entry.ownerState() == state;
            });
  }

  private static void fails(CompletionStage<?> stage, String reason) {
    assertThat(stage.toCompletableFuture())
        .failsWithin(Clusters.PATIENCE)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(DcosNetException.class)
        .withMessageContaining(reason);
  }

  @Test
  void saysThatANodeWasBuiltWithoutAStore() {
    GossipCluster node = clusters.start();

    assertThatThrownBy(node::store)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without a store");
    assertThatThrownBy(node::crdts).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> node.why("a")).isInstanceOf(IllegalStateException.class);
    assertThat(Clusters.get(node.debugSnapshot())).doesNotContain("\"store\"");
  }

  @Test
  void failsWritesBeforeTheStartAndAfterTheEndButCanBeReadAllTheTime() {
    GossipCluster node = withStore().build();
    assertThat(node.store().view("")).isEmpty();
    fails(node.store().put("a", Bytes.utf8("1")), "not started yet");
    assertThatThrownBy(() -> node.store().localNode()).isInstanceOf(IllegalStateException.class);

    Clusters.get(node.start());
    clusters.nodes.add(node);
    put(node, "a", "1");
    assertThat(node.store().localNode()).isEqualTo(node.id());
    assertThat(entry(node, "a").ownerState()).isEqualTo(OwnerState.ALIVE);
    Clusters.crash(node);

    assertThat(node.store().view("").keySet()).containsExactly("a");
    fails(node.store().put("b", Bytes.utf8("1")), "does not run");
    fails(node.crdts().update("n", List.of(new CrdtOp.Add(1))), "does not run");
  }

  @Test
  void showsWhatIsBelievedOfTheOwnersOfEntries() {
    GossipCluster one = startWithStore();
    GossipCluster two = startWithStore();
    Clusters.awaitTogether(clusters.nodes);
    put(two, "a", "1");
    awaitOwner(one, "a", OwnerState.ALIVE);
    assertThat(entry(one, "a").owner()).isEqualTo(two.id());

    Clusters.crash(two);

    awaitOwner(one, "a", OwnerState.DEAD);
    assertThat(entry(one, "a").value()).isEqualTo(Bytes.utf8("1"));
    assertThat(one.store().why("a")).contains(two.id().toString(), "DEAD");
  }

  @Test
  void showsThatAnOwnerHasLeft() {
    GossipCluster one = startWithStore();
    GossipCluster two = startWithStore();
    Clusters.awaitTogether(clusters.nodes);
    put(two, "a", "1");
    awaitOwner(one, "a", OwnerState.ALIVE);

    Clusters.get(two.leave(Duration.ofSeconds(2)));

    awaitOwner(one, "a", OwnerState.LEFT);
  }

  @Test
  void addsUpWhatSeveralNodesCount() {
    for (int i = 0; i < 3; i++) {
      startWithStore();
    }
    Clusters.awaitTogether(clusters.nodes);
    for (GossipCluster node : clusters.nodes) {
      Clusters.get(node.crdts().update("hits", List.of(new CrdtOp.Add(5))));
    }

    for (GossipCluster node : clusters.nodes) {
      soon()
          .until(
              () -> node.crdts().get("hits").map(CrdtStore.Versioned::value).orElse(null),
              new CrdtValue.Count(15)::equals);
      assertThat(node.store().view("")).isEmpty();
    }
  }

  @Test
  void tellsWhoHasAWriteAndWhereAKeyComesFrom() {
    GossipCluster one = startWithStore();
    startWithStore();
    Clusters.awaitTogether(clusters.nodes);
    Write write = put(one, "a", "1");

    assertThat(Clusters.get(one.store().awaitSeen(write, Duration.ofSeconds(10))))
        .isEqualTo(Set.<NodeId>of());
    assertThat(Clusters.get(one.why("a"))).contains("a", one.id().toString());
    assertThat(Clusters.get(one.debugSnapshot()))
        .contains("\"store\":{", "\"octets\":", "\"ghosts\":0");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static org.awaitility.Awaitility.await;

import io.dcosnet.api.store.Board;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.testkit.ReplicatedStoreContract;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What every store does, on two real nodes over loopback. */
class GossipStoreContractIT extends ReplicatedStoreContract {

  private final Clusters clusters = new Clusters();
  private final GossipCluster one = clusters.start(withStore());
  private final GossipCluster two = clusters.start(withStore());
  private final PatientStore store = new PatientStore(one.store());
  private final PatientStore peer = new PatientStore(two.store());

  GossipStoreContractIT() {
    Clusters.awaitTogether(clusters.nodes);
  }

  private GossipCluster.Builder withStore() {
    return clusters.builder().store(StoreSettings.local());
  }

  @AfterEach
  void stop() {
    clusters.close();
  }

  @Override
  protected ReplicatedStore store() {
    return store;
  }

  @Override
  protected ReplicatedStore peer() {
    return peer;
  }

  @Override
  protected void settle() {
    boolean handed;
    do {
      await()
          .atMost(Clusters.PATIENCE)
          .pollInterval(Duration.ofMillis(2))
          .pollDelay(Duration.ZERO)
          .until(() -> versions(one).equals(versions(two)));
      for (GossipCluster node : List.of(one, two)) {
        // Behind the turn of its thread that showed this, so the watchers are woken.
        var unused = Clusters.get(node.debugSnapshot());
      }
      boolean ours = store.handOver();
      handed = peer.handOver() || ours;
    } while (handed);
  }

  private static List<Version> versions(GossipCluster node) {
    Collection<Entry> entries = node.store().view("").values();
    return entries.stream().map(Entry::version).toList();
  }

  @Override
  protected int maxPendingKeys() {
    return Board.MAX_PENDING_KEYS;
  }
}

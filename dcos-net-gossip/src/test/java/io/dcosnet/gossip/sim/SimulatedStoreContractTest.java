// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.Board;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.testkit.ReplicatedStoreContract;
import java.time.Duration;

class SimulatedStoreContractTest extends ReplicatedStoreContract {

  private final Simulation simulation =
      Simulation.withStores(
          1, GossipSettings.lan(), StoreSettings.lan(), NetworkModel.lan(), MetricsSink.none());
  private final SimulatedNode one = simulation.add("one");
  private final SimulatedNode two = simulation.add("two");

  SimulatedStoreContractTest() {
    simulation.startComplete();
    simulation.advance(Duration.ofSeconds(3)); // the links of the rings are open
  }

  @Override
  protected ReplicatedStore store() {
    return one.store();
  }

  @Override
  protected ReplicatedStore peer() {
    return two.store();
  }

  @Override
  protected void settle() {
    simulation.advance(Duration.ofSeconds(2));
  }

  @Override
  protected int maxPendingKeys() {
    return Board.MAX_PENDING_KEYS;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.UUID;

class FakeStoresContractTest extends ReplicatedStoreContract {

  private final VirtualTime time = new VirtualTime();
  private final FakeStores stores =
      new FakeStores(time, new SplittableRandom(1))
          .delay(Duration.ofMillis(1), Duration.ofMillis(50));
  private final ReplicatedStore store = stores.node(new NodeId(new UUID(0, 1)));
  private final ReplicatedStore peer = stores.node(new NodeId(new UUID(0, 2)));

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
    time.runUntilIdle();
  }

  @Override
  protected int maxPendingKeys() {
    return LocalStore.MAX_PENDING_KEYS;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import java.util.UUID;

class LocalStoreContractTest extends ReplicatedStoreContract {

  private final LocalStore store = LocalStore.of(new NodeId(new UUID(0, 1)));
  private final LocalStore peer = store.forNode(new NodeId(new UUID(0, 2)));

  @Override
  protected ReplicatedStore store() {
    return store;
  }

  @Override
  protected ReplicatedStore peer() {
    return peer;
  }

  @Override
  protected void settle() {}

  @Override
  protected int maxPendingKeys() {
    return LocalStore.MAX_PENDING_KEYS;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.MemoryDurableStore;

class MemoryDurableStoreContractTest extends DurableStoreContract {

  @Override
  protected DurableStore create() {
    return MemoryDurableStore.create();
  }

  @Override
  protected DurableStore reopen(DurableStore before) {
    return ((MemoryDurableStore) before).reopened();
  }
}

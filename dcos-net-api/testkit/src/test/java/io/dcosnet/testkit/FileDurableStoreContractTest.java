// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.store.DurableStore;
import io.dcosnet.api.store.FileDurableStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileDurableStoreContractTest extends DurableStoreContract {

  @TempDir private Path directory;

  @Override
  protected DurableStore create() {
    return FileDurableStore.open(directory);
  }

  @Override
  protected DurableStore reopen(DurableStore before) {
    return FileDurableStore.open(directory);
  }
}

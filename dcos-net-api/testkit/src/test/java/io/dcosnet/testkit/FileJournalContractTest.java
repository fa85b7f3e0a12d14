// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.api.store.FileJournal;
import io.dcosnet.api.store.Journal;
import io.dcosnet.api.store.SyncPolicy;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class FileJournalContractTest {

  abstract static class Contract extends JournalContract {

    private final SyncPolicy policy;
    @TempDir private Path directory;

    Contract(SyncPolicy policy) {
      this.policy = policy;
    }

    @Override
    protected Journal create() {
      return FileJournal.open(directory, policy, TimeSource.system(), MetricsSink.none());
    }

    @Override
    protected Journal reopen(Journal before) {
      return create();
    }
  }

  @Nested
  class WithASyncForEachRecord extends Contract {
    WithASyncForEachRecord() {
      super(SyncPolicy.EACH);
    }
  }

  @Nested
  class WithASyncNowAndThen extends Contract {
    WithASyncNowAndThen() {
      super(SyncPolicy.INTERVAL);
    }
  }

  @Nested
  class WithoutSync extends Contract {
    WithoutSync() {
      super(SyncPolicy.NONE);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.store.FileJournal;
import io.dcosnet.api.store.Journal;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileJournalContractTest extends JournalContract {

  @TempDir private Path directory;

  @Override
  protected Journal create() {
    return FileJournal.open(directory);
  }

  @Override
  protected Journal reopen(Journal before) {
    return FileJournal.open(directory);
  }
}

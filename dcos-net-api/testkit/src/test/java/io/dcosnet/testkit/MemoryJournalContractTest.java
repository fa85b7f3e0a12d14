// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit;

import io.dcosnet.api.store.Journal;
import io.dcosnet.api.store.MemoryJournal;

class MemoryJournalContractTest extends JournalContract {

  @Override
  protected Journal create() {
    return MemoryJournal.create();
  }

  @Override
  protected Journal reopen(Journal before) {
    return ((MemoryJournal) before).reopened();
  }
}

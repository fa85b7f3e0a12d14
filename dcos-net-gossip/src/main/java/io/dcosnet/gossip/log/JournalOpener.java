// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.store.FileJournal;
import io.dcosnet.api.store.Journal;
import io.dcosnet.api.store.SyncPolicy;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import java.nio.file.Path;

/** Opens the journal of a store, at the start and after the disk failed; a test has its own. */
@FunctionalInterface
interface JournalOpener {

  /** Blocks until it is read; throws as {@link FileJournal#open(Path)} does. */
  Journal open(Path directory);

  /**
   * Files, synced as the settings say. Where each own write is to be on disk for good, it is that
   * write which asks for a sync: what comes from others need not have one each.
   */
  static JournalOpener files(StorePlace place) {
    SyncPolicy policy =
        place.settings().sync() == Sync.NONE ? SyncPolicy.NONE : SyncPolicy.INTERVAL;
    return directory -> FileJournal.open(directory, policy, place.timer().time(), place.metrics());
  }
}

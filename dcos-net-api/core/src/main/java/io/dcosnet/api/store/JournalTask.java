// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.Journal.Entry;
import java.util.concurrent.CompletableFuture;

/** One thing for the writing thread of a {@link FileJournal} to do, in order. */
sealed interface JournalTask {

  /** Told how it ended. */
  CompletableFuture<?> done();

  /** How much it adds to the log. */
  default int bytes() {
    return 0;
  }

  /** It was not done, or nobody knows. */
  default void fail(DcosNetException told) {
    done().completeExceptionally(told);
  }

  /** Writes a record. */
  record Append(Entry record, CompletableFuture<Long> done) implements JournalTask {
    @Override
    public int bytes() {
      return JournalFormat.RECORD_HEADER_BYTES + record.payload().size();
    }
  }

  /** Makes all before it safe for good. */
  record Settling(CompletableFuture<Void> done) implements JournalTask {}

  /** Puts a snapshot in the place of records. */
  record Compaction(long upTo, Bytes snapshot, CompletableFuture<Void> done)
      implements JournalTask {}
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.spi.MetricsSink;
import java.util.concurrent.CompletionStage;

/**
 * A {@link DurableStore} that forgets everything with the process: for tests and demonstrations.
 * All rules hold; only the disk is missing. {@link #reopened} stands for a restart.
 *
 * <p><b>Thread-safe.</b> Stages are complete when they are returned.
 */
public final class MemoryDurableStore implements DurableStore {

  private final MemoryJournal journal;
  private final JournaledStore store;

  private MemoryDurableStore(MemoryJournal journal) {
    this.journal = journal;
    this.store =
        new JournaledStore(
            "memory", () -> journal, JournaledStore.Limits.DEFAULT, MetricsSink.none());
  }

  /** An empty store. */
  public static MemoryDurableStore create() {
    return new MemoryDurableStore(MemoryJournal.create());
  }

  /** Closes this one and opens another with what is in it now. */
  public MemoryDurableStore reopened() {
    store.close();
    return new MemoryDurableStore(journal.reopened());
  }

  @Override
  public CompletionStage<Snapshot> load() {
    return store.load();
  }

  @Override
  public CompletionStage<Long> newEpoch() {
    return store.newEpoch();
  }

  @Override
  public CompletionStage<Outcome> commit(Batch batch) {
    return store.commit(batch);
  }

  @Override
  public void close() {
    store.close();
  }
}

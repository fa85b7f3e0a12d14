// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Part;
import io.dcosnet.api.store.DurableStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A durable store as a part of a node: opened when the node starts, closed when it stops. Who needs
 * the store is built before, and gets one that fails until then.
 *
 * <p><b>Thread-safe.</b>
 */
final class AllocationStorePart extends Part {

  private final Supplier<DurableStore> opener;
  private final Executor executor;
  private final DurableStore later = new Later();
  private volatile @Nullable DurableStore opened;

  /**
   * @param opener opens the store; may block
   */
  AllocationStorePart(Supplier<DurableStore> opener, Executor executor) {
    super("overlay store");
    this.opener = opener;
    this.executor = executor;
  }

  /** The store, for those who begin to use it after the start. */
  DurableStore store() {
    return later;
  }

  @Override
  protected CompletionStage<Void> open() {
    return CompletableFuture.runAsync(() -> opened = opener.get(), executor);
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    DurableStore store = opened;
    return store == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.runAsync(store::close, executor);
  }

  /** The store once it is open. */
  private final class Later implements DurableStore {
    @Override
    public CompletionStage<Snapshot> load() {
      return whenOpen(DurableStore::load);
    }

    @Override
    public CompletionStage<Long> newEpoch() {
      return whenOpen(DurableStore::newEpoch);
    }

    @Override
    public CompletionStage<Outcome> commit(Batch batch) {
      return whenOpen(store -> store.commit(batch));
    }

    @Override
    public int maxBatchBytes() {
      DurableStore store = opened;
      return store == null ? MAX_BATCH_BYTES : store.maxBatchBytes();
    }

    private <T> CompletionStage<T> whenOpen(Function<DurableStore, CompletionStage<T>> call) {
      DurableStore store = opened;
      return store == null
          ? CompletableFuture.failedFuture(new DcosNetException("overlay store: not open yet"))
          : call.apply(store);
    }

    @Override
    public void close() {
      // the part does
    }
  }
}

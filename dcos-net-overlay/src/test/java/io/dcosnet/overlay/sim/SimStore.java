// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.store.DurableStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store that all masters share, over the network: what is asked of it may happen late, or
 * without anybody hearing of it, or not at all. It outlives whoever asks, unless it is {@link #lose
 * lost}.
 */
final class SimStore {

  private static final Duration NEAR = Duration.ofMillis(40);
  private static final Duration FAR = Duration.ofMinutes(3);

  private final Weather weather;
  private final Truth truth;
  private NavigableMap<String, DurableStore.Versioned> entries = new TreeMap<>();
  private long revision;
  private long epoch;
  private int incarnation;

  SimStore(Weather weather, Truth truth) {
    this.weather = weather;
    this.truth = truth;
  }

  /** All is gone; what was asked before never happens. */
  void lose() {
    entries = new TreeMap<>();
    revision = 0;
    epoch = 0;
    incarnation++;
  }

  DurableStore.Snapshot snapshot() {
    return new DurableStore.Snapshot(revision, epoch, new TreeMap<>(entries));
  }

  /** The store as one process sees it. */
  DurableStore handle() {
    return new Handle(incarnation);
  }

  private final class Handle implements DurableStore {
    private final int born;

    Handle(int born) {
      this.born = born;
    }

    @Override
    public CompletionStage<Snapshot> load() {
      return ask(SimStore.this::snapshot, null);
    }

    @Override
    public CompletionStage<Long> newEpoch() {
      return ask(() -> ++epoch, null);
    }

    @Override
    public CompletionStage<Outcome> commit(Batch batch) {
      return ask(() -> write(batch), new Unknown("connection lost"));
    }

    /**
     * @param lost what is answered when nobody knows; null: the stage fails
     */
    private <T> CompletionStage<T> ask(Supplier<T> work, @Nullable T lost) {
      CompletableFuture<T> told = new CompletableFuture<>();
      boolean happens = !weather.spoils(0.05);
      boolean isHeard = happens && !weather.spoils(0.08);
      boolean isSilent = weather.spoils(0.03);
      Duration late = weather.upTo(weather.spoils(0.03) ? FAR : NEAR);
      var unused =
          weather.time.schedule(
              late,
              () -> {
                T result = happens && born == incarnation ? work.get() : null;
                Duration back = weather.upTo(NEAR);
                if (!isSilent) {
                  var unusedAnswer =
                      weather.time.schedule(
                          back, () -> tell(told, isHeard && result != null ? result : lost));
                }
              });
      return told;
    }

    private <T> void tell(CompletableFuture<T> told, @Nullable T answer) {
      if (answer == null) {
        told.completeExceptionally(new DcosNetException("connection lost"));
      } else {
        told.complete(answer);
      }
    }

    @Override
    public void close() {}
  }

  private DurableStore.Outcome write(DurableStore.Batch batch) {
    if (batch.fence() < epoch) {
      return new DurableStore.Fenced(epoch);
    }
    Map<String, Long> revisions = new HashMap<>();
    entries.forEach((key, value) -> revisions.put(key, value.revision()));
    for (DurableStore.Check check : batch.checks()) {
      if (revisions.getOrDefault(check.key(), DurableStore.ABSENT) != check.revision()) {
        return new DurableStore.Conflict(check.key());
      }
    }
    revision++;
    batch
        .puts()
        .forEach((key, value) -> entries.put(key, new DurableStore.Versioned(value, revision)));
    batch.deletes().forEach(entries::remove);
    truth.committed(snapshot());
    return new DurableStore.Committed(revision);
  }
}

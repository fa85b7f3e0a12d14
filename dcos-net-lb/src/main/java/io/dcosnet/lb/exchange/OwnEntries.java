// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.lb.internal.LbMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes entries of this node until the store has them: what it refuses is tried again, with a
 * growing pause, until it succeeds or something newer is to be written there.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class OwnEntries {

  /** Pause before the second try; it doubles with each. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /** Longest pause. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  private static final Logger LOGGER = LoggerFactory.getLogger(OwnEntries.class);

  /** What is to be so and is not known to be; an equal one that comes later is another one. */
  private static final class Open {
    private final @Nullable Bytes value; // null for nothing
    private Scheduler.@Nullable Timer timer; // while it waits for its next try

    Open(@Nullable Bytes value) {
      this.value = value;
    }

    void cancel() {
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  private final ReplicatedStore store;
  private final Scheduler scheduler;
  private final LbMetrics metrics;
  private final Map<String, Open> open = new HashMap<>();
  private boolean closed;

  OwnEntries(ReplicatedStore store, Scheduler scheduler, LbMetrics metrics) {
    this.store = store;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /** What this node wrote below a prefix, also in an earlier run, as the store has it. */
  List<Entry> recall(String prefix) {
    return store.view(prefix).values().stream()
        .filter(entry -> entry.owner().equals(store.localNode()))
        .toList();
  }

  /**
   * Writes a value at once.
   *
   * @return false when the store never takes it, as it is too large
   */
  boolean put(String key, Bytes value) {
    return write(key, new Open(value));
  }

  /** Takes an entry back at once. */
  void delete(String key) {
    write(key, new Open(null));
  }

  private boolean write(String key, Open wanted) {
    Open overtaken = open.put(key, wanted);
    if (overtaken != null) {
      overtaken.cancel();
    }
    return attempt(key, wanted, FIRST_PAUSE);
  }

  private boolean attempt(String key, Open wanted, Duration pause) {
    if (closed || open.get(key) != wanted) {
      return true;
    }
    CompletionStage<?> write;
    try {
      write = wanted.value == null ? store.delete(key) : store.put(key, wanted.value);
    } catch (IllegalArgumentException e) {
      open.remove(key);
      metrics.rejected("ENTRY_TOO_LARGE").increment();
      LOGGER.warn("entry {} is too large for the store: {}", key, e.getMessage());
      return false;
    }
    metrics.exchangeWrites.increment();
    write.whenCompleteAsync((done, failure) -> ended(key, wanted, pause, failure), scheduler);
    return true;
  }

  private void ended(String key, Open wanted, Duration pause, @Nullable Throwable failure) {
    if (failure != null) {
      metrics.exchangeWriteFailures.increment();
      if (closed || open.get(key) != wanted) {
        return;
      }
      LOGGER.debug("write of {} failed, trying again in {}", key, pause, failure);
      Duration doubled = pause.multipliedBy(2);
      Duration next = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
      wanted.timer = scheduler.schedule(pause, () -> attempt(key, wanted, next));
    } else if (open.get(key) == wanted) {
      open.remove(key);
    }
  }

  /** Tries nothing again. What is written stays. */
  void close() {
    closed = true;
    open.values().forEach(Open::cancel);
    open.clear();
  }
}

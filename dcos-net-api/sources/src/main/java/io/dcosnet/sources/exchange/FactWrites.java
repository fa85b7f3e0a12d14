// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.api.store.ReplicatedStore.Write;
import io.dcosnet.sources.facts.DecisiveStatuses;
import io.dcosnet.sources.facts.FactCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the entries of this node in the store to what is wanted: at a bounded pace, with a bounded
 * number on their way, each key by one write at a time, and only where the store has something
 * else. What fails is tried again, later each time. <b>Confined to</b> the turns of its source.
 */
final class FactWrites {

  /** What a store must be able to take when everything is new. */
  static final int DEFAULT_PER_SECOND = 5_000;

  private static final int MAX_ON_THEIR_WAY = 256;
  private static final int BATCH = 64;
  private static final int MAX_REJECTIONS = 1000;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;
  private static final Logger LOGGER = LoggerFactory.getLogger(FactWrites.class);

  /** What the store has, as far as is known here. */
  private record Stored(Bytes value, Version version) {}

  /**
   * What a key is to become.
   *
   * @param value null when it is to go
   */
  private record Want(@Nullable Supplier<Bytes> value) {}

  private final FactSource facts;
  private final Duration batchTime;
  private final Runnable done;
  private final Map<String, Stored> stored = new HashMap<>();
  private final Map<String, Want> waiting = new LinkedHashMap<>();
  private final Map<String, Want> onTheirWay = new HashMap<>();
  private final Map<String, Rejection> rejected = new TreeMap<>();
  private volatile List<Rejection> rejections = List.of();
  private volatile int left;
  private Scheduled next = Scheduled.NOTHING;
  private long pauseMillis;
  private boolean stopped;

  private enum Scheduled {
    NOTHING,
    BATCH,
    RETRY
  }

  /**
   * Nothing to write.
   *
   * @param done called when everything that was wanted is written
   */
  FactWrites(FactSource facts, int perSecond, Runnable done) {
    this.facts = facts;
    this.batchTime = Duration.ofNanos(BATCH * 1_000_000_000L / perSecond);
    this.done = done;
    facts.metrics.waiting(() -> left);
  }

  List<Rejection> rejections() {
    return rejections;
  }

  /** Keys that the store has, as far as is known; a copy. */
  List<String> keys() {
    return List.copyOf(stored.keySet());
  }

  /** How many there are without this one. */
  int count(String except) {
    return stored.size() - (stored.containsKey(except) ? 1 : 0);
  }

  /** Takes note of an entry that is there from before. */
  void found(Entry entry) {
    stored.put(entry.key(), new Stored(entry.value(), entry.version()));
  }

  /**
   * Takes note of a change in the store.
   *
   * @return true when it was none of our doing
   */
  boolean seen(Change<Entry> change) {
    Entry now = change.latest();
    Stored known = stored.get(now.key());
    boolean older = known != null && now.version().compareTo(known.version) <= 0;
    if (change.after() != null) {
      if (!older) {
        found(now);
      }
      return !older && !onTheirWay.containsKey(now.key());
    }
    // The version is that of the value that went.
    boolean lost = known != null && now.version().compareTo(known.version) >= 0;
    if (lost && !onTheirWay.containsKey(now.key())) {
      stored.remove(now.key());
      return true;
    }
    return false;
  }

  /** Says what a key is to become, null for nothing; {@link #flush} brings it on its way. */
  void set(String key, @Nullable Supplier<Bytes> value) {
    waiting.remove(key); // a change of mind goes behind what was wanted before
    waiting.put(key, new Want(value));
  }

  /** Forgets what was wanted and is not on its way yet. */
  void clear() {
    waiting.clear();
    left = onTheirWay.size();
  }

  void stop() {
    stopped = true;
    clear();
  }

  /** Begins to write, unless it is at it already. */
  void flush() {
    if (next == Scheduled.NOTHING && !stopped) {
      batch();
    }
  }

  private void batch() {
    next = Scheduled.NOTHING;
    int looked = 0;
    Iterator<Map.Entry<String, Want>> wants = waiting.entrySet().iterator();
    Map<String, Want> writing = new LinkedHashMap<>();
    while (wants.hasNext() && looked < BATCH) {
      if (onTheirWay.size() + writing.size() >= MAX_ON_THEIR_WAY) {
        break; // what comes back goes on
      }
      Map.Entry<String, Want> want = wants.next();
      if (!onTheirWay.containsKey(want.getKey())) {
        writing.put(want.getKey(), want.getValue());
        wants.remove();
        looked++;
      }
    }
    writing.forEach(this::writeOrRepeat);
    left = waiting.size() + onTheirWay.size();
    if (next == Scheduled.NOTHING && !stopped && looked == BATCH) {
      again(Scheduled.BATCH, batchTime);
    } else if (left == 0 && !stopped) {
      done.run();
    }
  }

  private void again(Scheduled what, Duration delay) {
    next = what;
    var unused = facts.scheduler.schedule(delay, () -> facts.turns.execute(() -> due(what)));
  }

  private void due(Scheduled what) {
    if (next == what) {
      next = Scheduled.NOTHING;
      flush();
    }
  }

  /** What fails at once, as in a store that does not run, is tried again like what fails later. */
  private void writeOrRepeat(String key, Want want) {
    try {
      write(key, want);
    } catch (RuntimeException e) {
      failed(key, want, e);
    }
  }

  private void write(String key, Want want) {
    Stored before = stored.get(key);
    Supplier<Bytes> supplier = want.value;
    forgetRejection(key);
    Bytes value = supplier == null ? null : supplier.get();
    boolean same = value == null ? before == null : before != null && value.equals(before.value);
    if (same) {
      return;
    }
    try {
      bring(key, want, value);
    } catch (IllegalArgumentException e) {
      reject("FACT_TOO_LARGE", key, String.valueOf(e.getMessage()));
      if (before != null) {
        bring(key, new Want(null), null); // what it said until now does not hold any more
      }
    }
  }

  private void bring(String key, Want want, @Nullable Bytes value) {
    CompletionStage<Write> write =
        value == null ? facts.store.delete(key) : facts.store.put(key, value);
    (value == null ? facts.metrics.deletes : facts.metrics.puts).increment();
    onTheirWay.put(key, want);
    write.whenComplete(
        (written, failure) -> facts.turns.execute(() -> returned(key, value, written, failure)));
  }

  private void returned(
      String key, @Nullable Bytes value, @Nullable Write write, @Nullable Throwable failure) {
    Want want = onTheirWay.remove(key);
    if (failure != null || write == null) {
      failed(key, want, failure);
      return;
    }
    pauseMillis = 0;
    if (value == null) {
      stored.remove(key);
    } else {
      Stored known = stored.get(key);
      if (known == null || known.version.compareTo(write.version()) < 0) {
        stored.put(key, new Stored(value, write.version()));
      }
    }
    flush();
  }

  private void failed(String key, @Nullable Want want, @Nullable Throwable failure) {
    facts.metrics.failures.increment();
    if (want != null && !stopped) {
      waiting.putIfAbsent(key, want);
    }
    pause(key, failure);
  }

  private void pause(String key, @Nullable Throwable failure) {
    if (next == Scheduled.RETRY || stopped) {
      return;
    }
    pauseMillis =
        Math.min(LONGEST_PAUSE_MILLIS, pauseMillis == 0 ? FIRST_PAUSE_MILLIS : 2 * pauseMillis);
    LOGGER.debug("write of {} failed, going on in {} ms", key, pauseMillis, failure);
    again(Scheduled.RETRY, Duration.ofMillis(pauseMillis));
  }

  /** The entry of a task; without its labels when they are what makes it too large. */
  Bytes encode(String key, Task task) {
    Task decisive = DecisiveStatuses.of(task);
    Bytes whole = FactCodec.encode(decisive);
    if (whole.size() <= ReplicatedStore.MAX_VALUE_BYTES) {
      return whole;
    }
    Bytes less = FactCodec.encode(decisive.toBuilder().labels(Labels.NONE).build());
    if (less.size() <= ReplicatedStore.MAX_VALUE_BYTES) {
      reject("FACT_WITHOUT_LABELS", key, whole.size() + " bytes with them");
    }
    return less;
  }

  private void reject(String code, String key, String detail) {
    facts.metrics.refused(code).increment();
    LOGGER.debug("{} {}: {}", code, key, detail);
    if (rejected.size() < MAX_REJECTIONS) {
      rejected.put(key, new Rejection("fact", key, code, detail));
      rejections = List.copyOf(rejected.values());
    }
  }

  private void forgetRejection(String key) {
    if (rejected.remove(key) != null) {
      rejections = List.copyOf(rejected.values());
    }
  }
}

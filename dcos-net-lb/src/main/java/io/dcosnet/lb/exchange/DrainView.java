// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.exchange;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DecodeException;
import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Version;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.VipBackend.Place;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which tasks are to get nothing new, as the store has it. Of several words on one task the newest
 * counts, whoever wrote it. The word of a writer that died still counts: it holds for tasks that
 * will end, and for no others.
 *
 * <p><b>Confined to</b> the scheduler, on which the listener is called too.
 */
public final class DrainView {

  /** Most drains at a time; further ones are refused and counted. */
  public static final int MAX_DRAINS = 65_536;

  private static final Logger LOGGER = LoggerFactory.getLogger(DrainView.class);

  /** Hears of drains. */
  public interface Listener {

    /**
     * Some drains came, or went.
     *
     * @param tasks that they are about
     * @param fresh drains that this node has not heard of so far
     */
    void changed(Set<String> tasks, Set<DrainKey> fresh);
  }

  /**
   * A drain as the store has it.
   *
   * @param writerLives false while the node that wants it is believed dead or has left
   */
  public record Held(DrainKey key, DrainEntry entry, Version version, boolean writerLives) {}

  private final ReplicatedStore store;
  private final KeyReader<DrainKey> keys;
  private final Scheduler scheduler;
  private final LbMetrics metrics;
  private final Listener listener;
  private final Map<DrainKey, Held> drains = new HashMap<>();
  private final Map<String, Map<DrainKey, Held>> byTask = new HashMap<>();
  private @Nullable Subscription subscription;

  /** A view that follows nothing yet. */
  public DrainView(
      ReplicatedStore store, Scheduler scheduler, LbMetrics metrics, Listener listener) {
    this.store = requireNonNull(store, "store");
    this.scheduler = requireNonNull(scheduler, "scheduler");
    this.metrics = requireNonNull(metrics, "metrics");
    keys = new KeyReader<>(DrainKey::parse, metrics);
    this.listener = requireNonNull(listener, "listener");
  }

  /** Begins to follow the store. */
  public void open() {
    subscription = store.watch(DrainKey.PREFIX, scheduler, new StoreListener());
  }

  /** Follows the store no more. */
  public void close() {
    if (subscription != null) {
      subscription.close();
    }
  }

  /** All drains, a live view. */
  public Collection<Held> drains() {
    return Collections.unmodifiableCollection(drains.values());
  }

  /** The drain with this key, or null. */
  public @Nullable Held drain(DrainKey key) {
    return drains.get(key);
  }

  /** Whether a back end of these tasks at this place gets nothing new: all of them are drained. */
  public boolean isDrained(Place place, Set<String> tasks) {
    if (drains.isEmpty()) {
      return false;
    }
    for (String task : tasks) {
      if (!isDrained(place, task)) {
        return false;
      }
    }
    return !tasks.isEmpty();
  }

  private boolean isDrained(Place place, String task) {
    Held newest = null;
    for (Held held : byTask.getOrDefault(task, Map.of()).values()) {
      Place meant = held.entry.place();
      boolean counts = meant == null || meant.equals(place);
      if (counts && (newest == null || newest.version.compareTo(held.version) < 0)) {
        newest = held;
      }
    }
    return newest != null && !newest.entry.off();
  }

  private final class StoreListener implements ReplicatedStore.Listener {

    @Override
    public void snapshot(NavigableMap<String, Entry> entries) {
      Set<String> tasks = new HashSet<>(byTask.keySet());
      Set<DrainKey> known = Set.copyOf(drains.keySet());
      drains.clear();
      byTask.clear();
      entries.values().forEach(entry -> put(entry, tasks));
      Set<DrainKey> fresh = new HashSet<>(drains.keySet());
      fresh.removeAll(known);
      tell(tasks, fresh);
    }

    @Override
    public void changed(List<Change<Entry>> changes) {
      Set<String> tasks = new HashSet<>();
      Set<DrainKey> fresh = new HashSet<>();
      for (Change<Entry> change : changes) {
        DrainKey key = keys.read(change.latest().key());
        Entry after = change.after();
        if (key == null) {
          continue;
        }
        boolean known = drains.containsKey(key);
        remove(key, tasks);
        if (after != null) {
          put(after, tasks);
          if (!known && drains.containsKey(key)) {
            fresh.add(key);
          }
        }
      }
      tell(tasks, fresh);
    }

    private void tell(Set<String> tasks, Set<DrainKey> fresh) {
      if (!tasks.isEmpty()) {
        listener.changed(tasks, fresh);
      }
    }

    private void put(Entry entry, Set<String> tasks) {
      DrainKey key = keys.read(entry.key());
      if (key == null) {
        return;
      }
      if (drains.size() >= MAX_DRAINS) {
        metrics.rejected("DRAIN_TOO_MANY").increment();
        LOGGER.debug("drain {} is ignored: more than {}", key, MAX_DRAINS);
        return;
      }
      try {
        DrainEntry decoded = DrainEntry.decode(entry.value());
        boolean lives = entry.ownerState().lives();
        Held held = new Held(key, decoded, entry.version(), lives);
        drains.put(key, held);
        for (String task : decoded.tasks()) {
          byTask.computeIfAbsent(task, t -> new HashMap<>()).put(key, held);
          tasks.add(task);
        }
      } catch (DecodeException e) {
        keys.skip(entry.key(), e);
      }
    }

    private void remove(DrainKey key, Set<String> tasks) {
      Held gone = drains.remove(key);
      if (gone == null) {
        return;
      }
      for (String task : gone.entry.tasks()) {
        tasks.add(task);
        byTask.computeIfPresent(
            task,
            (t, held) -> {
              held.remove(key);
              return held.isEmpty() ? null : held;
            });
      }
    }
  }
}

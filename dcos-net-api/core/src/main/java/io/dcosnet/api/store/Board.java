// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.MetricsSink;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Keys and values that are shown to readers on any thread and to watchers, for those who implement
 * a store: readers take a map that never changes, and watchers are told in order and once at a
 * time, changes of one key melting together while they are busy.
 *
 * <p><b>Thread-safe.</b> Writers exclude each other for a moment, readers never wait.
 *
 * @param <V> type of the values, which are immutable
 */
public final class Board<V> {

  /** With more changed keys waiting than this a watcher gets a new snapshot instead. */
  public static final int MAX_PENDING_KEYS = 10_000;

  /** Told what happens below a prefix; one call at a time, in order. */
  public interface Watcher<V> {

    /** First call, and again after {@link #resync}: everything below the prefix. */
    void snapshot(NavigableMap<String, V> values);

    /**
     * Keys below the prefix that were written or removed since the last call, in the order of their
     * first change; some of them may be as they were.
     *
     * @param before all that there was at the last call, also above the prefix
     * @param after all that there is now
     */
    void changed(
        Iterable<String> keys, NavigableMap<String, V> before, NavigableMap<String, V> after);

    /** Changes were lost because the watcher was too slow; a snapshot follows at once. */
    void resync();
  }

  /**
   * Guards all fields below and what the watches have yet to tell; of foreign code only the changes
   * themselves run in it.
   */
  final Object lock = new Object();

  private final MetricsSink.Counter resyncs;
  private final List<Watch<V>> watches = new ArrayList<>();
  private final Edit edit = new Edit();
  private volatile TreePMap<String, V> values = TreePMap.empty();

  /**
   * An empty board.
   *
   * @param resyncs counts watchers that were too slow
   */
  public Board(MetricsSink.Counter resyncs) {
    this.resyncs = requireNonNull(resyncs, "resyncs");
  }

  /** Changes values, for as long as {@link #change} runs. */
  public final class Edit {
    private TreePMap<String, V> next = TreePMap.empty();
    private @Nullable List<Watch<V>> awake;

    private Edit() {}

    /** What is there, changes so far included. */
    public @Nullable V get(String key) {
      return next.get(key);
    }

    public int size() {
      return next.size();
    }

    public void put(String key, V value) {
      next = next.plus(key, value);
      touch(key);
    }

    /**
     * Goes through all values, for less than it costs to put so many of them.
     *
     * @param change gives what a value becomes, itself for one that stays
     */
    public void putAll(UnaryOperator<V> change) {
      next =
          TreePMap.fromSortedMap(
              new Changed<>(
                  next,
                  (key, value) -> {
                    V changed = change.apply(value);
                    if (changed != value) {
                      touch(key);
                    }
                    return changed;
                  }));
    }

    public void remove(String key) {
      if (next.containsKey(key)) {
        next = next.minus(key);
        touch(key);
      }
    }

    /** Puts these in place of all that is there. */
    public void replace(SortedMap<String, ? extends V> all) {
      next.keySet().forEach(this::touch);
      next = TreePMap.fromSortedMap(all);
      next.keySet().forEach(this::touch);
    }

    private void touch(String key) {
      for (Watch<V> watch : watches) {
        if (watch.touched(key)) {
          List<Watch<V>> woken = awake;
          if (woken == null) {
            woken = new ArrayList<>(watches.size());
            awake = woken;
          }
          woken.add(watch);
        }
      }
    }
  }

  /**
   * Makes changes that are shown all at once, or not at all when it throws.
   *
   * @param changes short, and must not call this board
   */
  public <R> R change(Function<? super Edit, R> changes) {
    List<Watch<V>> awake = null;
    try {
      synchronized (lock) {
        edit.next = values;
        edit.awake = null;
        try {
          R result = changes.apply(edit);
          values = edit.next;
          return result;
        } finally {
          awake = edit.awake;
        }
      }
    } finally {
      if (awake != null) {
        awake.forEach(Watch::wake);
      }
    }
  }

  /** What a key has; null for nothing. */
  public @Nullable V get(String key) {
    return values.get(key);
  }

  /** How many keys there are. */
  public int size() {
    return values.size();
  }

  /** All keys that start with {@code prefix} now, sorted; immutable. */
  public NavigableMap<String, V> view(String prefix) {
    return below(values, prefix);
  }

  static <V> TreePMap<String, V> below(TreePMap<String, V> all, String prefix) {
    if (prefix.isEmpty()) {
      return all;
    }
    String end = StoreKeys.endOf(prefix);
    return end == null ? all.tailMap(prefix, true) : all.subMap(prefix, true, end, false);
  }

  /** The newest map; what {@link #lock} guards is consistent with it while the lock is held. */
  TreePMap<String, V> all() {
    return values;
  }

  /**
   * Watches a prefix from a snapshot on. What the watcher throws is logged and ends nothing; when
   * the executor refuses, the next change tries again.
   */
  public Subscription watch(String prefix, Executor executor, Watcher<V> watcher) {
    requireNonNull(prefix, "prefix");
    requireNonNull(executor, "executor");
    requireNonNull(watcher, "watcher");
    Watch<V> watch = new Watch<>(this, prefix, executor, watcher, resyncs);
    synchronized (lock) {
      watches.add(watch);
    }
    watch.wake();
    return () -> {
      synchronized (lock) {
        watches.remove(watch);
        watch.close();
      }
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.ReplicatedStore.Entry;
import io.dcosnet.api.store.ReplicatedStore.Listener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener of a {@link LocalStore}: remembers which map it was told last and which keys changed
 * since, so changes of one key melt together however many there are.
 *
 * <p><b>Thread-safe.</b> Its state is guarded by the lock of its entries, except what only the one
 * delivery under way touches.
 */
final class Watch {

  private static final Logger LOGGER = LoggerFactory.getLogger(Watch.class);

  private final LocalEntries entries;
  private final String prefix;
  private final Executor executor;
  private final Listener listener;
  private final MetricsSink.Counter resyncs;

  private Set<String> dirty = new LinkedHashSet<>();
  private boolean overflow;
  private boolean awake = true;
  private boolean closed;

  // Null before the first snapshot; touched by the delivery under way only.
  private @Nullable TreePMap<String, Entry> told;

  Watch(
      LocalEntries entries,
      String prefix,
      Executor executor,
      Listener listener,
      MetricsSink.Counter resyncs) {
    this.entries = entries;
    this.prefix = prefix;
    this.executor = executor;
    this.listener = listener;
    this.resyncs = resyncs;
  }

  /** Called with the lock held; true when {@link #wake} must follow, without the lock. */
  boolean touched(String key) {
    if (!key.startsWith(prefix)) {
      return false;
    }
    if (!overflow && dirty.add(key) && dirty.size() > LocalStore.MAX_PENDING_KEYS) {
      overflow = true;
      dirty = new LinkedHashSet<>();
    }
    boolean sleeping = !awake;
    awake = true;
    return sleeping;
  }

  /** Called with the lock held. */
  void close() {
    closed = true;
    dirty = new LinkedHashSet<>();
  }

  /**
   * Hands the next delivery to the executor; not with the lock held, the executor may run it here.
   */
  void wake() {
    try {
      executor.execute(this::deliver);
    } catch (RejectedExecutionException e) {
      LOGGER.warn("watch of \"{}\": its executor refuses, waiting for the next change", prefix, e);
      synchronized (entries.lock) {
        awake = false;
      }
    }
  }

  private void deliver() {
    TreePMap<String, Entry> now;
    Set<String> changed;
    boolean lost;
    synchronized (entries.lock) {
      if (closed) {
        return;
      }
      now = entries.all();
      changed = dirty;
      lost = overflow;
      dirty = new LinkedHashSet<>();
      overflow = false;
    }
    try {
      tell(now, changed, lost);
    } catch (RuntimeException | Error e) {
      LOGGER.error("watch of \"{}\": its listener failed", prefix, e);
    }
    told = now;
    boolean more;
    synchronized (entries.lock) {
      more = !closed && (overflow || !dirty.isEmpty());
      awake = more;
    }
    if (more) {
      wake(); // and not a loop, so that others get their turn on the executor
    }
  }

  private void tell(TreePMap<String, Entry> now, Set<String> changed, boolean lost) {
    TreePMap<String, Entry> before = told;
    if (before == null) {
      listener.snapshot(LocalEntries.below(now, prefix));
      return;
    }
    if (lost) {
      resyncs.increment();
      listener.resync();
      listener.snapshot(LocalEntries.below(now, prefix));
      return;
    }
    List<Change<Entry>> changes = new ArrayList<>(changed.size());
    for (String key : changed) {
      Entry older = before.get(key);
      Entry newer = now.get(key);
      if (!Objects.equals(older, newer)) {
        changes.add(new Change<>(older, newer));
      }
    }
    if (!changes.isEmpty()) {
      listener.changed(List.copyOf(changes));
    }
  }
}

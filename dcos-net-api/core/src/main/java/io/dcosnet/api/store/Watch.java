// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.store;

import io.dcosnet.api.spi.MetricsSink;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watcher of a {@link Board}: remembers which map it was told last and which keys changed
 * since, so changes of one key melt together however many there are.
 *
 * <p><b>Thread-safe.</b> Its state is guarded by the lock of its board, except what only the one
 * delivery under way touches.
 */
final class Watch<V> {

  private static final Logger LOGGER = LoggerFactory.getLogger(Watch.class);

  private final Board<V> board;
  private final String prefix;
  private final Executor executor;
  private final Board.Watcher<V> watcher;
  private final MetricsSink.Counter resyncs;

  private Set<String> dirty = new LinkedHashSet<>();
  private boolean overflow;
  private boolean awake = true;
  private boolean closed;

  // Null before the first snapshot; touched by the delivery under way only.
  private @Nullable TreePMap<String, V> told;

  Watch(
      Board<V> board,
      String prefix,
      Executor executor,
      Board.Watcher<V> watcher,
      MetricsSink.Counter resyncs) {
    this.board = board;
    this.prefix = prefix;
    this.executor = executor;
    this.watcher = watcher;
    this.resyncs = resyncs;
  }

  /** Called with the lock held; true when {@link #wake} must follow, without the lock. */
  boolean touched(String key) {
    if (!key.startsWith(prefix)) {
      return false;
    }
    if (!overflow && dirty.add(key) && dirty.size() > Board.MAX_PENDING_KEYS) {
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
      synchronized (board.lock) {
        awake = false;
      }
    }
  }

  private void deliver() {
    TreePMap<String, V> now;
    Set<String> changed;
    boolean lost;
    synchronized (board.lock) {
      if (closed) {
        return;
      }
      now = board.all();
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
    synchronized (board.lock) {
      more = !closed && (overflow || !dirty.isEmpty());
      awake = more;
    }
    if (more) {
      wake(); // and not a loop, so that others get their turn on the executor
    }
  }

  private void tell(TreePMap<String, V> now, Set<String> changed, boolean lost) {
    TreePMap<String, V> before = told;
    if (before == null) {
      watcher.snapshot(Board.below(now, prefix));
      return;
    }
    if (lost) {
      resyncs.increment();
      watcher.resync();
      watcher.snapshot(Board.below(now, prefix));
      return;
    }
    if (!changed.isEmpty()) {
      watcher.changed(changed, before, now);
    }
  }
}

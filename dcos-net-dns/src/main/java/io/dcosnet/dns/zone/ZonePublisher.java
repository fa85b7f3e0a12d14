// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a zone puts its newest snapshot: readers take it by one volatile read, and who watches is
 * told of it. For implementations of {@link Zone}.
 *
 * <p><b>Thread-safe</b>; {@link #publish} is called by one thread at a time.
 */
public final class ZonePublisher {

  private static final Logger LOGGER = LoggerFactory.getLogger(ZonePublisher.class);

  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private volatile @Nullable ZoneSnapshot snapshot;

  /** A place without a snapshot. */
  public ZonePublisher() {}

  /** The newest, null before the first. */
  public @Nullable ZoneSnapshot snapshot() {
    return snapshot;
  }

  /** Puts {@code next} in place of the present one; the same object again tells nobody. */
  public void publish(ZoneSnapshot next) {
    requireNonNull(next, "next");
    if (next == snapshot) {
      return;
    }
    snapshot = next;
    watchers.forEach(Watcher::schedule);
  }

  /** As {@link Zone#watch}. */
  public Subscription watch(Executor executor, ZoneListener listener) {
    Watcher watcher = new Watcher(executor, listener);
    watchers.add(watcher);
    watcher.schedule();
    return () -> {
      watchers.remove(watcher);
      watcher.close();
    };
  }

  /** One listener with what it was told; snapshots that it was too slow for are left out. */
  private final class Watcher {
    private final Executor executor;
    private final ZoneListener listener;
    private @Nullable ZoneSnapshot told; // touched by one delivery at a time
    private boolean scheduled; // guarded by this
    private boolean closed; // guarded by this

    Watcher(Executor executor, ZoneListener listener) {
      this.executor = requireNonNull(executor, "executor");
      this.listener = requireNonNull(listener, "listener");
    }

    void schedule() {
      synchronized (this) {
        if (scheduled || closed || snapshot == told) {
          return;
        }
        scheduled = true;
      }
      try {
        executor.execute(this::deliver);
      } catch (RuntimeException e) {
        synchronized (this) {
          scheduled = false; // the next snapshot tries again
        }
        LOGGER.error("an executor refused to tell a zone listener of a change", e);
      }
    }

    synchronized void close() {
      closed = true;
    }

    private synchronized boolean isClosed() {
      return closed;
    }

    private void deliver() {
      ZoneSnapshot before = told;
      ZoneSnapshot after = snapshot;
      try {
        if (after != null && !isClosed()) {
          listener.changed(before, after);
        }
      } catch (RuntimeException e) {
        LOGGER.error("a zone listener failed; it gets the next snapshot all the same", e);
      } finally {
        synchronized (this) {
          told = after;
          scheduled = false;
        }
        schedule();
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.spi.ClusterListener;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries updates to one listener, one call at a time; what arrives while it works is merged, so
 * that at most one update waits. The executor gets one piece of work for each call, so that a busy
 * source leaves room for others on it. <b>Thread-safe.</b>
 */
final class ClusterDelivery {

  private static final Logger LOGGER = LoggerFactory.getLogger(ClusterDelivery.class);

  private final Executor executor;
  private final ClusterListener listener;

  private ClusterState told = ClusterState.EMPTY;
  private ClusterState newest = ClusterState.EMPTY;
  private ClusterChange.Merger waiting = new ClusterChange.Merger();
  private long waitingSince = ClusterUpdate.NO_TIME;
  private boolean toldOnce;
  private boolean news;
  private boolean scheduled;
  private boolean closed;

  ClusterDelivery(Executor executor, ClusterListener listener) {
    this.executor = requireNonNull(executor, "executor");
    this.listener = requireNonNull(listener, "listener");
  }

  /** Takes the next change; {@link #schedule} brings it on its way. */
  synchronized void offer(ClusterState after, ClusterChange change, long sinceNanos) {
    newest = after;
    waitingSince = waitingSince == ClusterUpdate.NO_TIME ? sinceNanos : waitingSince;
    waiting.add(change);
    news = true;
  }

  /** Hands work to the executor if there is any and none is there yet; holds no lock meanwhile. */
  void schedule() {
    synchronized (this) {
      if (scheduled || closed || !news) {
        return;
      }
      scheduled = true;
    }
    try {
      executor.execute(this::deliver);
    } catch (RuntimeException e) {
      synchronized (this) {
        scheduled = false; // the next change tries again
      }
      LOGGER.error("an executor refused to tell a cluster listener of a change", e);
    }
  }

  synchronized void close() {
    closed = true;
    waiting = new ClusterChange.Merger();
  }

  private void deliver() {
    try {
      ClusterUpdate update = next();
      if (update != null) {
        listener.changed(update);
      }
    } catch (RuntimeException e) {
      LOGGER.error("a cluster listener failed; it gets the next update all the same", e);
    } finally {
      synchronized (this) {
        scheduled = false;
      }
      schedule();
    }
  }

  private synchronized @Nullable ClusterUpdate next() {
    ClusterChange change = waiting.merged();
    news = false;
    if (closed || (toldOnce && change.isEmpty())) {
      waitingSince = ClusterUpdate.NO_TIME;
      return null;
    }
    waiting = new ClusterChange.Merger();
    ClusterUpdate update = new ClusterUpdate(told, newest, change, waitingSince);
    waitingSince = ClusterUpdate.NO_TIME;
    told = newest;
    toldOnce = true;
    return update;
  }
}

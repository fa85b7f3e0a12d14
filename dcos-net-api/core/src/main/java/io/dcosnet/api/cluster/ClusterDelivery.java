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
 * that at most one update waits. <b>Thread-safe.</b>
 */
final class ClusterDelivery {

  private static final Logger LOGGER = LoggerFactory.getLogger(ClusterDelivery.class);

  private final Executor executor;
  private final ClusterListener listener;

  private ClusterState told = ClusterState.EMPTY;
  private ClusterState newest = ClusterState.EMPTY;
  private ClusterChange waiting = ClusterChange.NONE;
  private boolean toldOnce;
  private boolean scheduled;
  private boolean closed;

  ClusterDelivery(Executor executor, ClusterListener listener) {
    this.executor = requireNonNull(executor, "executor");
    this.listener = requireNonNull(listener, "listener");
  }

  void offer(ClusterState after, ClusterChange change) {
    synchronized (this) {
      newest = after;
      waiting = waiting.then(change);
      if (scheduled || closed) {
        return;
      }
      scheduled = true;
    }
    executor.execute(this::deliver);
  }

  synchronized void close() {
    closed = true;
  }

  private void deliver() {
    for (ClusterUpdate update = next(); update != null; update = next()) {
      try {
        listener.changed(update);
      } catch (RuntimeException e) {
        LOGGER.error("a cluster listener failed; it gets the next update all the same", e);
      }
    }
  }

  private synchronized @Nullable ClusterUpdate next() {
    boolean nothingNew = toldOnce && waiting.isEmpty();
    if (closed || nothingNew) {
      scheduled = false;
      return null;
    }
    ClusterUpdate update = new ClusterUpdate(told, newest, waiting);
    told = newest;
    waiting = ClusterChange.NONE;
    toldOnce = true;
    return update;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Change;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.vip.VipDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of this node, for whoever reads them. A slow listener gets several changes as one.
 *
 * <p><b>Thread-safe.</b>
 */
final class Directory implements VipDirectory {

  private static final Logger LOGGER = LoggerFactory.getLogger(Directory.class);

  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private volatile Snapshot snapshot = Snapshot.EMPTY;

  @SuppressWarnings("ReferenceEquality") // a short cut
  void publish(Snapshot next) {
    if (next != snapshot && !next.equals(snapshot)) {
      snapshot = next;
      deliveries.forEach(Delivery::wake);
    }
  }

  @Override
  public Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public Subscription subscribe(Executor executor, Listener listener) {
    Delivery delivery = new Delivery(executor, listener);
    deliveries.add(delivery);
    delivery.wake();
    return () -> {
      deliveries.remove(delivery);
      delivery.close();
    };
  }

  @SuppressWarnings("ReferenceEquality") // a short cut
  private static List<Change<Entry>> difference(Snapshot before, Snapshot after) {
    List<Change<Entry>> changes = new ArrayList<>();
    for (Map.Entry<String, Entry> now : after.byName().entrySet()) {
      Entry was = before.byName().get(now.getKey());
      if (now.getValue() != was && !now.getValue().equals(was)) {
        changes.add(new Change<>(was, now.getValue()));
      }
    }
    for (Map.Entry<String, Entry> was : before.byName().entrySet()) {
      if (!after.byName().containsKey(was.getKey())) {
        changes.add(Change.removed(was.getValue()));
      }
    }
    return changes;
  }

  /** One listener: one call at a time, each from what it was told last to what is so now. */
  private final class Delivery {
    private final Executor executor;
    private final Listener listener;
    private Snapshot told = Snapshot.EMPTY;
    private boolean toldOnce;
    private boolean scheduled;
    private boolean again;
    private boolean closed;

    Delivery(Executor executor, Listener listener) {
      this.executor = requireNonNull(executor, "executor");
      this.listener = requireNonNull(listener, "listener");
    }

    void wake() {
      synchronized (this) {
        again = true;
        if (scheduled || closed) {
          return;
        }
        scheduled = true;
      }
      try {
        executor.execute(this::deliver);
      } catch (RejectedExecutionException e) {
        LOGGER.warn("a listener of VIP names could not be told; the next change tries again", e);
        synchronized (this) {
          scheduled = false;
        }
      }
    }

    synchronized void close() {
      closed = true;
    }

    private void deliver() {
      while (more()) {
        Snapshot now = snapshot;
        List<Change<Entry>> changes = difference(told, now);
        if (toldOnce && changes.isEmpty()) {
          continue;
        }
        told = now;
        toldOnce = true;
        try {
          listener.changed(now, changes);
        } catch (RuntimeException e) {
          LOGGER.error("a listener of VIP names failed; it gets the next change all the same", e);
        }
      }
    }

    private synchronized boolean more() {
      boolean more = again && !closed;
      again = false;
      scheduled = more;
      return more;
    }
  }
}

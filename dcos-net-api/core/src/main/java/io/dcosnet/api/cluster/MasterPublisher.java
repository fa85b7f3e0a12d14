// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.spi.MasterDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The detector of a host that knows its masters by an own way: it says who they are, we tell
 * everybody. Other detectors are built on it.
 *
 * <p><b>Thread-safe</b>; {@link #put} is called by one thread at a time. No lock is held while an
 * executor or a listener runs.
 */
public final class MasterPublisher implements MasterDetector {

  private static final Logger LOGGER = LoggerFactory.getLogger(MasterPublisher.class);

  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private volatile Masters masters = Masters.NONE;

  private MasterPublisher() {}

  /** A publisher that knows of no master yet. */
  public static MasterPublisher create() {
    return new MasterPublisher();
  }

  /** Puts these in place of the present ones; equal ones tell nobody. */
  public void put(Masters next) {
    requireNonNull(next, "next");
    if (next.equals(masters)) {
      return;
    }
    masters = next;
    deliveries.forEach(Delivery::schedule);
  }

  @Override
  public Masters masters() {
    return masters;
  }

  @Override
  public Subscription subscribe(Executor executor, Consumer<Masters> listener) {
    Delivery delivery = new Delivery(executor, listener);
    deliveries.add(delivery);
    delivery.schedule();
    return () -> {
      deliveries.remove(delivery);
      delivery.close();
    };
  }

  /** Carries the newest masters to one listener; those that it was too slow for are left out. */
  private final class Delivery {
    private final Executor executor;
    private final Consumer<Masters> listener;
    private @Nullable Masters told; // guarded by this
    private boolean scheduled; // guarded by this
    private boolean closed; // guarded by this

    Delivery(Executor executor, Consumer<Masters> listener) {
      this.executor = requireNonNull(executor, "executor");
      this.listener = requireNonNull(listener, "listener");
    }

    void schedule() {
      synchronized (this) {
        if (scheduled || closed || masters.equals(told)) {
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
        LOGGER.error("an executor refused to tell of the masters", e);
      }
    }

    synchronized void close() {
      closed = true;
    }

    private void deliver() {
      Masters next = masters;
      try {
        if (take(next)) {
          listener.accept(next);
        }
      } catch (RuntimeException e) {
        LOGGER.error("a listener of masters failed; it gets the next change all the same", e);
      } finally {
        synchronized (this) {
          scheduled = false;
        }
        schedule();
      }
    }

    private synchronized boolean take(Masters next) {
      told = next;
      return !closed;
    }
  }
}

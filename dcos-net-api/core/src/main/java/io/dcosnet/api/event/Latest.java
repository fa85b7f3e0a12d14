// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value of which only the newest counts, and those who want to hear of it. A slow listener misses
 * what was replaced meanwhile, never the last one.
 *
 * <p><b>Thread-safe.</b> Of two threads that set at once either may win; who needs an order keeps
 * it around {@link #set}, which calls nobody. No lock is held while an executor or a listener runs.
 */
public final class Latest<T> {

  private static final Logger LOGGER = LoggerFactory.getLogger(Latest.class);

  private final String what;
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private volatile T value;

  /**
   * A holder that nobody listens to yet.
   *
   * @param what the value is, for messages
   */
  public Latest(String what, T first) {
    this.what = requireNonNull(what, "what");
    this.value = requireNonNull(first, "first");
  }

  public T get() {
    return value;
  }

  /** Puts this in place of the present value and tells of it; an equal one tells nobody. */
  public void put(T next) {
    set(next);
    tell();
  }

  /** The first half of {@link #put}: the value counts from now on, nobody is told. */
  public void set(T next) {
    value = requireNonNull(next, "next");
  }

  /** The second half of {@link #put}. */
  public void tell() {
    deliveries.forEach(Delivery::schedule);
  }

  /** Delivers the present value, then every change, in order, one call at a time. */
  public Subscription subscribe(Executor executor, Consumer<? super T> listener) {
    Delivery delivery = new Delivery(executor, listener);
    deliveries.add(delivery);
    delivery.schedule();
    return () -> {
      deliveries.remove(delivery);
      delivery.close();
    };
  }

  /** Carries the newest value to one listener. */
  private final class Delivery {
    private final Executor executor;
    private final Consumer<? super T> listener;
    private @Nullable T told; // guarded by this
    private boolean scheduled; // guarded by this
    private boolean closed; // guarded by this

    Delivery(Executor executor, Consumer<? super T> listener) {
      this.executor = requireNonNull(executor, "executor");
      this.listener = requireNonNull(listener, "listener");
    }

    void schedule() {
      synchronized (this) {
        if (scheduled || closed || value.equals(told)) {
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
        LOGGER.error("an executor refused to tell of {}", what, e);
      }
    }

    synchronized void close() {
      closed = true;
    }

    private void deliver() {
      T next = value;
      try {
        if (take(next)) {
          listener.accept(next);
        }
      } catch (RuntimeException e) {
        LOGGER.error("a listener of {} failed; it gets the next change all the same", what, e);
      } finally {
        synchronized (this) {
          scheduled = false;
        }
        schedule();
      }
    }

    private synchronized boolean take(T next) {
      told = next;
      return !closed;
    }
  }
}

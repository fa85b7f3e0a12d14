// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Things on their way to one listener, in order, one call at a time. When too many wait, the oldest
 * are lost and counted.
 *
 * <p><b>Thread-safe.</b>
 */
final class SerialDelivery<T> {

  /** Most things that wait for a slow listener. */
  static final int MAX_WAITING = 10_000;

  private static final Logger LOGGER = LoggerFactory.getLogger(SerialDelivery.class);

  private final Executor executor;
  private final Consumer<? super T> listener;
  private final MetricsSink.Counter lost;
  private final Queue<T> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean closed;

  SerialDelivery(Executor executor, Consumer<? super T> listener, MetricsSink.Counter lost) {
    this.executor = requireNonNull(executor, "executor");
    this.listener = requireNonNull(listener, "listener");
    this.lost = lost;
  }

  void offer(T thing) {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (waiting.size() >= MAX_WAITING) {
        waiting.remove();
        lost.increment();
      }
      waiting.add(thing);
      if (busy) {
        return;
      }
      busy = true;
    }
    hand();
  }

  synchronized void close() {
    closed = true;
    waiting.clear();
  }

  private void hand() {
    try {
      executor.execute(this::deliver);
    } catch (RuntimeException e) {
      synchronized (this) {
        busy = false; // the next one tries again
      }
      LOGGER.error("an executor refused to tell a listener", e);
    }
  }

  private void deliver() {
    T next;
    synchronized (this) {
      next = waiting.poll();
    }
    if (next != null) {
      call(next);
    }
    boolean more;
    synchronized (this) {
      more = !waiting.isEmpty();
      busy = more;
    }
    if (more) {
      hand();
    }
  }

  private void call(T thing) {
    try {
      listener.accept(thing);
    } catch (RuntimeException | AssertionError e) {
      LOGGER.error("a listener failed; it gets what follows all the same", e);
    }
  }
}

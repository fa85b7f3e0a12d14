// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Things on their way to one listener, in order, one call at a time. When too many wait, the oldest
 * are lost and counted, or all of them with a note in their place that says how many.
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
  private final @Nullable IntFunction<? extends T> note;
  private final Queue<T> waiting = new ArrayDeque<>();
  private int sinceNote;
  private boolean busy;
  private boolean closed;

  SerialDelivery(Executor executor, Consumer<? super T> listener, MetricsSink.Counter lost) {
    this(executor, listener, lost, null);
  }

  /**
   * One that tells its listener of what is lost.
   *
   * @param note comes in place of so many things that were lost
   */
  SerialDelivery(
      Executor executor,
      Consumer<? super T> listener,
      MetricsSink.Counter lost,
      @Nullable IntFunction<? extends T> note) {
    this.executor = requireNonNull(executor, "executor");
    this.listener = requireNonNull(listener, "listener");
    this.lost = lost;
    this.note = note;
  }

  void offer(T thing) {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (waiting.size() >= MAX_WAITING) {
        shorten();
      }
      waiting.add(thing);
      if (busy) {
        return;
      }
      busy = true;
    }
    hand();
  }

  private void shorten() {
    if (note == null) {
      waiting.remove();
      lost.increment();
      return;
    }
    // A note that was not heard yet is one of those that wait, and what it says is in the new one.
    int gone = waiting.size() - (sinceNote > 0 ? 1 : 0);
    sinceNote += gone;
    lost.add(gone);
    waiting.clear();
    waiting.add(note.apply(sinceNote));
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
      sinceNote = 0; // a note is the first of all
    }
    try {
      if (next != null) {
        call(next);
      }
    } finally {
      boolean more;
      synchronized (this) {
        more = !waiting.isEmpty();
        busy = more;
      }
      if (more) {
        hand();
      }
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

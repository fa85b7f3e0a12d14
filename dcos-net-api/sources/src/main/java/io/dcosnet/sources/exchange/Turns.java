// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.exchange;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work on an executor of others, one piece at a time, in the order in which it was handed in,
 * so that a part has one writer without a thread of its own. Each piece is handed over by itself
 * and leaves room for others. <b>Thread-safe.</b>
 */
final class Turns implements Executor {

  private static final Logger LOGGER = LoggerFactory.getLogger(Turns.class);

  private final Executor executor;
  private final Queue<Runnable> waiting = new ArrayDeque<>(); // guarded by this
  private boolean running; // guarded by this

  Turns(Executor executor) {
    this.executor = requireNonNull(executor, "executor");
  }

  @Override
  public void execute(Runnable work) {
    synchronized (this) {
      waiting.add(requireNonNull(work, "work"));
      if (running) {
        return;
      }
      running = true;
    }
    handOver();
  }

  private void handOver() {
    try {
      executor.execute(this::turn);
    } catch (RejectedExecutionException e) {
      synchronized (this) {
        running = false;
      }
      LOGGER.warn("an executor refuses work of a source, waiting for the next", e);
    }
  }

  private void turn() {
    try {
      Runnable work = next();
      if (work != null) {
        work.run();
      }
    } catch (RuntimeException e) {
      LOGGER.error("work of a source failed, the next goes on", e);
    } finally {
      boolean more;
      synchronized (this) {
        more = !waiting.isEmpty();
        running = more;
      }
      if (more) {
        handOver();
      }
    }
  }

  private synchronized @Nullable Runnable next() {
    return waiting.poll();
  }
}

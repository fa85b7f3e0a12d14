// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one piece of work on an executor each time that it is asked for: one run at a time, and one
 * more when it was asked for meanwhile, however often. <b>Thread-safe.</b>
 */
final class Repeater {

  private static final Logger LOGGER = LoggerFactory.getLogger(Repeater.class);

  private final Executor executor;
  private final Runnable work;
  private boolean asked; // guarded by this
  private boolean scheduled; // guarded by this
  private boolean closed; // guarded by this

  Repeater(Executor executor, Runnable work) {
    this.executor = requireNonNull(executor, "executor");
    this.work = work;
  }

  void ask() {
    synchronized (this) {
      asked = true;
    }
    schedule();
  }

  /** No run begins after this; one that is under way ends. */
  synchronized void close() {
    closed = true;
  }

  private void schedule() {
    synchronized (this) {
      if (scheduled || closed || !asked) {
        return;
      }
      scheduled = true;
      asked = false;
    }
    try {
      executor.execute(this::run);
    } catch (RuntimeException e) {
      synchronized (this) {
        scheduled = false; // whoever asks next tries again
        asked = true;
      }
      LOGGER.error("an executor refused to tell of a zone", e);
    }
  }

  private void run() {
    try {
      if (!isClosed()) {
        work.run();
      }
    } catch (RuntimeException e) {
      LOGGER.error("a listener of a zone failed", e);
    } finally {
      synchronized (this) {
        scheduled = false;
      }
      schedule();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.namespace;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread that does one task after the other. Whoever has a task waits for it, so there
 * are never more of them than threads. <b>Thread-safe.</b>
 */
final class NamespaceThread {

  private static final AtomicLong COUNT = new AtomicLong();

  private final LinkedBlockingQueue<Work<?>> waiting = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final String shown;

  /** Guards against tasks that are put behind the last one; so does {@code ended}. */
  private final Object lock = new Object();

  private boolean ended;

  private NamespaceThread(String shown) {
    this.shown = shown;
    thread = new Thread(this::work, "dcosnet-netns-" + COUNT.incrementAndGet());
    thread.setDaemon(true); // nothing runs there that nobody waits for
  }

  static NamespaceThread start(String shown) {
    NamespaceThread started = new NamespaceThread(shown);
    started.thread.start();
    return started;
  }

  <T, E extends Exception> T call(NetworkNamespace.Task<T, E> task) throws E {
    if (Thread.currentThread() == thread) {
      return task.run();
    }
    Work<T> work = new Work<>(task);
    put(work);
    return work.result();
  }

  private void put(Work<?> work) {
    synchronized (lock) {
      if (ended) {
        throw new IllegalStateException(shown + " was closed");
      }
      waiting.add(work);
    }
  }

  /** Ends it when all that waits is done. */
  void end() {
    synchronized (lock) {
      if (!ended) {
        ended = true;
        waiting.add(Work.LAST);
      }
    }
  }

  private void work() {
    while (true) {
      try {
        Work<?> next = waiting.take();
        if (next == Work.LAST) {
          return;
        }
        next.run();
      } catch (InterruptedException e) {
        // A task may have been meant; the thread itself ends only when it is told to.
      }
    }
  }

  /** One task and what came of it. */
  private static final class Work<T> {

    static final Work<Boolean> LAST = new Work<>(() -> true);

    private final NetworkNamespace.Task<T, ?> task;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable T value;
    private @Nullable Throwable failure;

    Work(NetworkNamespace.Task<T, ?> task) {
      this.task = task;
    }

    void run() {
      try {
        value = task.run();
      } catch (Throwable e) { // whoever waits shall know, whatever it is
        failure = e;
      } finally {
        done.countDown();
      }
    }

    /** Waits; E is what the task declares. */
    @SuppressWarnings("unchecked") // other failures are unchecked, so it is E or needs no E
    <E extends Exception> T result() throws E {
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (E) failure;
      }
      return requireNonNull(value, "what a task returns");
    }
  }
}

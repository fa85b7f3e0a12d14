// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs work that comes from many threads one after the other, on the thread that finds nobody at
 * work, without holding a lock: what runs here may call out, and what comes back meanwhile, even on
 * the same thread, runs after it.
 *
 * <p><b>Thread-safe.</b>
 */
final class OneAtATime implements Executor {

  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger handedIn = new AtomicInteger();

  @Override
  public void execute(Runnable work) {
    waiting.add(work);
    if (handedIn.getAndIncrement() != 0) {
      return; // whoever is at work takes it too
    }
    RuntimeException failure = null;
    Error error = null;
    do {
      try {
        Runnable next = waiting.poll();
        if (next != null) {
          next.run();
        }
      } catch (RuntimeException e) {
        failure = e; // the others must run all the same, or all of them would wait for ever
      } catch (Error e) {
        error = e; // also for want of memory, which may be back
      }
    } while (handedIn.decrementAndGet() != 0);
    if (error != null) {
      throw error;
    }
    if (failure != null) {
      throw failure;
    }
  }
}

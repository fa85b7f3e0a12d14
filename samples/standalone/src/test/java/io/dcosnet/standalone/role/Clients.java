// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Clients that ask one question after the other, each over a new connection. */
final class Clients implements AutoCloseable {

  /**
   * A question that was not answered.
   *
   * @param askedNanos when, as {@link System#nanoTime} tells it
   */
  record Failure(long askedNanos, String what) {}

  /** So that the machine has time for those who answer. */
  private static final long PAUSE_NANOS = 5_000_000;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final List<AtomicLong> asked = new ArrayList<>();
  private final AtomicLong finished = new AtomicLong();
  private volatile boolean closed;

  /** One more, which asks at once. */
  void ask(String address, int port) {
    AtomicLong last = new AtomicLong(System.nanoTime());
    asked.add(last);
    threads.execute(
        () -> {
          while (!closed) {
            long begin = System.nanoTime();
            last.set(begin);
            String answer = VipNode.ask(address, port);
            if (!answer.startsWith("web.")) {
              failures.add(new Failure(begin, answer));
            }
            finished.incrementAndGet();
            LockSupport.parkNanos(PAUSE_NANOS);
          }
        });
  }

  /** Questions that have come to an end, well or not. */
  long finished() {
    return finished.get();
  }

  List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** When the client that is most behind asked last. */
  long mostBehind() {
    return asked.stream().mapToLong(AtomicLong::get).min().orElseThrow();
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdown();
  }
}

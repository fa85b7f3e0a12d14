// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.outside;

import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.spi.SystemScheduler;
import io.dcosnet.api.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of this machine, except that a test may leap ahead: clocks show it at once, timers do
 * not run earlier. So a TTL passes while sockets work as always. <b>Thread-safe.</b>
 */
final class ShiftedTime implements Scheduler, AutoCloseable {

  private final SystemScheduler real = SystemScheduler.create("test");
  private final AtomicLong ahead = new AtomicLong();
  private volatile boolean patient;

  private final TimeSource clock =
      new TimeSource() {
        @Override
        public long nanos() {
          return TimeSource.system().nanos() + ahead.get();
        }

        @Override
        public long wallMillis() {
          return TimeSource.system().wallMillis() + ahead.get() / 1_000_000;
        }
      };

  /** Makes it later by so much. */
  void leap(Duration by) {
    ahead.addAndGet(by.toNanos());
  }

  /** Lets no timer that is set from now on run: nobody loses patience. */
  void stopTimers() {
    patient = true;
  }

  @Override
  public TimeSource time() {
    return clock;
  }

  @Override
  public Timer schedule(Duration delay, Runnable work) {
    return patient ? () -> {} : real.schedule(delay, work);
  }

  @Override
  public void execute(Runnable work) {
    real.execute(work);
  }

  @Override
  public void close() {
    real.close();
  }
}

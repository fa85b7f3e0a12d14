// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Timers and short work, in one thread or in virtual time.
 *
 * <p>Work handed to one scheduler never overlaps and sees the memory effects of what ran before it;
 * work for the same time runs in the order in which it was handed in. It must be short and must not
 * block. What it throws is logged and stops nothing else.
 *
 * <p><b>Thread-safe.</b>
 */
public interface Scheduler extends Executor {

  /** Ends a timer. */
  @FunctionalInterface
  interface Timer {
    /** After this the work does not begin any more; idempotent. */
    void cancel();
  }

  /** The clock that this scheduler follows. */
  TimeSource time();

  /** Runs {@code work} once, {@code delay} from now or as soon after as possible. */
  Timer schedule(Duration delay, Runnable work);

  /** Runs {@code work} as soon as possible, behind what was handed in before. */
  @Override
  void execute(Runnable work);
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clusters under random faults. A failure names its seed and the faults that it needs; such seeds
 * go to {@link #REGRESSIONS}.
 *
 * <p>The long run takes its range from the system properties {@code dcosnet.sim.from} and {@code
 * dcosnet.sim.to}, so that it can go on where it stopped.
 */
class SimulationSuiteTest {

  private static final int THREADS = 2;
  private static final int SCHEDULES = 2_000;

  /** Enough to see what is wrong. */
  private static final int MOST_FAILURES = 3;

  /** Seeds that found something once. */
  private static final long[] REGRESSIONS = {
    26, 53, 62, 67, 75, 79, 91, 103, 122, 125, 180, 341, 463, 468, 3053, 3080, 3111
  };

  @Test
  void holdsAllThatMustHoldUnderRandomFaults() throws Exception {
    run(LongStream.range(0, SCHEDULES).toArray());
  }

  @Test
  void holdsWhereSomethingWasWrongOnce() throws Exception {
    run(REGRESSIONS);
  }

  @Test
  @Tag("long")
  void holdsUnderManyRandomFaults() throws Exception {
    long from = Long.getLong("dcosnet.sim.from", SCHEDULES);
    long to = Long.getLong("dcosnet.sim.to", from + 10_000);
    run(LongStream.range(from, to).toArray());
  }

  private static void run(long[] seeds) throws InterruptedException, ExecutionException {
    AtomicLong next = new AtomicLong();
    List<String> failures = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        ends.add(threads.submit(() -> work(seeds, next, failures)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(failures).isEmpty();
  }

  private static void work(long[] seeds, AtomicLong next, List<String> failures) {
    while (true) {
      int at = (int) next.getAndIncrement();
      if (at >= seeds.length) {
        return;
      }
      Schedule schedule = Schedule.random(seeds[at]);
      if (!ScheduleRun.run(schedule).violations().isEmpty()) {
        String failure = ScheduleRun.explain(schedule);
        synchronized (failures) {
          failures.add(failure);
          if (failures.size() >= MOST_FAILURES) {
            next.set(seeds.length);
          }
        }
      }
    }
  }
}

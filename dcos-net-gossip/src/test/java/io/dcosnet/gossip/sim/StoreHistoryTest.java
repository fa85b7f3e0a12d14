// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stores of whole nodes under random writes and faults: they come together, no write that was safe
 * is lost, nothing that was deleted comes back, and in the end nothing is remembered that need not
 * be. A failure names its seed and the faults that it needs.
 *
 * <p>The long run takes its range from the system properties {@code dcosnet.stores.from} and {@code
 * dcosnet.stores.to}.
 */
class StoreHistoryTest {

  private static final int THREADS = 2;
  private static final int HISTORIES = 1_000;
  private static final int LONG_HISTORIES = 10_000;

  /** Enough to see what is wrong. */
  private static final int MOST_FAILURES = 3;

  @Test
  void storesComeTogetherUnderRandomFaults() throws Exception {
    assertThat(failures(0, HISTORIES)).isEmpty();
  }

  /** Each of these showed a fault once. */
  @ParameterizedTest
  @ValueSource(longs = {1129, 1727, 5124, 5705, 9490})
  void storesComeTogetherWhereTheyOnceDidNot(long seed) throws Exception {
    assertThat(failures(seed, seed + 1)).isEmpty();
  }

  @Test
  @Tag("long")
  void storesComeTogetherUnderManyRandomFaults() throws Exception {
    long from = Long.getLong("dcosnet.stores.from", HISTORIES);
    long to = Long.getLong("dcosnet.stores.to", HISTORIES + LONG_HISTORIES);
    assertThat(from).as("dcosnet.stores.from: where the seeds begin").isLessThan(to);
    assertThat(failures(from, to)).isEmpty();
  }

  private static List<String> failures(long from, long to) throws Exception {
    AtomicLong next = new AtomicLong(from);
    List<String> failures = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        ends.add(threads.submit(() -> work(next, to, failures)));
      }
      for (Future<?> end : ends) {
        end.get(1, TimeUnit.HOURS);
      }
    } finally {
      threads.shutdownNow();
    }
    return failures;
  }

  private static void work(AtomicLong next, long to, List<String> failures) {
    for (long seed = next.getAndIncrement(); seed < to; seed = next.getAndIncrement()) {
      StoreSchedule schedule = StoreSchedule.random(seed);
      if (!StoreScheduleRun.run(schedule, key -> false).isEmpty()) {
        String failure = StoreScheduleRun.explain(schedule);
        synchronized (failures) {
          failures.add(failure);
          if (failures.size() >= MOST_FAILURES) {
            next.set(to);
          }
        }
      }
    }
  }
}

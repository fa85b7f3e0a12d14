// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clusters under random faults. A failure names its seed and the faults that it needs; such seeds
 * go to {@link #REGRESSIONS}.
 *
 * <p>The long run takes its range from the system properties {@code dcosnet.sim.from} and {@code
 * dcosnet.sim.to}. It notes how far it came in {@code target/simulation-suite.next}; without {@code
 * dcosnet.sim.from} it goes on from there.
 */
class SimulationSuiteTest {

  private static final int THREADS = 2;
  private static final int SCHEDULES = 2_000;
  private static final int LONG_SCHEDULES = 10_000;

  /** After so many seeds the long run notes how far it came. */
  private static final int RANGE = 250;

  private static final Path NEXT = Path.of("target", "simulation-suite.next");

  /** Enough to see what is wrong. */
  private static final int MOST_FAILURES = 3;

  /** Seeds that found something once. */
  private static final long[] REGRESSIONS = {
    26, 53, 62, 67, 75, 79, 91, 103, 122, 125, 180, 341, 463, 468, 3053, 3080, 3111
  };

  @Test
  void holdsAllThatMustHoldUnderRandomFaults() throws Exception {
    assertThat(failures(LongStream.range(0, SCHEDULES).toArray(), simulation -> {})).isEmpty();
  }

  @Test
  void holdsWhereSomethingWasWrongOnce() throws Exception {
    assertThat(failures(REGRESSIONS, simulation -> {})).isEmpty();
  }

  @Test
  @Tag("long")
  void holdsUnderManyRandomFaults() throws Exception {
    long from = Long.getLong("dcosnet.sim.from", noted());
    long to = Long.getLong("dcosnet.sim.to", SCHEDULES + LONG_SCHEDULES);
    assertThat(from).as("dcosnet.sim.from: where the seeds begin").isLessThan(to);
    for (long begin = from; begin < to; begin += RANGE) {
      long end = Math.min(to, begin + RANGE);
      assertThat(failures(LongStream.range(begin, end).toArray(), simulation -> {})).isEmpty();
      note(end);
    }
    Files.deleteIfExists(NEXT);
  }

  /** Where the last long run stopped; behind the seeds of every build when it was through. */
  private static long noted() throws IOException {
    return Files.exists(NEXT) ? Long.parseLong(Files.readString(NEXT).trim()) : SCHEDULES;
  }

  private static void note(long next) throws IOException {
    Files.createDirectories(NEXT.toAbsolutePath().getParent());
    Files.writeString(NEXT, next + "\n");
  }

  /** What fails of these seeds, with something planted into each simulation. */
  static List<String> failures(long[] seeds, Consumer<Simulation> plant) throws Exception {
    AtomicLong next = new AtomicLong();
    List<String> failures = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        ends.add(threads.submit(() -> work(seeds, plant, next, failures)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
    return failures;
  }

  private static void work(
      long[] seeds, Consumer<Simulation> plant, AtomicLong next, List<String> failures) {
    while (true) {
      int at = (int) next.getAndIncrement();
      if (at >= seeds.length) {
        return;
      }
      Schedule schedule = Schedule.random(seeds[at]);
      if (!ScheduleRun.run(schedule, plant).violations().isEmpty()) {
        String failure = ScheduleRun.explain(schedule, plant);
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

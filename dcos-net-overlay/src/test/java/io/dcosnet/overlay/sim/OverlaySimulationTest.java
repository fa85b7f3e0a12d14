// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Masters, agents and the store in one virtual time: killed masters and agents, several that
 * believe to lead, lost, late and repeated messages and transactions, hosts that move and are
 * replaced, deletions, and stores that are lost. Whatever happens: nobody is ever told what is not
 * so in the store by the revision that comes with it, what an agent has never changes, nothing
 * leaks, and revisions only grow. A failing seed is printed; {@code -Ddcosnet.seed=} runs it alone.
 */
class OverlaySimulationTest {

  private static final int STEPS = 20;

  @Test
  void nothingIsGivenTwiceInAThousandSchedules() {
    Long one = Long.getLong("dcosnet.seed");
    run(one == null ? 1 : one, one == null ? 1000 : 1);
  }

  @Test
  @Tag("long")
  void nothingIsGivenTwiceInTenThousandSchedules() {
    run(Long.getLong("dcosnet.seeds.from", 100_001), 10_000);
  }

  private static void run(long from, int schedules) {
    LongAdder told = new LongAdder();
    LongAdder commits = new LongAdder();
    LongStream.range(from, from + schedules)
        .parallel() // they have nothing in common
        .forEach(
            seed -> {
              SimCluster cluster = new SimCluster(seed);
              try {
                cluster.run(STEPS);
              } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
              }
              told.add(cluster.truth().checked());
              commits.add(cluster.truth().commits());
            });
    System.out.printf(
        Locale.ROOT,
        "%d schedules from seed %d: %d transactions, %d assignments checked%n",
        schedules,
        from,
        commits.sum(),
        told.sum());
    assertThat(told.sum()).isGreaterThan(schedules * 12L);
  }
}

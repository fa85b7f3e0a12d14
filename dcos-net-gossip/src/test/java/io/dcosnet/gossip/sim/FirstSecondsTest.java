// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to members that have only just come. */
class FirstSecondsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Test
  void allThatStartAtOnceSoonKnowEachOther() {
    assertThat(start(10, 1, Duration.ZERO)).isLessThan(1);
    assertThat(start(100, 1, Duration.ZERO)).isLessThan(2);
    assertThat(start(200, 1, Duration.ZERO)).isLessThan(4);
  }

  @Test
  void theOrderInWhichSeedAndOthersStartMattersLittle() {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(start(20, seed, Duration.ofMillis(500))).as("seed %s", seed).isLessThan(1);
    }
  }

  /** Seconds from the last start until all know each other. */
  private static double start(int count, long seed, Duration within) {
    Simulation simulation = Simulation.of(seed);
    List<SimulatedNode> nodes = simulation.addAll(count, node -> {});
    Duration last = Duration.ZERO;
    for (SimulatedNode node : nodes) {
      Duration when = Duration.ofNanos(simulation.world.random.nextLong(within.toNanos() + 1));
      simulation.later(when, () -> simulation.start(node));
      last = when.compareTo(last) > 0 ? when : last;
    }
    simulation.advance(last);
    return new Convergence(simulation).measure(LIMIT).max();
  }

  @Test
  void aCrashJustAfterAllStartedAtOnceIsSeenAsSoonAsAnyOther() {
    for (long seed = 1; seed <= 30; seed++) {
      Simulation simulation = Simulation.of(seed);
      List<SimulatedNode> nodes = simulation.addAll(10, node -> {});
      Convergence convergence = new Convergence(simulation);
      nodes.forEach(simulation::start);
      convergence.measure(LIMIT);
      simulation.advance(Duration.ofMillis(150));

      simulation.kill(nodes.get(5));

      assertThat(convergence.measure(LIMIT).max()).as("seed %s", seed).isLessThan(1.5);
    }
  }

  @Test
  void aCrashJustAfterTheJoinIsSeenAsSoonAsAnyOther() {
    for (long seed = 1; seed <= 30; seed++) {
      Simulation simulation = Simulation.of(seed);
      simulation.addAll(10, node -> {});
      simulation.startComplete();
      simulation.advance(Duration.ofSeconds(10));
      SimulatedNode joiner = simulation.add("joiner");
      simulation.start(joiner);
      simulation.advance(Duration.ofMillis(150));

      simulation.kill(joiner);

      assertThat(new Convergence(simulation).measure(LIMIT).max())
          .as("seed %s", seed)
          .isLessThan(1.5);
    }
  }

  @Test
  void noneOfAFewMissesThatAnotherIsGone() {
    for (long seed = 1; seed <= 100; seed++) {
      Simulation simulation = Simulation.of(seed);
      List<SimulatedNode> nodes = simulation.addAll(10, node -> {});
      simulation.startComplete();
      simulation.advance(Duration.ofSeconds(5));

      simulation.kill(nodes.get(3));

      assertThat(new Convergence(simulation).measure(LIMIT).max())
          .as("seed %s", seed)
          .isLessThan(1.5);
    }
  }

  @Test
  void noObserverOfAFewIsLateWhenTheLinksEndAtDifferentTimes() {
    for (int size : new int[] {5, 20}) {
      for (long seed = 1; seed <= 100; seed++) {
        // Each end of a link arrives in its own time.
        NetworkModel network =
            NetworkModel.lan().withTravel(Duration.ofNanos(100_000), Duration.ofMillis(60));
        Simulation simulation = Simulation.of(seed, GossipSettings.lan(), network);
        List<SimulatedNode> nodes = simulation.addAll(size, node -> {});
        simulation.startComplete();
        simulation.advance(Duration.ofSeconds(5));

        simulation.kill(nodes.get(3));

        assertThat(new Convergence(simulation).measure(LIMIT).max())
            .as("seed %s of %s nodes", seed, size)
            .isLessThan(1.5);
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.simulation;

import static io.dcosnet.standalone.simulation.VipAgents.AGENTS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Twenty agents with VIPs are cut in two and come together again. In every moment each VIP goes on
 * at each agent; no side loses more than it must.
 */
class VipPartitionTest {

  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(60);

  private static List<Integer> agents(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** Runs so long, and looks all the time. */
  private static void goOn(VipAgents cluster, Duration time) {
    Duration end = cluster.simulation.elapsed().plus(time);
    while (cluster.simulation.elapsed().compareTo(end) < 0) {
      cluster.simulation.advance(MOMENT);
      assertThat(cluster.everyVipGoesOn()).as("at %s", cluster.simulation.elapsed()).isTrue();
    }
  }

  private static void cut(VipAgents cluster, List<Integer> side) {
    cluster.simulation.isolate(side.stream().map(cluster::host).toList());
  }

  private static void assertHealed(VipAgents cluster) {
    cluster.simulation.heal();
    goOn(cluster, LONG);
    Set<String> all = cluster.places(agents(0, AGENTS));
    for (int number : agents(0, AGENTS)) {
      assertThat(cluster.usable(number)).as("agent %s", number).isEqualTo(all);
    }
  }

  /** Half of all is not more than half: neither side holds the other's back ends for alive. */
  @Test
  void twoHalvesServeFromThemselvesAndComeTogetherAgain() {
    VipAgents cluster = new VipAgents(21);
    List<Integer> one = agents(0, 10);
    List<Integer> other = agents(10, 20);
    cut(cluster, one);
    goOn(cluster, LONG);
    for (int number : one) {
      assertThat(cluster.usable(number)).as("agent %s", number).isEqualTo(cluster.places(one));
    }
    for (int number : other) {
      assertThat(cluster.usable(number)).as("agent %s", number).isEqualTo(cluster.places(other));
    }
    assertHealed(cluster);
  }

  /**
   * The larger side takes the smaller one out. The smaller one, which may be what is cut off, takes
   * out no more once the guard holds, and none of its own at any time.
   */
  @Test
  void theSmallerSideFreezesAndTheLargerOneGoesOnAlone() {
    VipAgents cluster = new VipAgents(22);
    List<Integer> smaller = agents(0, 8);
    List<Integer> larger = agents(8, 20);
    cut(cluster, smaller);
    goOn(cluster, LONG);
    for (int number : larger) {
      assertThat(cluster.usable(number)).as("agent %s", number).isEqualTo(cluster.places(larger));
    }
    for (int number : smaller) {
      assertThat(cluster.usable(number))
          .as("agent %s", number)
          .containsAll(cluster.places(smaller))
          .hasSizeGreaterThanOrEqualTo(AGENTS / 2);
    }
    assertHealed(cluster);
  }

  /** One agent alone sees all others dead; it has no right to think so, and goes on with them. */
  @Test
  void anAgentThatIsAloneKeepsWhatItHad() {
    VipAgents cluster = new VipAgents(23);
    cut(cluster, List.of(3));
    goOn(cluster, LONG);
    assertThat(cluster.usable(3)).contains(cluster.place(3)).hasSizeGreaterThanOrEqualTo(10);
    List<Integer> others = agents(0, AGENTS).stream().filter(number -> number != 3).toList();
    for (int number : others) {
      assertThat(cluster.usable(number)).as("agent %s", number).isEqualTo(cluster.places(others));
    }
    assertHealed(cluster);
  }
}

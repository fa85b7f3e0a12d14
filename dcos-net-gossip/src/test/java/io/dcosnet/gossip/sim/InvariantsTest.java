// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That what must hold is looked at, and not only said to hold. */
class InvariantsTest {

  private final Simulation simulation = Simulation.of(3);
  private final List<SimulatedNode> nodes = simulation.addAll(6, node -> {});
  private final Invariants invariants = new Invariants(simulation);

  private void startAll() {
    simulation.startComplete();
    simulation.advance(Duration.ofSeconds(3));
  }

  @Test
  void findNothingInACalmCluster() {
    startAll();
    invariants.checkAgreement(Duration.ZERO);
    invariants.checkRest(64, 32, 6);

    assertThat(invariants.violations()).isEmpty();
  }

  @Test
  void findAMemberThatIsHeldForAliveAndDoesNotRun() {
    startAll();
    simulation.powerOff(nodes.get(4));

    assertThat(invariants.disagreement()).contains("ALIVE for node-4").contains("does not run");
    invariants.checkAgreement(Duration.ofSeconds(30));
    assertThat(invariants.violations()).isEmpty();
  }

  @Test
  void findNodesThatDoNotKnowEachOther() {
    simulation.isolate(nodes.subList(0, 3));
    nodes.forEach(simulation::start);
    simulation.advance(Duration.ofSeconds(5));

    invariants.checkAgreement(Duration.ofSeconds(5));
    assertThat(invariants.violations()).singleElement().asString().contains("holds nothing for");
  }

  @Test
  void findAVerdictAboutAProcessThatRuns() {
    startAll();
    invariants.forbidFalseDeaths(true);
    SimulatedNode victim = nodes.get(0);
    simulation.isolate(List.of(victim));
    simulation.advanceUntil(
        () -> !nodes.get(1).core().accusations(victim.id()).isEmpty(), Duration.ofSeconds(60));
    assertThat(invariants.falseDeaths()).isZero();
    // It comes back for a moment whose packets are all lost: nothing excuses the verdict then.
    simulation.heal();
    simulation.loss(victim, 1);
    simulation.advance(Duration.ofSeconds(40));

    assertThat(invariants.falseDeaths()).isEqualTo(1);
    assertThat(invariants.violations()).anyMatch(what -> what.contains("node-0 dead, which runs"));
  }

  @Test
  void findTooManyOfAnything() {
    startAll();
    invariants.checkRest(0, 0, 0);

    assertThat(invariants.violations())
        .anyMatch(what -> what.contains("timers at rest"))
        .anyMatch(what -> what.contains("links at rest"))
        .anyMatch(what -> what.contains("6 members at rest"));
  }
}

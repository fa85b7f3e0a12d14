// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Simulated nodes with stores that start again with what their disks hold. */
class StoreRestartTest {

  private final Simulation simulation =
      Simulation.withStores(
          5, GossipSettings.lan(), StoreSettings.lan(), NetworkModel.lan(), MetricsSink.none());

  private static void put(SimulatedNode node, String key) {
    var unused = node.store().put(key, Bytes.utf8("value"));
  }

  private int generation(SimulatedNode node) {
    return requireNonNull(node.core().replica()).state().self().generation();
  }

  @Test
  void aLoneNodeThatIsKilledHasItsEntriesAgain() {
    SimulatedNode node = simulation.addAll(1, each -> {}).get(0);
    simulation.start(node);
    put(node, "a");
    simulation.advance(Duration.ofSeconds(1));
    simulation.restart(node);

    assertThat(node.store().view("")).containsOnlyKeys("a");
    assertThat(generation(node)).isEqualTo(1);
    simulation.advance(Duration.ofSeconds(1));
    simulation.powerOff(node);
    simulation.start(node);
    assertThat(node.store().view("")).containsOnlyKeys("a");
    assertThat(generation(node)).isEqualTo(2);
  }

  @Test
  void aNodeThatWasAwayTooLongTakesAllFromTheOthersAndBringsNothingBack() {
    List<SimulatedNode> nodes = simulation.addAll(3, each -> {});
    simulation.startComplete();
    simulation.advance(Duration.ofSeconds(5));
    put(nodes.get(2), "deleted");
    put(nodes.get(2), "kept");
    simulation.advance(Duration.ofSeconds(5));
    simulation.kill(nodes.get(2));
    var unused = nodes.get(0).store().delete("deleted");
    put(nodes.get(0), "new");
    simulation.advance(Duration.ofSeconds(5));
    nodes.get(2).skew(Duration.ofDays(8).toMillis());
    simulation.start(nodes.get(2));

    assertThat(nodes.get(2).store().view("")).isEmpty();
    assertThat(generation(nodes.get(2))).isEqualTo(2);
    boolean all =
        simulation.advanceUntil(
            () -> nodes.get(2).store().view("").size() == 2, Duration.ofSeconds(60));
    assertThat(all).isTrue();
    simulation.advance(Duration.ofSeconds(30));
    for (SimulatedNode node : nodes) {
      assertThat(node.store().view("")).containsOnlyKeys("kept", "new");
    }
  }

  @Test
  void aNodeThatSawNobodyAtItsEndWasAwayTooLongAsWell() {
    List<SimulatedNode> nodes = simulation.addAll(3, each -> {});
    simulation.startComplete();
    put(nodes.get(2), "deleted");
    simulation.advance(Duration.ofSeconds(5));
    simulation.isolate(nodes.subList(2, 3));
    simulation.advance(Duration.ofMinutes(1));
    simulation.kill(nodes.get(2));
    simulation.heal();
    nodes.get(2).skew(Duration.ofDays(8).toMillis());
    simulation.start(nodes.get(2));

    assertThat(nodes.get(2).store().view("")).isEmpty();
    assertThat(generation(nodes.get(2))).isEqualTo(2);
  }

  @Test
  void aNodeThatLeftTakesFirstWhatTheOthersHaveForgottenInTheMeantime() {
    RecordedFigures figures = new RecordedFigures();
    Simulation quick =
        Simulation.withStores(
            6, GossipSettings.local(), StoreSettings.local(), NetworkModel.lan(), figures);
    List<SimulatedNode> nodes = quick.addAll(3, each -> {});
    SimulatedNode leaver = nodes.get(2);
    quick.startComplete();
    quick.advance(Duration.ofSeconds(5));
    put(nodes.get(0), "deleted");
    put(nodes.get(0), "kept");
    quick.advance(Duration.ofSeconds(5));
    quick.leave(leaver);
    quick.advance(Duration.ofSeconds(3));
    var unused = nodes.get(0).store().delete("deleted");
    quick.advance(Duration.ofSeconds(1));
    boolean forgotten =
        quick.advanceUntil(
            () -> requireNonNull(nodes.get(0).core().replica()).state().ghosts() == 0,
            Duration.ofMinutes(30));
    assertThat(forgotten).isTrue();

    quick.start(leaver);
    quick.advance(Duration.ofMinutes(2));

    assertThat(generation(leaver)).isEqualTo(1);
    for (SimulatedNode node : nodes) {
      assertThat(node.store().view("")).containsOnlyKeys("kept");
    }
    assertThat(figures.sum("dcosnet.gossip.kv.audit.repairs")).isZero();
  }
}

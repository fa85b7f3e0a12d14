// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Membership;
import io.dcosnet.gossip.view.Metadata;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeViewTest {

  @Test
  void whoGetsANameBackIsShownByIt() {
    Simulation simulation = Simulation.of(7);
    SimulatedNode watching = simulation.add("watching");
    SimulatedNode owner = simulation.add("twin");
    SimulatedNode other = simulation.add("twin");
    simulation.seeds(List.of(watching));
    simulation.start(watching);
    simulation.start(owner);
    simulation.advance(Duration.ofSeconds(1));
    simulation.start(other);
    Membership view = watching.membership();
    simulation.advance(Duration.ofSeconds(10));
    assertThat(nameOf(view, other)).startsWith("twin#");

    simulation.leave(owner);
    simulation.advance(Duration.ofSeconds(10));

    assertThat(nameOf(view, other)).isEqualTo("twin");
  }

  private static String nameOf(Membership view, SimulatedNode node) {
    return view.byId(node.id()).orElseThrow().metadata().getOrDefault(Metadata.NAME, "");
  }
}

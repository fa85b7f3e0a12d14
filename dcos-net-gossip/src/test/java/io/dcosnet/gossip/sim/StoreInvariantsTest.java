// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.WriteResult;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.KeyState;
import io.dcosnet.gossip.store.Stamp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the stores of a simulation are looked at: faults are planted into them. */
class StoreInvariantsTest {

  private static final String KEY = "k";

  private final Simulation simulation =
      Simulation.withStores(
          11, GossipSettings.lan(), StoreSettings.lan(), NetworkModel.lan(), MetricsSink.none());
  private final List<SimulatedNode> nodes = simulation.addAll(4, node -> {});
  private final Invariants invariants = new Invariants(simulation);

  StoreInvariantsTest() {
    simulation.startComplete();
    simulation.advance(Duration.ofSeconds(10));
  }

  private static Replica replica(SimulatedNode node) {
    return StoreLedger.replica(node);
  }

  private void write(SimulatedNode node, List<CrdtOp> ops) {
    node.scheduler()
        .execute(
            () ->
                replica(node)
                    .update(
                        KEY,
                        ops,
                        new WriteResult() {
                          @Override
                          public void done(Stamp write) {
                            invariants.stores().safe(KEY, write, !ops.isEmpty());
                          }

                          @Override
                          public void failed(RuntimeException why) {
                            throw why;
                          }
                        }));
    simulation.advance(Duration.ofMillis(10));
  }

  private void put(SimulatedNode node, String value) {
    write(node, List.of(new CrdtOp.Put(Bytes.utf8(value))));
  }

  /** Lets a node lose what a key holds, while its clock says that it has it. */
  private static void forget(SimulatedNode node) {
    replica(node).state().join(new KeyState(KEY, Cell.EMPTY), replica(node).state().clock().copy());
  }

  @Test
  void findNothingWhereAllGoesWell() {
    put(nodes.get(0), "1");
    put(nodes.get(1), "2");
    simulation.advance(Duration.ofSeconds(1));
    put(nodes.get(2), "3");
    write(nodes.get(3), List.of());
    invariants.stores().check(Duration.ofSeconds(30));

    assertThat(invariants.violations()).isEmpty();
  }

  @Test
  void findAStoreThatDoesNotGetAWrite() {
    simulation.isolate(nodes.subList(3, 4));
    put(nodes.get(0), "1");
    invariants.stores().check(Duration.ofSeconds(5));

    assertThat(invariants.violations())
        .anyMatch(what -> what.startsWith("stores not alike after"))
        .anyMatch(what -> what.startsWith("node-3 lacks") && what.endsWith("which was safe"));
  }

  @Test
  void findAKeyThatDiffersUnderEqualClocks() {
    put(nodes.get(0), "1");
    simulation.advance(Duration.ofSeconds(1));
    forget(nodes.get(2));
    invariants.stores().check(Duration.ZERO);

    assertThat(invariants.violations())
        .anyMatch(what -> what.contains("node-2 hold differs, though both have the same writes"))
        .anyMatch(what -> what.startsWith("node-2 holds"));
  }

  @Test
  void findASafeWriteThatAllHaveLost() {
    put(nodes.get(0), "1");
    simulation.advance(Duration.ofSeconds(1));
    nodes.forEach(StoreInvariantsTest::forget);
    invariants.stores().check(Duration.ofSeconds(5));

    assertThat(invariants.violations())
        .hasSize(4)
        .allMatch(what -> what.endsWith("no more, which nothing replaced"));
  }

  @Test
  void findAWriteThatWasToldToBeSafeAndWasNot() {
    SimulatedNode writer = nodes.get(0);
    simulation.isolate(List.of(writer));
    put(writer, "1");
    simulation.rebuild(writer);
    simulation.heal();
    invariants.stores().check(Duration.ofSeconds(60));

    assertThat(invariants.violations())
        .hasSize(4)
        .allMatch(what -> what.contains("lacks") && what.endsWith("which was safe"));
  }
}

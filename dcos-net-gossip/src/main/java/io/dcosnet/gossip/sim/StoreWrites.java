// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.WriteResult;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Writes keys at random nodes, one after the other, and measures how each gets to all others. */
final class StoreWrites {

  /** Octets of each value. */
  static final int VALUE_OCTETS = 200;

  private static final Duration BETWEEN = Duration.ofMillis(500);

  /** Who does not have a write so long after the last one never gets it. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String PREFIX = "simulated/";

  private final Simulation simulation;
  private final List<SimulatedNode> nodes;
  private final int keys;
  private final Invariants invariants;
  private final long[] begun;
  private final double[] seconds;
  private int arrived;
  private long deltas;

  /**
   * Writes by the nodes that run now.
   *
   * @param invariants told of each write that was safe, and of those that were refused
   */
  StoreWrites(Simulation simulation, int keys, Invariants invariants) {
    this.simulation = simulation;
    this.nodes = simulation.nodes().stream().filter(SimulatedNode::isRunning).toList();
    this.keys = keys;
    this.invariants = invariants;
    this.begun = new long[keys];
    this.seconds = new double[keys * nodes.size()];
    Arrays.fill(seconds, Double.POSITIVE_INFINITY);
  }

  /** Writes all keys, and waits until each node has them. */
  void run() {
    World world = simulation.world;
    for (int i = 0; i < nodes.size(); i++) {
      int place = i;
      replica(nodes.get(i)).state().observer((key, before, after) -> changed(key, place));
    }
    for (int i = 0; i < keys; i++) {
      begun[i] = world.now();
      write(nodes.get(world.random.nextInt(nodes.size())), i);
      simulation.advance(BETWEEN);
      if (i == 0 && keys > 1) {
        // The tree that all later ones go along grows with the first.
        deltas = -world.deltas();
      }
    }
    simulation.advanceUntil(() -> arrived == seconds.length, PATIENCE);
    deltas += world.deltas();
    nodes.forEach(node -> replica(node).state().observer(StoreState.Observer.NONE));
  }

  private void write(SimulatedNode node, int key) {
    byte[] value = new byte[VALUE_OCTETS];
    simulation.world.random.nextBytes(value);
    node.scheduler()
        .execute(
            () ->
                replica(node)
                    .update(
                        PREFIX + key,
                        List.of(new CrdtOp.Put(Bytes.copyOf(value))),
                        new Result(PREFIX + key)));
  }

  private final class Result implements WriteResult {
    private final String key;

    Result(String key) {
      this.key = key;
    }

    @Override
    public void done(Stamp write) {
      invariants.stores().safe(key, write, true);
    }

    @Override
    public void failed(RuntimeException why) {
      invariants.note("a write was refused: " + why.getMessage());
    }
  }

  private void changed(String key, int node) {
    if (key.startsWith(PREFIX)) {
      int number = Integer.parseInt(key.substring(PREFIX.length()));
      int place = number * nodes.size() + node;
      if (Double.isInfinite(seconds[place])) {
        seconds[place] = (simulation.world.now() - begun[number]) / 1e9;
        arrived++;
      }
    }
  }

  private static Replica replica(SimulatedNode node) {
    return requireNonNull(node.core().replica(), "replica");
  }

  /** From each write until each node had it. */
  Spread spread() {
    return Spread.of(seconds);
  }

  /** How often each write but the first came to each node but its writer's. */
  double copies() {
    return deltas / (double) (Math.max(1, keys - 1) * (nodes.size() - 1));
  }
}

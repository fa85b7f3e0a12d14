// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.gossip.protocol.GossipCore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long it takes until each node knows just who lives. Compares digests, one number per
 * node, since ten thousand tables are too much to be compared every few milliseconds.
 */
final class Convergence {

  private static final long FINE = 2_000_000;
  private static final long COARSE = 20_000_000;

  /** As long as this it is looked at finely. */
  private static final long FINE_FOR = 5_000_000_000L;

  private final Simulation simulation;

  Convergence(Simulation simulation) {
    this.simulation = simulation;
  }

  /** From now until each running node has the right view. */
  Spread measure(Duration limit) {
    return measure(simulation.elapsed(), limit);
  }

  /** From a time in the past until each running node has the right view. */
  Spread measure(Duration since, Duration limit) {
    World world = simulation.world;
    long begin = since.toNanos();
    long end = world.now() + limit.toNanos();
    List<SimulatedNode> open = new ArrayList<>();
    for (SimulatedNode node : simulation.nodes()) {
      if (node.isRunning()) {
        open.add(node);
      }
    }
    double[] seconds = new double[open.size()];
    int through = 0;
    while (true) {
      long truth = truth();
      double now = (world.now() - begin) / 1e9;
      int left = 0;
      for (SimulatedNode node : open) {
        GossipCore core = node.coreOrNull();
        if (core == null || core.digest() == truth) {
          seconds[through++] = now;
        } else {
          open.set(left++, node);
        }
      }
      open.subList(left, open.size()).clear();
      if (open.isEmpty()) {
        break;
      }
      if (world.now() >= end) {
        while (through < seconds.length) {
          seconds[through++] = Double.POSITIVE_INFINITY;
        }
        break;
      }
      long pace = world.now() - begin < FINE_FOR ? FINE : COARSE;
      world.runUntil(Math.min(end, world.now() + pace));
    }
    return Spread.of(seconds);
  }

  /** The digest of a table with just the members that run. */
  private long truth() {
    long truth = 0;
    for (SimulatedNode node : simulation.nodes()) {
      @Nullable GossipCore core = node.coreOrNull();
      if (core != null && core.self().isLiving()) {
        truth ^= core.self().digest();
      }
    }
    return truth;
  }
}

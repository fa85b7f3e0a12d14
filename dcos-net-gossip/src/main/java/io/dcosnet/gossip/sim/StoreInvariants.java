// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;

import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of the stores when nothing befalls the nodes any more: they are alike, and each
 * has all writes that their writers were told to be safe, or what replaced them.
 */
final class StoreInvariants {

  private static final Duration STEP = Duration.ofMillis(500);

  /** A write that was safe; {@code holds} unless it only removes. */
  private record Safe(String key, Stamp write, boolean holds) {}

  private final Simulation simulation;
  private final Consumer<String> violations;
  private final List<Safe> all = new ArrayList<>();
  private final Map<String, Safe> lastOfKey = new HashMap<>();

  /** Of the nodes that a simulation has by the time of a check. */
  StoreInvariants(Simulation simulation, Consumer<String> violations) {
    this.simulation = simulation;
    this.violations = violations;
  }

  /**
   * A writer was told that its write is safe.
   *
   * @param holds whether it leaves something to be read
   */
  void safe(String key, Stamp write, boolean holds) {
    Safe safe = new Safe(key, write, holds);
    all.add(safe);
    lastOfKey.merge(key, safe, (old, next) -> next.write.time() >= old.write.time() ? next : old);
  }

  /** Notes what keeps the stores from being alike until the limit, and which safe writes lack. */
  void check(Duration limit) {
    Duration end = simulation.elapsed().plus(limit);
    String different = difference();
    while (different != null && simulation.elapsed().compareTo(end) < 0) {
      simulation.advance(STEP);
      different = difference();
    }
    if (different != null) {
      violations.accept("stores not alike after %s: %s".formatted(simulation.elapsed(), different));
    }
    for (SimulatedNode node : running()) {
      String lost = lost(node);
      if (lost != null) {
        violations.accept(lost);
      }
    }
  }

  private List<SimulatedNode> running() {
    return simulation.nodes().stream()
        .filter(node -> node.isRunning() && node.core().replica() != null)
        .toList();
  }

  private static StoreState state(SimulatedNode node) {
    Replica replica = requireNonNull(node.core().replica(), "replica");
    return replica.state();
  }

  /** In what two running nodes differ; null when they do not. */
  @Nullable String difference() {
    SimulatedNode first = null;
    for (SimulatedNode node : running()) {
      if (first == null) {
        first = node;
      }
      StoreState one = state(first);
      StoreState other = state(node);
      if (one.clock().digest() != other.clock().digest()) {
        return "%s has %s, %s has %s".formatted(first, one.clock(), node, other.clock());
      }
      if (one.liveDigest() != other.liveDigest() || one.keys() != other.keys()) {
        return "what %s and %s hold differs, though both have the same writes"
            .formatted(first, node);
      }
    }
    return null;
  }

  /** The first safe write that is not there, and not replaced either. */
  private @Nullable String lost(SimulatedNode node) {
    StoreState state = state(node);
    for (Safe safe : all) {
      if (!state.clock().has(safe.write.dot())) {
        return "%s lacks %s to %s, which was safe".formatted(node, safe.write.dot(), safe.key);
      }
    }
    for (Safe last : lastOfKey.values()) {
      if (last.holds && !state.cell(last.key).live().containsKey(last.write.dot())) {
        return "%s holds %s to %s no more, which nothing replaced"
            .formatted(node, last.write.dot(), last.key);
      }
    }
    return null;
  }
}

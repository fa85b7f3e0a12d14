// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.store.Cell;
import io.dcosnet.gossip.store.Dot;
import io.dcosnet.gossip.store.DotClock;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.Seen;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * All writes that the nodes of a simulation ever made, be it for users or by themselves, with what
 * each added and took away: what a store with a certain clock must hold follows from that alone.
 */
final class StoreLedger {

  /** One update of one key. */
  static final class Write {
    final String key;
    final SimulatedNode node;
    final List<Dot> dots;
    final Set<Dot> added;
    final Set<Dot> removed;

    /** When its writer was told that it is safe; 0 for never. */
    long safeAt;

    /** Whether what befell the nodes excuses that nobody has it any more. */
    boolean mayBeLost;

    Write(SimulatedNode node, String key, List<Dot> dots, Set<Dot> added, Set<Dot> removed) {
      this.node = node;
      this.key = key;
      this.dots = dots;
      this.added = added;
      this.removed = removed;
    }

    boolean isIn(Seen clock) {
      return dots.stream().allMatch(clock::has);
    }

    @Override
    public String toString() {
      return "%s to %s at %s: adds %s, removes %s, safe %.3f"
          .formatted(dots, key, node, added, removed, safeAt / 1e9);
    }
  }

  /** Tells the writes of one life of a node. */
  private final class Life implements StoreState.Observer {
    private final SimulatedNode node;
    private final StoreState state;
    private ReplicaId self;
    private long last;

    Life(SimulatedNode node, StoreState state) {
      this.node = node;
      this.state = state;
      this.self = state.self();
      this.last = state.clock().highest(self);
    }

    @Override
    public void changed(String key, Cell before, Cell after) {
      if (!self.equals(state.self())) {
        self = state.self();
        last = state.clock().highest(self);
      }
      Stamp stamp = after.latest().get(self);
      // Writes of ours that come from others are no new ones.
      if (stamp != null && stamp.dot().counter() > last && !state.isUsedElsewhere()) {
        List<Dot> dots = new ArrayList<>();
        for (long counter = last + 1; counter <= stamp.dot().counter(); counter++) {
          dots.add(new Dot(self, counter));
        }
        last = stamp.dot().counter();
        Set<Dot> added = new TreeSet<>(after.live().keySet());
        added.removeAll(before.live().keySet());
        Set<Dot> removed = new TreeSet<>(before.live().keySet());
        removed.removeAll(after.live().keySet());
        wrote(new Write(node, key, dots, added, removed));
      }
      trace(node, key, before, after);
    }
  }

  private final Simulation simulation;
  private final List<String> problems;
  private final Map<Dot, Write> byDot = new HashMap<>();
  private final Map<String, Set<Write>> byKey = new TreeMap<>();

  /** Of what is traced to the standard output; for whoever looks into a failure. */
  Predicate<String> traced = key -> false;

  StoreLedger(Simulation simulation, List<String> problems) {
    this.simulation = simulation;
    this.problems = problems;
  }

  /** A life of a node begins. */
  void begin(SimulatedNode node) {
    StoreState state = replica(node).state();
    state.observer(new Life(node, state));
  }

  static Replica replica(SimulatedNode node) {
    Replica replica = node.core().replica();
    if (replica == null) {
      throw new IllegalStateException(node + " has no store");
    }
    return replica;
  }

  private void wrote(Write write) {
    for (Dot dot : write.dots) {
      Write old = byDot.put(dot, write);
      if (old != null && old != write) {
        // A write that was never safe may vanish with the power, and its number is free again.
        boolean isTold =
            simulation.nodes().stream()
                .anyMatch(
                    other ->
                        other != write.node
                            && other.isRunning()
                            && replica(other).state().clock().has(dot));
        if (isTold || (old.safeAt > 0 && !old.mayBeLost)) {
          problems.add("%s is used twice: by %s and by %s".formatted(dot, old, write));
        }
        old.dots.forEach(byDot::remove);
        write.dots.forEach(again -> byDot.put(again, write));
        ofKey(old.key).remove(old);
      }
    }
    ofKey(write.key).add(write);
  }

  private Set<Write> ofKey(String key) {
    return byKey.computeIfAbsent(key, name -> new LinkedHashSet<>());
  }

  private void trace(SimulatedNode node, String key, Cell before, Cell after) {
    if (traced.test(key)) {
      System.out.printf("%s %s %s %s%n   -> %s%n", simulation.elapsed(), node, key, before, after);
    }
  }

  /** A writer was told that its write is safe. */
  void safe(Stamp write, long nanos) {
    Write known = byDot.get(write.dot());
    if (known == null) {
      problems.add("a write was safe that nobody made: " + write);
    } else {
      known.safeAt = nanos;
    }
  }

  /**
   * A disk loses something. Of the writes that nobody else has who runs, all but those of these
   * nodes that are known to be safe from it may be lost.
   */
  void losing(Collection<SimulatedNode> losers, Predicate<Write> isSafe) {
    List<DotClock> others = new ArrayList<>();
    for (SimulatedNode node : simulation.nodes()) {
      if (node.isRunning() && !losers.contains(node)) {
        others.add(replica(node).state().clock());
      }
    }
    for (Set<Write> writes : byKey.values()) {
      for (Write write : writes) {
        boolean isOwn = losers.contains(write.node);
        if (!(isOwn && isSafe.test(write)) && others.stream().noneMatch(write::isIn)) {
          write.mayBeLost = true;
        }
      }
    }
  }

  /** A node is gone for good that had these writes: those that nobody has who runs may be lost. */
  void takenAlong(Seen clock) {
    for (Set<Write> writes : byKey.values()) {
      for (Write write : writes) {
        boolean isElsewhere =
            simulation.nodes().stream()
                .anyMatch(node -> node.isRunning() && write.isIn(replica(node).state().clock()));
        if (write.isIn(clock) && !isElsewhere) {
          write.mayBeLost = true;
        }
      }
    }
  }

  /** Which live atoms each key has, with this clock. */
  private Set<Dot> live(Collection<Write> writes, Seen clock) {
    Set<Dot> live = new TreeSet<>();
    List<Write> there = writes.stream().filter(write -> write.isIn(clock)).toList();
    there.forEach(write -> live.addAll(write.added));
    there.forEach(write -> live.removeAll(write.removed));
    return live;
  }

  /** What a node holds wrongly, and which safe writes it lacks; nobody may be at work. */
  void check(SimulatedNode node) {
    StoreState state = replica(node).state();
    Map<String, Cell> cells = new LinkedHashMap<>(state.cells());
    byKey.forEach(
        (key, writes) -> {
          for (Write write : writes) {
            if (write.safeAt > 0 && !write.mayBeLost && !write.isIn(state.clock())) {
              problems.add("%s lacks %s".formatted(node, write));
            }
          }
          Set<Dot> expected = live(writes, state.clock());
          Cell cell = cells.remove(key);
          Set<Dot> found = cell == null ? Set.of() : cell.live().keySet();
          if (!expected.equals(found)) {
            problems.add("%s holds %s at %s (expected: %s)".formatted(node, found, key, expected));
          }
        });
    if (!cells.isEmpty()) {
      problems.add("%s holds %s, which nobody wrote".formatted(node, cells.keySet()));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.gossip.settings.GossipSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs schedules, and finds what in a failing one is needed for the failure. */
final class ScheduleRun {

  /** Longest time to agreement after the last fault, for ten nodes; it grows with log N. */
  private static final Duration AGREEMENT = Duration.ofSeconds(60);

  private static final Duration REST = Duration.ofSeconds(15);

  /** Idle traffic and what still goes to dead members, in octets a second. */
  private static final int MOST_AT_REST = 900;

  private ScheduleRun() {}

  /** What came of a schedule. */
  record Outcome(List<String> violations, long fingerprint, long events, int falseDeaths) {}

  static Outcome run(Schedule schedule) {
    return run(schedule, simulation -> {});
  }

  /** As {@link #run(Schedule)}, with something planted into the simulation before it begins. */
  static Outcome run(Schedule schedule, Consumer<Simulation> plant) {
    return run(schedule, Simulation.of(schedule.seed()), plant);
  }

  /** In a simulation that has no nodes yet. */
  static Outcome run(Schedule schedule, Simulation simulation, Consumer<Simulation> plant) {
    List<SimulatedNode> nodes = simulation.addAll(schedule.nodes(), node -> {});
    // Two seeds where there are enough nodes; the second one may stay away for good.
    simulation.seeds(nodes.subList(0, Math.min(2, nodes.size())));
    Invariants invariants = new Invariants(simulation);
    invariants.forbidFalseDeaths(schedule.isGentle());
    plant.accept(simulation);
    try {
      nodes.forEach(simulation::start);
      schedule.faults().forEach(fault -> fault.plan(simulation));
      simulation.advance(Duration.ofMillis(schedule.endMillis()));
      quiet(simulation, invariants, schedule);
    } catch (RuntimeException | AssertionError e) {
      invariants.note("after " + simulation.elapsed() + " a node threw " + trace(e));
    }
    return new Outcome(
        invariants.violations(),
        simulation.fingerprint(),
        simulation.events(),
        invariants.falseDeaths());
  }

  private static void quiet(Simulation simulation, Invariants invariants, Schedule schedule) {
    double scale = Math.max(1, Math.log10(schedule.nodes()));
    Duration limit = Duration.ofMillis((long) (AGREEMENT.toMillis() * scale));
    invariants.checkAgreement(limit, limit.plus(longestSuspicion(simulation, scale)));
    if (!invariants.violations().isEmpty()) {
      return;
    }
    simulation.advance(REST);
    invariants.checkAgreement(Duration.ZERO);
    long before = octets(simulation);
    simulation.advance(REST);
    invariants.checkAgreement(Duration.ZERO);
    long running = simulation.nodes().stream().filter(SimulatedNode::isRunning).count();
    double sent = (double) (octets(simulation) - before);
    double each = sent / REST.toSeconds() / (double) Math.max(1, running);
    if (each > MOST_AT_REST) {
      invariants.note("%.0f octets a second from each node at rest".formatted(each));
    }
    // Each rebuilt node leaves a dead member behind.
    int members = schedule.nodes() * (1 + schedule.faults().size());
    invariants.checkRest(64, 32, members);
  }

  private static Duration longestSuspicion(Simulation simulation, double scale) {
    GossipSettings settings = simulation.settings();
    double intervals =
        settings.suspicionAlpha()
            * settings.suspicionBeta()
            * scale
            * (1 + settings.localHealthMax());
    return Duration.ofMillis((long) (settings.probeInterval().toMillis() * intervals));
  }

  private static long octets(Simulation simulation) {
    return simulation.nodes().stream().mapToLong(SimulatedNode::octetsSent).sum();
  }

  private static String trace(Throwable e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (int i = 0; i < Math.min(6, e.getStackTrace().length); i++) {
      text.append("\n      at ").append(e.getStackTrace()[i]);
    }
    return text.toString();
  }

  /** The schedule without all faults that the failure does not need. */
  static Schedule shortest(Schedule failing, Consumer<Simulation> plant) {
    Schedule shortest = failing;
    int fault = 0;
    while (fault < shortest.faults().size()) {
      Schedule without = shortest.without(fault);
      if (run(without, plant).violations().isEmpty()) {
        fault++;
      } else {
        shortest = without;
      }
    }
    return shortest;
  }

  /** All about a failure, for people. */
  static String explain(Schedule failing, Consumer<Simulation> plant) {
    Schedule shortest = shortest(failing, plant);
    List<String> lines = new ArrayList<>();
    lines.add(shortest.toString());
    run(shortest, plant).violations().forEach(violation -> lines.add("  -> " + violation));
    return String.join("\n", lines);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.settings.StoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** One run of a scenario: a calm cluster, something that befalls it, and what came of it. */
final class ScenarioRun {

  private static final Duration SETTLE = Duration.ofSeconds(10);
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration AGREEMENT = Duration.ofMinutes(1);
  private static final Duration AFTERMATH = Duration.ofSeconds(5);

  /** Longest wait for the right view; suspicions of ten thousand nodes take up to 96 s. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final ScenarioSetup setup;
  private final TimeSource wall = TimeSource.system();
  private final Simulation simulation;
  private final Convergence convergence;
  private final Invariants invariants;
  private @Nullable StoreWrites writes;

  ScenarioRun(ScenarioSetup setup) {
    this.setup = setup;
    this.simulation = simulation(setup);
    // Ten thousand lists of ten thousand members are worth the memory only where they are read.
    simulation.world.keepsMembers = setup.scenario() == Scenario.MASS_RESTART;
    simulation.addAll(setup.nodes(), node -> {});
    this.convergence = new Convergence(simulation);
    this.invariants = new Invariants(simulation);
    boolean mayFail = setup.scenario() == Scenario.PAUSES || setup.scenario() == Scenario.PARTITION;
    invariants.forbidFalseDeaths(!mayFail);
  }

  private static Simulation simulation(ScenarioSetup setup) {
    return setup.keys() == 0
        ? Simulation.of(setup.seed(), setup.settings(), NetworkModel.lan())
        : Simulation.withStores(
            setup.seed(),
            setup.settings(),
            StoreSettings.lan(),
            NetworkModel.lan(),
            MetricsSink.none());
  }

  ScenarioResult run() {
    long begun = wall.nanos();
    Spread verdict;
    Spread rumour;
    double idle;
    if (setup.scenario() == Scenario.START) {
      simulation.nodes().forEach(simulation::start);
      verdict = convergence.measure(LIMIT);
      rumour = rumour();
      write();
      idle = idle();
    } else {
      simulation.startComplete();
      simulation.advance(SETTLE);
      rumour = rumour();
      write();
      idle = idle();
      verdict = verdict();
    }
    simulation.advance(AFTERMATH);
    check(verdict, rumour);
    double seconds = simulation.elapsed().toNanos() / 1e9;
    double share = seconds * setup.nodes();
    return new ScenarioResult(
        setup.scenario(),
        setup.nodes(),
        setup.seed(),
        seconds,
        verdict,
        rumour,
        writes == null ? null : writes.spread(),
        idle,
        sum(SimulatedNode::octetsSent) / share,
        sum(SimulatedNode::packetsSent) / share,
        writes == null ? Double.NaN : writes.copies(),
        invariants.falseDeaths(),
        invariants.violations(),
        simulation.events(),
        simulation.fingerprint(),
        (wall.nanos() - begun) / 1e9);
  }

  private long sum(ToLongFunction<SimulatedNode> figure) {
    return simulation.nodes().stream().mapToLong(figure).sum();
  }

  /** One member says something new of itself. */
  private Spread rumour() {
    SimulatedNode node = any();
    Profile old = node.core().self().profile();
    node.core()
        .announce(new Profile(old.name(), old.addresses(), Bytes.utf8("news"), old.protocol()));
    Spread rumour = convergence.measure(Duration.ofSeconds(60));
    simulation.advance(SETTLE);
    return rumour;
  }

  /** Random nodes write to the store, where there is one. */
  private void write() {
    if (setup.keys() > 0) {
      writes = new StoreWrites(simulation, setup.keys(), invariants);
      writes.run();
      simulation.advance(SETTLE);
    }
  }

  private double idle() {
    long before = sum(SimulatedNode::octetsSent);
    simulation.advance(QUIET);
    return (sum(SimulatedNode::octetsSent) - before) / (QUIET.toSeconds() * (double) setup.nodes());
  }

  private Spread verdict() {
    return switch (setup.scenario()) {
      case CRASH -> {
        simulation.kill(any());
        yield convergence.measure(LIMIT);
      }
      case HOST_GONE -> {
        simulation.powerOff(any());
        yield convergence.measure(LIMIT);
      }
      case LEAVE -> leave();
      case JOIN -> {
        SimulatedNode joiner = simulation.add("joiner");
        invariants.watch(joiner);
        simulation.start(joiner);
        yield convergence.measure(LIMIT);
      }
      case MASS_RESTART -> massRestart();
      case PARTITION -> partition();
      case LOSS -> loss();
      case PAUSES -> pauses();
      case START -> throw new IllegalStateException("has no calm before");
    };
  }

  private Spread leave() {
    simulation.leave(any());
    // It says so of itself at once, and runs on for its linger.
    simulation.advance(Duration.ZERO);
    return convergence.measure(LIMIT);
  }

  private Spread massRestart() {
    List<SimulatedNode> nodes = simulation.nodes();
    nodes.forEach(simulation::kill);
    long spread = Duration.ofSeconds(5).toNanos();
    for (int i = 0; i < nodes.size(); i++) {
      SimulatedNode node = nodes.get(i);
      simulation.later(
          Duration.ofNanos(spread * i / (nodes.size() - 1)), () -> simulation.start(node));
    }
    simulation.advance(Duration.ofSeconds(5));
    return convergence.measure(LIMIT);
  }

  private Spread partition() {
    List<SimulatedNode> shuffled = shuffled();
    simulation.isolate(shuffled.subList(0, setup.nodes() / 2));
    simulation.advance(length(setup.nodes() > 2_000 ? 2 : 10));
    simulation.heal();
    return convergence.measure(LIMIT);
  }

  private Spread loss() {
    simulation.network(simulation.network().withLoss(0.1));
    simulation.advance(length(2));
    simulation.kill(any());
    return convergence.measure(LIMIT);
  }

  private Spread pauses() {
    Duration end = simulation.elapsed().plus(length(2));
    int stopped = Math.max(1, setup.nodes() / 20);
    while (simulation.elapsed().compareTo(end) < 0) {
      shuffled().subList(0, stopped).forEach(node -> simulation.pause(node, PAUSE));
      simulation.advance(PAUSE);
    }
    return convergence.measure(LIMIT);
  }

  private Duration length(int usualMinutes) {
    @Nullable Duration length = setup.length();
    return length == null ? Duration.ofMinutes(usualMinutes) : length;
  }

  private SimulatedNode any() {
    return simulation.nodes().get(simulation.world.random.nextInt(simulation.nodes().size()));
  }

  private List<SimulatedNode> shuffled() {
    List<SimulatedNode> nodes = new ArrayList<>(simulation.nodes());
    for (int i = nodes.size() - 1; i > 0; i--) {
      Collections.swap(nodes, i, simulation.world.random.nextInt(i + 1));
    }
    return nodes;
  }

  private void check(Spread verdict, Spread rumour) {
    // Comparing all tables is for clusters where it takes less than the run itself.
    if (setup.nodes() <= 2_000) {
      simulation.network(NetworkModel.lan());
      invariants.checkAgreement(AGREEMENT);
    } else if (!Double.isFinite(verdict.max()) || !Double.isFinite(rumour.max())) {
      invariants.note("some nodes never had the right view");
    }
    if (setup.keys() > 0) {
      invariants.stores().check(AGREEMENT);
    }
  }
}

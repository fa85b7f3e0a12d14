// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.replica.Replica;
import io.dcosnet.gossip.replica.WriteResult;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.sim.Fault.Kind;
import io.dcosnet.gossip.store.SampleOps;
import io.dcosnet.gossip.store.Stamp;
import io.dcosnet.gossip.store.StoreState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs a {@link StoreSchedule}, and says what did not hold. */
final class StoreScheduleRun {

  /** After the last fault all must be alike within this time. */
  private static final Duration AGREEMENT = Duration.ofSeconds(60);

  /** After this, everything that was deleted is forgotten, also where somebody left for good. */
  private static final Duration FORGETTING =
      Duration.ofMillis(StoreSchedule.OFFLINE_MILLIS).plusSeconds(60);

  private static final Duration LOOK = Duration.ofMillis(100);

  private static final Duration STEP = Duration.ofMillis(500);

  /** A loss of power takes nothing that was safe for so long, in nanoseconds. */
  private static final long SYNCED = 202_000_000;

  private final StoreSchedule schedule;
  private final Random random;
  private final RecordedFigures figures = new RecordedFigures();
  private final Simulation simulation;
  private final List<String> problems = new ArrayList<>();
  private final StoreLedger ledger;
  private final Set<SimulatedNode> gone = new HashSet<>(); // only asked

  StoreScheduleRun(StoreSchedule schedule) {
    this.schedule = schedule;
    this.random = new Random(schedule.seed());
    this.simulation =
        Simulation.withStores(
            schedule.seed(), GossipSettings.lan(), settings(schedule), NetworkModel.lan(), figures);
    this.ledger = new StoreLedger(simulation, problems);
  }

  private static StoreSettings settings(StoreSchedule schedule) {
    return new StoreSettings(
        Duration.ofMillis(50),
        Duration.ofMillis(300),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        schedule.hasty() ? Duration.ofMillis(200) : Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofMillis(StoreSchedule.OFFLINE_MILLIS),
        Duration.ofMillis(StoreSchedule.OFFLINE_MILLIS * 3L / 2),
        Duration.ofSeconds(20),
        schedule.sync());
  }

  /** What did not hold; with a trace of some keys to the standard output. */
  static List<String> run(StoreSchedule schedule, Predicate<String> traced) {
    StoreScheduleRun run = new StoreScheduleRun(schedule);
    run.ledger.traced = traced;
    run.run();
    return run.problems;
  }

  private void run() {
    List<SimulatedNode> nodes = simulation.addAll(schedule.nodes(), ledger::begin);
    simulation.seeds(nodes.subList(0, 2));
    try {
      for (int i = 0; i < nodes.size(); i++) {
        SimulatedNode node = nodes.get(i);
        long at = i < schedule.founders() ? 0 : random.nextInt(StoreSchedule.UNTIL_MILLIS);
        simulation.later(Duration.ofMillis(at), () -> startIfDown(node));
      }
      for (Fault fault : schedule.faults()) {
        // Before it happens, as it was ordered before.
        simulation.later(Duration.ofMillis(fault.atMillis()), () -> before(fault));
        fault.plan(simulation);
      }
      for (int i = 0; i < schedule.writes(); i++) {
        int writer = random.nextInt(nodes.size());
        long at = random.nextInt(StoreSchedule.UNTIL_MILLIS);
        long seed = random.nextLong();
        simulation.later(Duration.ofMillis(at), () -> write(nodes.get(writer), new Random(seed)));
      }
      simulation.advance(Duration.ofMillis(schedule.endMillis()));
      quiet();
    } catch (RuntimeException | AssertionError e) {
      problems.add("after " + simulation.elapsed() + " a node threw " + trace(e));
    }
  }

  private void startIfDown(SimulatedNode node) {
    if (!node.isRunning() && !gone.contains(node)) {
      simulation.start(node);
    }
  }

  private void before(Fault fault) {
    List<SimulatedNode> befallen = fault.nodes().stream().map(simulation.nodes()::get).toList();
    boolean isLong = fault.forMillis() > StoreSchedule.OFFLINE_MILLIS;
    boolean isForGood = fault.kind() == Kind.LEAVE && fault.forMillis() == 0;
    if (fault.kind() == Kind.POWER_OFF || fault.kind() == Kind.BLINK) {
      long now = simulation.world.now();
      ledger.losing(
          befallen,
          write ->
              write.safeAt > 0 && (schedule.sync() == Sync.EACH || now - write.safeAt > SYNCED));
    } else if (fault.kind() == Kind.REBUILD || isLong) {
      ledger.losing(befallen, write -> false);
    }
    if (isForGood) {
      gone.addAll(befallen);
      for (SimulatedNode node : befallen) {
        if (node.isRunning()) {
          seeOff(node, StoreLedger.replica(node));
        }
      }
    }
  }

  /** Who leaves for good and finds nobody to hand over to takes along what nobody else has. */
  private void seeOff(SimulatedNode node, Replica leaving) {
    if (node.isRunning() && StoreLedger.replica(node) == leaving) {
      simulation.later(LOOK, () -> seeOff(node, leaving));
    } else if (!node.isRunning() && !leaving.isHandedOver()) {
      ledger.takenAlong(leaving.state().clock());
    }
  }

  private void write(SimulatedNode node, Random dice) {
    if (!node.isRunning() || gone.contains(node)) {
      return;
    }
    Replica replica = StoreLedger.replica(node);
    String key;
    List<CrdtOp> ops;
    if (dice.nextInt(3) == 0) {
      key = "own/" + node.name() + "/" + dice.nextInt(2);
      Bytes value = Bytes.utf8(String.valueOf(dice.nextInt(1000)));
      ops = dice.nextInt(3) == 0 ? List.of() : List.of(new CrdtOp.Put(value));
    } else {
      key = SampleOps.KEYS.get(dice.nextInt(SampleOps.KEYS.size()));
      ops = SampleOps.any(key, dice);
    }
    node.scheduler().execute(() -> replica.update(key, ops, new Result(replica)));
  }

  private final class Result implements WriteResult {
    private final Replica replica;

    Result(Replica replica) {
      this.replica = replica;
    }

    @Override
    public void done(Stamp write) {
      ledger.safe(write, simulation.world.now());
    }

    @Override
    public void failed(RuntimeException why) {
      if (!replica.isLeaving()) {
        problems.add("a write was refused: " + why);
      }
    }
  }

  private void quiet() {
    simulation.heal();
    simulation.network(NetworkModel.lan());
    // Who was held when it was to leave does so only now.
    if (!comesTrue(this::allBelong, AGREEMENT)) {
      problems.add("somebody leaves without an end");
    }
    if (!comesTrue(() -> difference() == null, AGREEMENT)) {
      problems.add("not alike after %s: %s".formatted(simulation.elapsed(), difference()));
    }
    check();
    if (!problems.isEmpty()) {
      return;
    }
    if (!comesTrue(this::isAtRest, FORGETTING)) {
      problems.add("not at rest after %s: %s".formatted(simulation.elapsed(), remembered()));
    }
    simulation.advance(Duration.ofSeconds(6)); // audits
    if (difference() != null) {
      problems.add("alike no longer: " + difference());
    }
    check();
    if (figures.sum("dcosnet.gossip.kv.audit.repairs") > 0) {
      problems.add("audits repaired " + figures.sum("dcosnet.gossip.kv.audit.repairs"));
    }
  }

  /** Starts who is down; whether nobody who runs is still to go. */
  private boolean allBelong() {
    simulation.nodes().forEach(this::startIfDown);
    return running().stream()
        .noneMatch(node -> isHeld(node) || StoreLedger.replica(node).isLeaving());
  }

  private static boolean isHeld(SimulatedNode node) {
    NodeProcess process = node.process;
    return process != null && process.isHeld();
  }

  /** Looks now and then only, as it takes longer than what happens in between. */
  private boolean comesTrue(BooleanSupplier condition, Duration limit) {
    Duration end = simulation.elapsed().plus(limit);
    while (!condition.getAsBoolean()) {
      if (simulation.elapsed().compareTo(end) >= 0) {
        return false;
      }
      simulation.advance(STEP);
    }
    return true;
  }

  private List<SimulatedNode> running() {
    return simulation.nodes().stream().filter(SimulatedNode::isRunning).toList();
  }

  private void check() {
    running().forEach(ledger::check);
  }

  /** In what two stores differ; null when they do not. */
  private @Nullable String difference() {
    List<SimulatedNode> nodes = running();
    StoreState first = StoreLedger.replica(nodes.get(0)).state();
    for (SimulatedNode node : nodes) {
      StoreState other = StoreLedger.replica(node).state();
      if (!other.clock().equals(first.clock())) {
        return "%s has %s, %s has %s".formatted(nodes.get(0), first.clock(), node, other.clock());
      }
    }
    for (SimulatedNode node : nodes) {
      StoreState other = StoreLedger.replica(node).state();
      if (other.liveDigest() != first.liveDigest() || other.keys() != first.keys()) {
        return "the atoms of %s and %s differ under equal clocks".formatted(nodes.get(0), node);
      }
    }
    return null;
  }

  /** Whether nothing is remembered any more that all have. */
  private boolean isAtRest() {
    return running().stream().allMatch(node -> isAtRest(StoreLedger.replica(node).state()));
  }

  private static boolean isAtRest(StoreState state) {
    return state.ghosts() == 0 && state.oldestUnstable() == 0;
  }

  /** What is still remembered, and why. */
  private String remembered() {
    StringBuilder text = new StringBuilder();
    for (SimulatedNode node : running()) {
      Replica replica = StoreLedger.replica(node);
      if (!isAtRest(replica.state())) {
        text.append("\n").append(node).append(" remembers");
        replica
            .state()
            .cells()
            .forEach(
                (key, cell) -> {
                  if (!cell.latest().isEmpty()) {
                    text.append(' ').append(replica.why(key));
                  }
                });
      }
    }
    return text.toString();
  }

  private static String trace(Throwable e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (int i = 0; i < Math.min(8, e.getStackTrace().length); i++) {
      text.append("\n      at ").append(e.getStackTrace()[i]);
    }
    return text.toString();
  }

  /** The schedule without all that the failure does not need. */
  static StoreSchedule shortest(StoreSchedule failing) {
    StoreSchedule shortest = failing;
    int fault = 0;
    while (fault < shortest.faults().size()) {
      StoreSchedule without = shortest.without(fault);
      if (run(without, key -> false).isEmpty()) {
        fault++;
      } else {
        shortest = without;
      }
    }
    return shortest;
  }

  /** All about a failure, for people. */
  static String explain(StoreSchedule failing) {
    StoreSchedule shortest = shortest(failing);
    List<String> lines = new ArrayList<>();
    lines.add(shortest.toString());
    run(shortest, key -> false).forEach(problem -> lines.add("  -> " + problem));
    return String.join("\n", lines);
  }
}

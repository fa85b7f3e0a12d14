// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.protocol.MemberPool;
import io.dcosnet.gossip.protocol.MemberRecord;
import io.dcosnet.gossip.sim.Fault.Kind;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * That the suite finds a fault of the code: one is planted that shows only once a member has been
 * declared dead, and the report must name the seed, what did not hold, and nothing but the kill.
 */
class PlantedFaultsTest {

  private static final long SEED = 77;
  private static final MemberPool POOL = new SharedMembers();

  /** Only the kill matters. */
  private static final Schedule SCHEDULE =
      new Schedule(
          SEED,
          5,
          List.of(
              new Fault(Kind.SKEW, 5_000, 1_000, List.of(1), 30),
              new Fault(Kind.LOSS, 6_000, 4_000, List.of(), 0.05),
              new Fault(Kind.KILL, 7_000, 0, List.of(4), 0),
              new Fault(Kind.DUPLICATES, 9_000, 5_000, List.of(), 0.1)));

  /** What the planted code does on a node once, when that has declared a member dead. */
  private interface Plant {
    void into(Simulation simulation, SimulatedNode node, MemberChanged death);
  }

  private static Consumer<Simulation> onDeath(Plant plant) {
    return simulation -> {
      SimulatedNode node = simulation.nodes().get(2);
      boolean[] done = new boolean[1];
      node.onEvent(
          event -> {
            if (!done[0] && event instanceof MemberChanged change && change.after() == State.DEAD) {
              done[0] = true;
              simulation.later(Duration.ofMillis(10), () -> plant.into(simulation, node, change));
            }
          });
    };
  }

  private static void assertFound(Plant plant, String... violations) {
    assertThat(ScheduleRun.run(SCHEDULE).violations()).isEmpty();

    String report = ScheduleRun.explain(SCHEDULE, onDeath(plant));

    assertThat(report).contains("seed " + SEED).contains("kind=KILL").contains(violations);
    assertThat(report).doesNotContain("SKEW").doesNotContain("LOSS").doesNotContain("DUPLICATES");
  }

  /** Puts a record into a node's table behind the back of its core. */
  private static MemberRecord put(SimulatedNode node, MemberRecord like, State state) {
    MemberRecord doctored =
        POOL.record(like.key(), like.profile(), like.epoch(), like.incarnation(), state);
    node.core().preload(List.of(doctored));
    return doctored;
  }

  private static MemberRecord known(SimulatedNode at, SimulatedNode of) {
    MemberRecord record = at.core().member(of.id());
    assertThat(record).isNotNull();
    return record;
  }

  private static void tell(SimulatedNode node, MemberRecord of, State before) {
    NodeProcess process = node.process;
    assertThat(process).isNotNull();
    process.tell(new MemberChanged(of.id(), of.profile(), before, of.state(), List.of()));
  }

  @Test
  void nodesThatNeverAgreeAreFound() {
    assertFound(
        (simulation, node, death) -> simulation.isolate(List.of(node)),
        "no agreement after",
        "which runs");
  }

  @Test
  void aWrongVerdictIsFound() {
    assertFound(
        (simulation, node, death) -> {
          MemberRecord victim = known(node, simulation.nodes().get(0));
          tell(node, put(node, victim, State.DEAD), State.ALIVE);
        },
        "node-0 dead, which runs");
  }

  @Test
  void aReturnFromTheDeadWithoutAGreaterFactIsFound() {
    assertFound(
        (simulation, node, death) -> {
          MemberRecord dead = node.core().member(death.id());
          assertThat(dead).isNotNull();
          tell(node, put(node, dead, State.ALIVE), State.DEAD);
        },
        "went back from DEAD");
  }

  @Test
  void trafficThatDoesNotEndIsFound() {
    assertFound(PlantedFaultsTest::chatter, "octets a second from each node at rest");
  }

  private static void chatter(Simulation simulation, SimulatedNode node, MemberChanged death) {
    NodeProcess process = node.process;
    assertThat(process).isNotNull();
    process.send(simulation.nodes().get(0).address(), new byte[1000], 1000);
    simulation.later(Duration.ofMillis(200), () -> chatter(simulation, node, death));
  }

  @Test
  void timersThatLeakAreFound() {
    assertFound(
        (simulation, node, death) -> {
          NodeProcess process = node.process;
          assertThat(process).isNotNull();
          for (int i = 0; i < 100; i++) {
            process.schedule(Duration.ofHours(1).toNanos(), () -> {});
          }
        },
        "timers at rest");
  }

  @Test
  void anEventThatIsToldTwiceIsFound() {
    assertFound(
        (simulation, node, death) -> {
          MemberRecord running = known(node, simulation.nodes().get(0));
          tell(node, running, State.ALIVE);
        },
        "told twice");
  }

  @Test
  void anEventThatDoesNotFollowTheOneBeforeIsFound() {
    assertFound(
        (simulation, node, death) -> {
          MemberRecord running = known(node, simulation.nodes().get(0));
          tell(node, running, State.SUSPECT);
        },
        "told of ALIVE before");
  }

  @Test
  void codeThatThrowsIsFound() {
    assertFound(
        (simulation, node, death) -> {
          throw new IllegalStateException("planted");
        },
        "a node threw",
        "planted");
  }

  @Test
  void theRandomSchedulesComeUponAFaultAndNameTheirSeeds() throws Exception {
    Plant plant =
        (simulation, node, death) -> {
          if (node.isRunning()) {
            MemberRecord self = node.core().self();
            tell(node, self, State.SUSPECT);
            tell(node, self, State.SUSPECT);
          }
        };
    Consumer<Simulation> planted =
        simulation -> {
          if (simulation.nodes().size() > 2) {
            onDeath(plant).accept(simulation);
          }
        };

    List<String> failures =
        SimulationSuiteTest.failures(LongStream.range(0, 40).toArray(), planted);

    assertThat(failures).isNotEmpty().allMatch(failure -> failure.startsWith("seed "));
  }
}

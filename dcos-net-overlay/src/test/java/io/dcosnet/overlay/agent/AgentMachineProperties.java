// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.agent.Command.Adopt;
import io.dcosnet.overlay.agent.Command.Register;
import io.dcosnet.overlay.agent.Command.Report;
import io.dcosnet.overlay.agent.Command.Wait;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * An agent and its masters over a network that loses, delays, repeats and reorders, with masters
 * that do not lead any more and do not know it.
 */
class AgentMachineProperties {

  private static final NodeId NODE = NodeId.parse("00000000-0000-4000-8000-000000000001");
  private static final Rejection REASON = new Rejection("agent", "x", "DUPLICATE_IP", "taken");
  private static final int STEPS = 120;

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:B3:D5:00:00:00",
           "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24}]}
          """);

  /** An answer under way, and to which request. */
  private record Answer(long attempt, RegisterAnswer answer) {}

  /** What the agent has by one revision. */
  private record Truth(int subnet, IpAddress ip) {}

  /** What the world around one agent does next is drawn from a seed. */
  private static final class World {
    final SplittableRandom random;
    final AgentMachine machine;

    /** The truth: what the agent has by each revision, index 0 being revision 1. */
    final List<Truth> truth = new ArrayList<>();

    final List<Register> requests = new ArrayList<>();
    final List<Answer> answers = new ArrayList<>();
    final List<Report> reports = new ArrayList<>();
    final List<Adopt> toConfigure = new ArrayList<>();
    IpAddress address = IpAddress.parse("192.0.2.1");
    Optional<Register> current = Optional.empty();
    boolean waiting;
    long newest;

    World(long seed) {
      random = new SplittableRandom(seed);
      truth.add(new Truth(0, address));
      machine =
          new AgentMachine(NODE, address, Wants.EVERYTHING, AgentRules.DEFAULTS, random.split());
      does(machine.begin(Optional.empty()));
    }

    void does(List<Command> commands) {
      for (Command command : commands) {
        if (command instanceof Register register) {
          requests.add(register);
          current = Optional.of(register);
          waiting = false;
        } else if (command instanceof Wait wait) {
          assertThat(wait.delay()).isBetween(Duration.ZERO, Duration.ofMinutes(10));
          waiting = true;
        } else if (command instanceof Adopt adopt) {
          toConfigure.add(adopt);
        } else if (command instanceof Report report) {
          reports.add(report);
        }
      }
      holds();
    }

    /** What must be so after each step. */
    void holds() {
      Optional<Assignment> held = machine.assignment();
      if (held.isPresent()) {
        long revision = held.get().revision();
        assertThat(revision).isBetween(newest, (long) truth.size());
        Truth then = truth.get((int) revision - 1);
        assertThat(new Truth(subnet(held.get()), held.get().record().ip())).isEqualTo(then);
        newest = revision;
      } else {
        assertThat(newest).isZero();
      }
      assertThat(waiting || current.isPresent()).as("somebody will act").isTrue();
    }

    static int subnet(Assignment assignment) {
      Cidr subnet = assignment.record().subnets().get(0).subnet().orElseThrow();
      return subnet.first().ipv4Bits() >>> 8 & 0xff;
    }

    /** What the master says that leads: where the agent is now is written before it is told. */
    RegisterAnswer leaderSays(RegisterRequest request) {
      Truth last = last();
      if (!last.ip().equals(request.ip())) {
        truth.add(new Truth(last.subnet(), request.ip()));
      }
      return says(request, truth.size());
    }

    /** What one says that led until some revision, and cannot write any more. */
    RegisterAnswer staleSays(RegisterRequest request) {
      int revision = 1 + random.nextInt(truth.size());
      return truth.get(revision - 1).ip().equals(request.ip())
          ? says(request, revision)
          : new RegisterAnswer.Later(REASON, Duration.ofSeconds(1));
    }

    private RegisterAnswer says(RegisterRequest request, int revision) {
      Truth then = truth.get(revision - 1);
      Assignment assignment =
          new Assignment(
              new AgentRecord(
                  NODE,
                  then.ip(),
                  IpAddress.parse("44.128.0.1"),
                  Optional.empty(),
                  List.of(
                      new AgentSubnets(
                          "dcos",
                          Optional.of(Cidr.parse("9.0." + then.subnet() + ".0/24")),
                          Optional.empty()))),
              CONFIG,
              revision);
      return assignment.hash().equals(request.hash())
          ? new RegisterAnswer.Unchanged(revision, List.of())
          : new RegisterAnswer.Assigned(assignment, List.of());
    }

    private Truth last() {
      return truth.get(truth.size() - 1);
    }

    void step() {
      switch (random.nextInt(14)) {
        case 0 -> truth.add(new Truth(random.nextInt(200), last().ip()));
        case 1 -> truth.add(last());
        case 2 -> pick(requests).ifPresent(one -> answer(one, leaderSays(one.request())));
        case 3, 4 -> current.ifPresent(one -> answer(one, leaderSays(one.request())));
        case 5 -> pick(requests).ifPresent(one -> answer(one, staleSays(one.request())));
        case 6 -> current.ifPresent(one -> answer(one, staleSays(one.request())));
        case 7 -> pick(answers).ifPresent(this::deliver);
        case 8, 9 -> {
          if (!answers.isEmpty()) {
            deliver(answers.get(answers.size() - 1));
          }
        }
        case 10 -> current.ifPresent(one -> giveUp(one.attempt()));
        case 11 -> configure();
        case 12 -> pick(reports).ifPresent(one -> acknowledge(one.number()));
        default -> rare();
      }
    }

    private void rare() {
      switch (random.nextInt(5)) {
        case 0 -> {
          address = IpAddress.parse("192.0.2." + (1 + random.nextInt(3)));
          does(machine.moved(address));
        }
        case 1 -> does(machine.withdrawn(1 + random.nextInt(truth.size())));
        case 2 -> does(machine.masterChanged());
        case 3 -> pick(requests).ifPresent(one -> answer(one, new RegisterAnswer.Refused(REASON)));
        default -> wake();
      }
      wake();
    }

    void wake() {
      if (waiting) {
        waiting = false;
        List<Command> commands = machine.wake();
        waiting = commands.isEmpty() && current.isEmpty();
        does(commands);
      }
    }

    void answer(Register request, RegisterAnswer answer) {
      answers.add(new Answer(request.attempt(), answer));
    }

    void deliver(Answer answer) {
      if (isCurrent(answer.attempt())) {
        current = Optional.empty();
      }
      does(machine.answered(answer.attempt(), answer.answer()));
    }

    private boolean isCurrent(long attempt) {
      return current.filter(one -> one.attempt() == attempt).isPresent();
    }

    void giveUp(long attempt) {
      current = Optional.empty();
      does(machine.unanswered(attempt));
    }

    void configure() {
      if (!toConfigure.isEmpty()) {
        toConfigure.clear();
        Status status = random.nextInt(4) == 0 ? Status.FAILED : Status.OK;
        does(machine.configured(List.of(new OverlayState("dcos", status, ""))));
      }
    }

    void acknowledge(long number) {
      does(random.nextBoolean() ? machine.acknowledged(number) : machine.unacknowledged(number));
    }

    private <T> Optional<T> pick(List<T> from) {
      // What is taken may come once more.
      return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
    }

    /** From now on everything works. */
    void calm() {
      for (int i = 0; i < 60; i++) {
        wake();
        if (current.isPresent()) {
          Register request = current.get();
          deliver(new Answer(request.attempt(), leaderSays(request.request())));
        }
        if (!toConfigure.isEmpty()) {
          toConfigure.clear();
          does(machine.configured(List.of(new OverlayState("dcos", Status.OK, ""))));
        }
        if (!reports.isEmpty()) {
          does(machine.acknowledged(reports.get(reports.size() - 1).number()));
        }
      }
    }
  }

  @Property(tries = 150)
  void itNeverGoesBackAndEndsWithWhatTheMasterSays(@ForAll long seed) {
    World world = new World(seed);
    for (int i = 0; i < STEPS; i++) {
      world.step();
    }

    world.calm();

    assertThat(world.machine.phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(world.machine.assignment())
        .hasValueSatisfying(
            held -> {
              assertThat(held.revision()).isEqualTo(world.truth.size());
              assertThat(held.record().ip()).isEqualTo(world.address);
            });
    assertThat(world.machine.refusal()).isEmpty();
  }

  @Example
  void theWorldIsAHardOne() {
    int adopted = 0;
    long stale = 0;
    for (long seed = 0; seed < 50; seed++) {
      World world = new World(seed);
      for (int i = 0; i < STEPS; i++) {
        world.step();
      }
      adopted += world.newest > 0 ? 1 : 0;
      stale += world.machine.staleAnswers();
    }

    assertThat(adopted).isGreaterThan(40);
    assertThat(stale).isGreaterThan(10);
  }
}

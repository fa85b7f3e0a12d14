// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler.Timer;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore;
import io.dcosnet.overlay.OverlayMaster;
import io.dcosnet.overlay.agent.AgentMachine;
import io.dcosnet.overlay.agent.AgentPhase;
import io.dcosnet.overlay.agent.AgentRules;
import io.dcosnet.overlay.agent.Command;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.exchange.Withdrawal;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A host with the real state machine of an agent on it, and a disk that outlives the process. */
final class SimAgent {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Weather weather;
  private final Supplier<List<OverlayMaster>> masters;
  private final LocalStore hosts;
  private final Truth truth;
  private NodeId id;
  private IpAddress ip;
  private Optional<Assignment> disk = Optional.empty();
  private @Nullable AgentMachine machine;
  private @Nullable Timer wait;
  private int life;
  private int target;
  private long heard;

  SimAgent(
      NodeId id,
      IpAddress ip,
      Weather weather,
      Supplier<List<OverlayMaster>> masters,
      LocalStore hosts,
      Truth truth) {
    this.id = id;
    this.ip = ip;
    this.weather = weather;
    this.masters = masters;
    this.hosts = hosts;
    this.truth = truth;
  }

  NodeId id() {
    return id;
  }

  IpAddress ip() {
    return ip;
  }

  Optional<Assignment> held() {
    return machine == null ? disk : machine.assignment();
  }

  boolean isRegistered() {
    return machine != null && machine.phase() == AgentPhase.REGISTERED;
  }

  String phase() {
    return machine == null
        ? "down"
        : machine.phase() + " " + machine.refusal() + " " + machine.shortfalls();
  }

  void start() {
    if (machine == null) {
      life++;
      AgentMachine begun =
          new AgentMachine(id, ip, Wants.EVERYTHING, AgentRules.DEFAULTS, weather.random);
      machine = begun;
      step(() -> begun.begin(disk));
    }
  }

  void kill() {
    life++;
    machine = null;
    cancelWait();
  }

  void moved(IpAddress to) {
    ip = to;
    AgentMachine now = machine;
    if (now != null) {
      step(() -> now.moved(to));
    }
  }

  /** The host gets a new disk, and with it a new id. */
  void loseDisk(NodeId fresh) {
    kill();
    disk = Optional.empty();
    id = fresh;
  }

  void masterChanged() {
    AgentMachine now = machine;
    if (now != null) {
      step(now::masterChanged);
    }
  }

  /** Looks whether a master has deleted it, as its watch on the store would. */
  void look() {
    AgentMachine now = machine;
    if (now != null) {
      for (ReplicatedStore.Entry gone : hosts.view(OverlayKeys.GONE + id + "/").values()) {
        step(() -> now.withdrawn(Withdrawal.decode(gone.value()).revision()));
      }
    }
  }

  private void step(Supplier<List<Command>> work) {
    AgentMachine now = machine;
    if (now == null) {
      return;
    }
    long before = now.assignment().map(Assignment::revision).orElse(0L);
    List<Command> commands = work.get();
    long after = now.assignment().map(Assignment::revision).orElse(0L);
    assertThat(after).as("revision of what %s works by", id).isGreaterThanOrEqualTo(before);
    for (Command command : commands) {
      if (command instanceof Command.Register register) {
        register(now, register);
      } else if (command instanceof Command.Wait pause) {
        cancelWait();
        int mine = life;
        wait = weather.time.schedule(pause.delay(), () -> stepIn(mine, now::wake));
      } else if (command instanceof Command.Adopt adoption) {
        adopt(now, adoption);
      } else if (command instanceof Command.Report report) {
        report(now, report);
      }
    }
  }

  private void stepIn(int mine, Supplier<List<Command>> work) {
    if (mine == life) {
      step(work);
    }
  }

  private void cancelWait() {
    if (wait != null) {
      wait.cancel();
      wait = null;
    }
  }

  private void adopt(AgentMachine now, Command.Adopt adoption) {
    truth.told(adoption.assignment());
    if (adoption.changed()) {
      disk = Optional.of(adoption.assignment());
      PeerEntry entry = PeerEntry.of(adoption.assignment(), ip);
      var unused = hosts.forNode(id).put(OverlayKeys.peer(id), entry.encode());
    }
    int mine = life;
    List<OverlayState> states =
        adoption.assignment().record().subnets().stream()
            .map(part -> new OverlayState(part.overlay(), Status.OK, ""))
            .toList();
    var unused =
        weather.time.schedule(
            weather.upTo(Duration.ofSeconds(1)), () -> stepIn(mine, () -> now.configured(states)));
  }

  private void register(AgentMachine now, Command.Register command) {
    cancelWait();
    int mine = life;
    long attempt = command.attempt();
    OverlayMaster asked = target();
    if (asked != null) {
      weather.send(
          () -> {
            var unused =
                asked
                    .register(command.request())
                    .thenAccept(
                        answer ->
                            weather.send(
                                () ->
                                    stepIn(
                                        mine,
                                        () -> {
                                          elsewhere(answer);
                                          heard = Math.max(heard, attempt);
                                          return now.answered(attempt, answer);
                                        })));
          });
    }
    var unused =
        weather.time.schedule(PATIENCE, () -> stepIn(mine, () -> unanswered(now, attempt)));
  }

  private List<Command> unanswered(AgentMachine now, long attempt) {
    if (heard < attempt) {
      target++;
    }
    return now.unanswered(attempt);
  }

  /** As one that is sent to another master would try that. */
  private void elsewhere(RegisterAnswer answer) {
    if (answer instanceof RegisterAnswer.Later later
        && later.reason().code().equals("NOT_LEADING")) {
      target++;
    }
  }

  private void report(AgentMachine now, Command.Report command) {
    int mine = life;
    OverlayMaster asked = target();
    if (asked != null) {
      weather.send(
          () -> {
            var unused =
                asked
                    .applied(command.report())
                    .thenAccept(
                        done ->
                            weather.send(
                                () -> stepIn(mine, () -> now.acknowledged(command.number()))));
          });
    }
    var unused =
        weather.time.schedule(
            PATIENCE, () -> stepIn(mine, () -> now.unacknowledged(command.number())));
  }

  private @Nullable OverlayMaster target() {
    List<OverlayMaster> running = masters.get();
    return running.isEmpty() ? null : running.get(Math.floorMod(target, running.size()));
  }
}

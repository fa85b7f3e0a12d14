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
import io.dcosnet.overlay.link.RegisterAnswer.Assigned;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import io.dcosnet.overlay.link.RegisterAnswer.Refused;
import io.dcosnet.overlay.link.RegisterAnswer.Unchanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AgentMachineTest {

  private static final NodeId NODE = NodeId.parse("00000000-0000-4000-8000-000000000001");
  private static final IpAddress IP = IpAddress.parse("192.0.2.1");
  private static final Rejection REASON = new Rejection("agent", "x", "DUPLICATE_IP", "taken");
  private static final Rejection FULL =
      new Rejection("overlay", "dcos", "SUBNET_EXHAUSTED", "full");
  private static final List<OverlayState> WELL = List.of(new OverlayState("dcos", Status.OK, ""));
  private static final List<OverlayState> ILL =
      List.of(new OverlayState("dcos", Status.FAILED, "EEXIST"));

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:B3:D5:00:00:00",
           "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24}]}
          """);

  private final AgentMachine machine =
      new AgentMachine(NODE, IP, Wants.EVERYTHING, AgentRules.DEFAULTS, new SplittableRandom(7));
  private long attempt;
  private long report;

  private static Assignment assignment(NodeId node, int subnet, long revision) {
    return new Assignment(
        new AgentRecord(
            node,
            IP,
            IpAddress.parse("44.128.0.1"),
            Optional.empty(),
            List.of(
                new AgentSubnets(
                    "dcos", Optional.of(Cidr.parse("9.0." + subnet + ".0/24")), Optional.empty()))),
        CONFIG,
        revision);
  }

  private static Assigned assigned(int subnet, long revision) {
    return new Assigned(assignment(NODE, subnet, revision), List.of());
  }

  /** Remembers the numbers of what is to be sent. */
  private List<Command> seen(List<Command> commands) {
    for (Command command : commands) {
      if (command instanceof Register register) {
        attempt = register.attempt();
      } else if (command instanceof Report sent) {
        report = sent.number();
      }
    }
    return commands;
  }

  private List<Command> answered(RegisterAnswer answer) {
    return seen(machine.answered(attempt, answer));
  }

  private List<Command> wake() {
    return seen(machine.wake());
  }

  private List<Command> configured(List<OverlayState> states) {
    return seen(machine.configured(states));
  }

  private void registered() {
    seen(machine.begin(Optional.empty()));
    answered(assigned(0, 5));
    configured(WELL);
    machine.acknowledged(report);
    assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERED);
  }

  private static Duration pause(List<Command> commands) {
    return commands.stream()
        .filter(Wait.class::isInstance)
        .map(command -> ((Wait) command).delay())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aNewAgentRegistersConfiguresReportsAndIsRegistered() {
    List<Command> begin = seen(machine.begin(Optional.empty()));
    assertThat(begin).hasSize(1);
    assertThat(((Register) begin.get(0)).request().held()).isEmpty();

    List<Command> adopt = answered(assigned(0, 5));
    assertThat(adopt.get(0)).isEqualTo(new Adopt(assignment(NODE, 0, 5), true));
    assertThat(machine.phase()).isEqualTo(AgentPhase.CONFIGURING);

    List<Command> told = configured(WELL);
    assertThat(((Report) told.get(0)).report().overlays()).isEqualTo(WELL);
    assertThat(machine.acknowledged(report)).isEmpty();
    assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(machine.configurationAttempts()).isEqualTo(1);
  }

  @Test
  void pausesAreRandomPartsOfABoundThatDoublesUpToTenMinutes() {
    seen(machine.begin(Optional.empty()));
    List<Duration> pauses = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      pauses.add(pause(machine.unanswered(attempt)));
      wake();
    }

    for (int i = 0; i < 7; i++) {
      assertThat(pauses.get(i)).isBetween(Duration.ZERO, Duration.ofSeconds(5L << i));
    }
    assertThat(pauses)
        .allSatisfy(one -> assertThat(one).isLessThanOrEqualTo(Duration.ofMinutes(10)));
    assertThat(
            pauses.subList(10, 400).stream().mapToLong(Duration::toSeconds).average().orElseThrow())
        .isBetween(250.0, 350.0);
  }

  @Test
  void anAnswerMakesTheNextPauseShortAgain() {
    seen(machine.begin(Optional.empty()));
    for (int i = 0; i < 10; i++) {
      machine.unanswered(attempt);
      wake();
    }
    answered(assigned(0, 5));
    configured(WELL);
    machine.acknowledged(report);
    wake();

    assertThat(pause(machine.unanswered(attempt))).isLessThanOrEqualTo(Duration.ofSeconds(5));
    assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERING);
  }

  @Test
  void heartbeatsAreAFifthAroundHalfAMinuteAndSayWhatIsHeld() {
    registered();
    for (int i = 0; i < 100; i++) {
      List<Command> asked = wake();
      assertThat(((Register) asked.get(0)).request().held()).isPresent();
      assertThat(((Register) asked.get(0)).request().hash())
          .isEqualTo(assignment(NODE, 0, 5).hash());
      List<Command> next = answered(new Unchanged(5, List.of()));
      assertThat(pause(next)).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(36));
      assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERED);
      assertThat(next).noneMatch(Adopt.class::isInstance);
      next.stream()
          .filter(Report.class::isInstance)
          .forEach(one -> machine.acknowledged(((Report) one).number()));
    }
  }

  @Test
  void everyTenthHeartbeatReportsAnewAsAMasterMayHaveChangedUnnoticed() {
    registered();
    int reports = 0;
    for (int i = 0; i < 20; i++) {
      wake();
      List<Command> next = answered(new Unchanged(5, List.of()));
      reports += (int) next.stream().filter(Report.class::isInstance).count();
      machine.acknowledged(report);
    }

    assertThat(reports).isEqualTo(2);
  }

  @Test
  void whatAMasterConfirmsByAGreaterRevisionIsHeldByThatRevision() {
    registered();
    wake();
    answered(new Unchanged(9, List.of()));

    Register next = (Register) wake().get(0);

    assertThat(next.request().revision()).isEqualTo(9);
    assertThat(next.request().hash()).isEqualTo(assignment(NODE, 0, 5).hash());
  }

  @Test
  void anAnswerByAnOlderRevisionIsPassedOver() {
    registered();
    wake();

    List<Command> commands = answered(assigned(3, 4));

    assertThat(commands).noneMatch(Adopt.class::isInstance);
    assertThat(machine.assignment()).contains(assignment(NODE, 0, 5));
    assertThat(machine.staleAnswers()).isEqualTo(1);
  }

  @Test
  void twoDifferentThingsByOneRevisionAreNotBothBelieved() {
    registered();
    wake();
    answered(assigned(3, 5));

    assertThat(machine.assignment()).contains(assignment(NODE, 0, 5));
    assertThat(machine.staleAnswers()).isEqualTo(1);
  }

  @Test
  void anAnswerForAnotherAgentIsPassedOver() {
    seen(machine.begin(Optional.empty()));
    NodeId other = NodeId.parse("00000000-0000-4000-8000-000000000002");

    answered(new Assigned(assignment(other, 0, 5), List.of()));

    assertThat(machine.assignment()).isEmpty();
  }

  @Test
  void aNewerAssignmentIsAdoptedFromAHeartbeat() {
    registered();
    wake();

    assertThat(answered(assigned(3, 6)).get(0)).isEqualTo(new Adopt(assignment(NODE, 3, 6), true));
    assertThat(machine.phase()).isEqualTo(AgentPhase.CONFIGURING);
  }

  @Test
  void aLateAnswerIsHeardWhenItIsNews() {
    seen(machine.begin(Optional.empty()));
    long first = attempt;
    machine.unanswered(first);
    wake();

    assertThat(machine.answered(first, assigned(0, 5)))
        .containsExactly(new Adopt(assignment(NODE, 0, 5), true));
    assertThat(machine.answered(first, assigned(0, 5))).isEmpty();
    assertThat(machine.answered(first, new Refused(REASON))).isEmpty();
    assertThat(machine.refusal()).isEmpty();
  }

  @Test
  void whatFailsIsTriedAFewTimesThenTheAgentGoesOnWithTheRest() {
    seen(machine.begin(Optional.empty()));
    answered(assigned(0, 5));
    for (int i = 1; i <= 4; i++) {
      configured(ILL);
      assertThat(machine.acknowledged(report)).hasSize(1).allMatch(Wait.class::isInstance);
      assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERING);
      wake();
      assertThat(answered(new Unchanged(5, List.of())).get(0))
          .isEqualTo(new Adopt(assignment(NODE, 0, 5), false));
    }
    configured(ILL);
    machine.acknowledged(report);

    assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(machine.configurationAttempts()).isEqualTo(5);
  }

  @Test
  void attemptsAreCountedAnewAfterNobodyAnswered() {
    seen(machine.begin(Optional.empty()));
    answered(assigned(0, 5));
    configured(ILL);
    machine.acknowledged(report);
    wake();
    machine.unanswered(attempt);

    assertThat(machine.configurationAttempts()).isZero();
  }

  @Test
  void aLostReportMakesTheAgentRegisterAgain() {
    seen(machine.begin(Optional.empty()));
    answered(assigned(0, 5));
    configured(WELL);

    assertThat(machine.unacknowledged(report)).hasSize(1).allMatch(Wait.class::isInstance);
    assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERING);
  }

  @Test
  void aReportOfBeforeSaysNothingAboutWhatWasAdoptedSince() {
    seen(machine.begin(Optional.empty()));
    answered(assigned(0, 5));
    configured(WELL);
    long old = report;
    wake();
    answered(assigned(3, 6));

    machine.acknowledged(old);
    machine.unacknowledged(old);

    assertThat(machine.phase()).isEqualTo(AgentPhase.CONFIGURING);
  }

  @Test
  void aRefusedAgentKeepsWhatItHasAndAsksOn() {
    registered();
    wake();

    List<Command> commands = answered(new Refused(REASON));

    assertThat(commands).hasSize(1).allMatch(Wait.class::isInstance);
    assertThat(machine.refusal()).contains(REASON);
    assertThat(machine.assignment()).contains(assignment(NODE, 0, 5));
    wake();
    answered(new Unchanged(5, List.of()));
    assertThat(machine.refusal()).isEmpty();
  }

  @Test
  void aMasterThatIsBusyIsLeftAloneForAsLongAsItSaysAndNotMuchLonger() {
    seen(machine.begin(Optional.empty()));
    for (int i = 0; i < 20; i++) {
      assertThat(pause(answered(new Later(REASON, Duration.ofSeconds(20)))))
          .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(25));
      wake();
    }
  }

  @Test
  void whatCouldNotBeGivenIsAskedForWithEachHeartbeat() {
    seen(machine.begin(Optional.empty()));
    answered(new Assigned(assignment(NODE, 0, 5), List.of(FULL)));
    assertThat(machine.shortfalls()).containsExactly(FULL);
    configured(WELL);
    machine.acknowledged(report);
    assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERING);

    wake();
    answered(assigned(3, 6));

    assertThat(machine.shortfalls()).isEmpty();
  }

  @Test
  void aHostThatMovedAsksAtOnceAndHeedsNoAnswerToItsFormerAddress() {
    registered();
    wake();
    long old = attempt;

    List<Command> commands = seen(machine.moved(IpAddress.parse("192.0.2.9")));

    assertThat(((Register) commands.get(0)).request().ip()).isEqualTo(IpAddress.parse("192.0.2.9"));
    assertThat(machine.answered(old, new Unchanged(5, List.of()))).isEmpty();
    assertThat(machine.answered(old, new Refused(REASON))).isEmpty();
    assertThat(machine.unanswered(old)).isEmpty();
    assertThat(machine.moved(IpAddress.parse("192.0.2.9"))).isEmpty();
  }

  @Test
  void aWithdrawnAgentRegistersAnewOnce() {
    registered();

    assertThat(machine.withdrawn(4)).isEmpty();
    assertThat(seen(machine.withdrawn(6))).hasSize(1).allMatch(Register.class::isInstance);
    assertThat(machine.withdrawn(6)).isEmpty();
    assertThat(answered(assigned(0, 7)).get(0)).isEqualTo(new Adopt(assignment(NODE, 0, 7), false));
  }

  @Test
  void whatChangesOnTheHostByItselfIsToldAtOnce() {
    registered();

    assertThat(machine.observed(WELL)).isEmpty();
    assertThat(machine.observed(ILL)).hasSize(1).allMatch(Report.class::isInstance);
  }

  @Test
  void aReportThatNobodyTookIsSentAgainWithTheNextHeartbeat() {
    registered();
    seen(machine.observed(ILL));
    machine.unacknowledged(report);
    assertThat(machine.phase()).isEqualTo(AgentPhase.REGISTERED);

    wake();

    assertThat(answered(new Unchanged(5, List.of()))).anyMatch(Report.class::isInstance);
  }

  @Test
  void aRestartedAgentSaysWhatItHolds() {
    List<Command> begin = seen(machine.begin(Optional.of(assignment(NODE, 0, 5))));

    assertThat(((Register) begin.get(0)).request().revision()).isEqualTo(5);
    assertThat(answered(new Unchanged(5, List.of())).get(0))
        .isEqualTo(new Adopt(assignment(NODE, 0, 5), false));
  }

  @Test
  void anUnchangedForAnAgentThatHoldsNothingIsNoAnswer() {
    seen(machine.begin(Optional.empty()));

    assertThat(answered(new Unchanged(5, List.of()))).hasSize(1).allMatch(Wait.class::isInstance);
    assertThat(machine.assignment()).isEmpty();
  }

  @Test
  void aNewMasterIsAskedSoon() {
    registered();
    wake();
    for (int i = 0; i < 10; i++) {
      machine.unanswered(attempt);
      wake();
    }
    machine.unanswered(attempt);

    assertThat(pause(machine.masterChanged())).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }
}

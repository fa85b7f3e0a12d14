// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static io.dcosnet.overlay.MasterRig.CONFIG;
import static io.dcosnet.overlay.MasterRig.assigned;
import static io.dcosnet.overlay.MasterRig.code;
import static io.dcosnet.overlay.MasterRig.heartbeat;
import static io.dcosnet.overlay.MasterRig.id;
import static io.dcosnet.overlay.MasterRig.ip;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.cluster.LocalElection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.AllocationStatus.Phase;
import io.dcosnet.overlay.FaultyStore.Fate;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Blocker;
import io.dcosnet.overlay.allocate.Explanation.Finding;
import io.dcosnet.overlay.allocate.Reconfiguration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.exchange.Withdrawal;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What agents and operators are told by masters that lead, do not, or do no more. */
class OverlayMasterTest {

  private final MasterRig rig = new MasterRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void nothingIsReadOrWrittenBeforeTheStart() {
    OverlayMaster master = rig.master(CONFIG, null);
    rig.time.advance(Duration.ofMinutes(10));

    assertThat(rig.store.commits).isEmpty();
    assertThat(master.view()).isEmpty();
    assertThat(code(rig.register(master, 1))).isEqualTo("later NOT_LEADING");
  }

  @Test
  void theStartOfALoneMasterFailsOnAStoreThatCannotBeRead() {
    rig.store.unreadable = true;
    OverlayMaster master = rig.master(CONFIG, null);
    CompletableFuture<Void> started = master.start().toCompletableFuture();
    rig.time.runReady();

    assertThatThrownBy(started::join).hasRootCauseInstanceOf(DcosNetException.class);
  }

  @Test
  void anAgentIsAssignedWhatItHasFromThenOn() {
    OverlayMaster master = rig.open();

    Assignment assignment = rig.assigned(master, 1);

    assertThat(assignment.record().vtep()).hasToString("44.128.0.1");
    assertThat(assignment.config()).isEqualTo(NetworkConfig.parse(CONFIG));
    assertThat(assignment.revision()).isEqualTo(master.status().revision());
    assertThat(rig.assigned(master, 1).record()).isEqualTo(assignment.record());
  }

  @Test
  void aHeartbeatOfAnAgentThatHasEverythingIsAnsweredByUnchangedAndWithoutAWrite() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    int before = rig.store.commits.size();

    RegisterAnswer answer = rig.register(master, heartbeat(held));

    assertThat(answer).isInstanceOf(RegisterAnswer.Unchanged.class);
    assertThat(rig.store.commits).hasSize(before);
    assertThat(rig.metrics.count("dcosnet.overlay.registrations.unchanged")).isEqualTo(1);
  }

  @Test
  void anAgentThatWorksByAnotherConfigurationIsToldTheNewOne() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    NetworkConfig more =
        held.config().toBuilder().overlay("b", b -> b.subnet(cidr("10.0.0.0/16"), 24)).build();
    assertThat(rig.done(master.reconfigure(more))).isInstanceOf(Reconfiguration.Accepted.class);

    Assignment next = assigned(rig.register(master, heartbeat(held)));

    assertThat(next.config()).isEqualTo(more);
    assertThat(next.record().subnets()).hasSize(2);
    assertThat(next.revision()).isGreaterThan(held.revision());
  }

  private static Cidr cidr(String text) {
    return Cidr.parse(text);
  }

  @Test // I.17
  void tenThousandUnchangedAgentsAreAnsweredFromMemoryAfterARestart() {
    String large = CONFIG.replace("/24\"", "/16\"").replace("9.0.0.0/16", "9.0.0.0/8");
    OverlayMaster first = rig.leading(large);
    rig.time.advance(NetworkConfig.DEFAULT_QUORUM_WAIT);
    List<Assignment> held = new ArrayList<>();
    List<CompletionStage<RegisterAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      IpAddress ip = IpAddress.parse("10.0.0.1").plus(i);
      answers.add(first.register(RegisterRequest.first(id(i), ip, Wants.EVERYTHING)));
    }
    answers.forEach(answer -> held.add(assigned(rig.done(answer))));
    rig.stop(first);
    OverlayMaster second = rig.leading(large);
    int before = rig.store.commits.size();

    List<CompletionStage<RegisterAnswer>> again = new ArrayList<>();
    held.forEach(assignment -> again.add(second.register(heartbeat(assignment))));

    for (CompletionStage<RegisterAnswer> answer : again) {
      assertThat(rig.done(answer)).isInstanceOf(RegisterAnswer.Unchanged.class);
    }
    assertThat(rig.store.commits).hasSize(before);
  }

  @Test // I.1, I.5
  void nobodyIsToldWhatCouldNotBeWritten() {
    OverlayMaster master = rig.open();
    rig.store.fates.add(Fate.UNKNOWN_NOT_WRITTEN);
    rig.store.unreadable = true;

    assertThat(code(rig.register(master, 1))).isEqualTo("later UNCERTAIN");
    assertThat(code(rig.register(master, 1))).isEqualTo("later RECOVERING");

    rig.store.unreadable = false;
    rig.time.advance(Duration.ofMinutes(1));
    assertThat(rig.assigned(master, 1).record().vtep()).hasToString("44.128.0.1");
  }

  @Test // I.2
  void theElderOfTwoMastersThatBelieveToLeadStepsDownAndToldNobody() {
    OverlayMaster elder = rig.open();
    rig.assigned(elder, 1);
    OverlayMaster younger = rig.leading(CONFIG);
    Assignment second = rig.assigned(younger, 2);

    RegisterAnswer answer = rig.register(elder, 3);

    assertThat(code(answer)).isEqualTo("later NOT_LEADING");
    assertThat(elder.view()).isEmpty();
    assertThat(elder.status().allocations().phase()).isEqualTo(Phase.IDLE);
    assertThat(rig.assigned(younger, 3).record().vtep()).isNotEqualTo(second.record().vtep());
  }

  @Test // I.2
  void anAgentThatHeardOfALaterRevisionIsNotTalkedToByAStaleMaster() {
    OverlayMaster stale = rig.open();
    Assignment first = rig.assigned(stale, 1);
    OverlayMaster younger = rig.leading(CONFIG);
    rig.assigned(younger, 2);
    Assignment later = assigned(rig.register(younger, 1));
    assertThat(later.revision()).isGreaterThan(first.revision());

    RegisterAnswer answer = rig.register(stale, heartbeat(later));

    assertThat(code(answer)).isEqualTo("later BEHIND");
    assertThat(stale.view()).isEmpty(); // it wanted to ask what it had missed, and was fenced
    assertThat(stale.status().allocations().phase()).isEqualTo(Phase.IDLE);
    assertThat(younger.status().isServing()).isTrue();
    assertThat(rig.metrics.count("dcosnet.overlay.behind")).isEqualTo(1);
  }

  @Test // I.4
  void jumpsOfTheWallClockChangeNothing() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    rig.time.jumpWall(Duration.ofDays(3650));
    assertThat(rig.register(master, heartbeat(held))).isInstanceOf(RegisterAnswer.Unchanged.class);
    rig.time.jumpWall(Duration.ofDays(-7300));

    assertThat(rig.register(master, heartbeat(held))).isInstanceOf(RegisterAnswer.Unchanged.class);
    RegisterRequest twin = RegisterRequest.first(id(2), ip(1), Wants.EVERYTHING);
    assertThat(code(rig.register(master, twin))).isEqualTo("refused DUPLICATE_IP");
  }

  @Test // I.3
  void anotherAgentAtTheSameAddressIsRefusedUntilTheFirstWasSilentForLong() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    RegisterRequest twin = RegisterRequest.first(id(2), ip(1), Wants.EVERYTHING);
    rig.time.advance(Duration.ofMinutes(4));
    rig.register(master, heartbeat(held));
    rig.time.advance(Duration.ofMinutes(4));
    assertThat(code(rig.register(master, twin))).isEqualTo("refused DUPLICATE_IP");
    rig.time.advance(Duration.ofMinutes(1));

    Assignment inherited = assigned(rig.register(master, twin));

    assertThat(inherited.record().vtep()).isEqualTo(held.record().vtep());
    assertThat(inherited.record().subnets()).isEqualTo(held.record().subnets());
  }

  @Test // I.3
  void hostsAreToldThatAnInheritedIdIsGone() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    rig.done(master.giveUp(Set.of(id(1))));

    Assignment heir =
        assigned(rig.register(master, RegisterRequest.first(id(2), ip(1), Wants.EVERYTHING)));
    rig.time.runReady();

    String prefix = OverlayKeys.GONE + id(1) + "/";
    assertThat(rig.hosts.view(prefix).values())
        .singleElement()
        .extracting(gone -> Withdrawal.decode(gone.value()).revision())
        .isEqualTo(heir.revision());
    assertThat(heir.revision()).isGreaterThan(held.revision());
    assertThat(master.view().orElseThrow().wants()).doesNotContainKey(id(1));
  }

  @Test // I.3
  void aHostThatGetsTheAddressOfALostOneIsServedAfterItsSilence() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    Assignment moved = rig.assigned(master, 2);
    rig.time.advance(Duration.ofMinutes(5));

    rig.register(master, heartbeat(moved, ip(1)));
    rig.time.runReady();

    AgentRecord served = master.view().orElseThrow().allocations().agent(id(2)).orElseThrow();
    assertThat(served.ip()).isEqualTo(ip(1));
    assertThat(served.vtep()).isEqualTo(moved.record().vtep());
    assertThat(served.subnets()).isEqualTo(moved.record().subnets());
    assertThat(rig.hosts.view(OverlayKeys.GONE + id(1) + "/")).hasSize(1);
  }

  @Test // I.3
  void anOperatorLetsAReplacedHostInheritAtOnce() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    RegisterRequest twin = RegisterRequest.first(id(2), ip(1), Wants.EVERYTHING);
    assertThat(code(rig.register(master, twin))).isEqualTo("refused DUPLICATE_IP");

    rig.done(master.giveUp(Set.of(id(1))));

    assertThat(assigned(rig.register(master, twin)).record().vtep())
        .isEqualTo(held.record().vtep());
  }

  @Test // I.3
  void anIdOnTwoHostsIsHeldAtItsFirstAddress() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    rig.time.advance(Duration.ofSeconds(30));
    Assignment moved = assigned(rig.register(master, heartbeat(held, ip(101))));
    rig.time.advance(Duration.ofSeconds(5));

    assertThat(code(rig.register(master, heartbeat(held)))).isEqualTo("Unchanged");

    assertThat(code(rig.register(master, heartbeat(moved, ip(101)))))
        .isEqualTo("refused DUPLICATE_ID");
    assertThat(master.status().frozen())
        .singleElement()
        .satisfies(
            frozen -> {
              assertThat(frozen.agent()).isEqualTo(id(1));
              assertThat(frozen.at()).isEqualTo(ip(1));
              assertThat(frozen.heardFrom()).containsExactlyInAnyOrder(ip(1), ip(101));
            });
    assertThat(rig.metrics.gauge("dcosnet.overlay.frozen.ids")).isEqualTo(1);
    assertThat(rig.metrics.count("dcosnet.overlay.duplicate.ids")).isEqualTo(1);
    assertThat(master.view().orElseThrow().allocations().agent(id(1)).orElseThrow().ip())
        .isEqualTo(ip(1));
  }

  @Test // I.3
  void anIdIsShownAsHeldNoLongerThanItIs() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    rig.register(master, heartbeat(held, ip(101)));
    rig.register(master, heartbeat(held));
    assertThat(master.status().frozen()).hasSize(1);
    rig.time.advance(IdentityWatch.WINDOW.minusSeconds(1));
    rig.register(master, heartbeat(held));
    rig.time.advance(Duration.ofSeconds(1));

    rig.register(master, heartbeat(held)); // nothing from the other one for ten minutes

    assertThat(master.status().frozen()).isEmpty();
  }

  @Test // I.3
  void anIdOfWhichNobodyIsHeardIsShownNoLonger() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    rig.register(master, heartbeat(held, ip(101)));
    rig.register(master, heartbeat(held));
    assertThat(master.status().frozen()).hasSize(1);

    rig.time.advance(IdentityWatch.WINDOW.plus(Withdrawals.SWEEP));

    assertThat(master.status().frozen()).isEmpty();
  }

  @Test
  void aHostThatMovesOnceKeepsEverything() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);

    Assignment moved = assigned(rig.register(master, heartbeat(held, ip(101))));

    assertThat(moved.record().ip()).isEqualTo(ip(101));
    assertThat(moved.record().subnets()).isEqualTo(held.record().subnets());
    rig.time.advance(Duration.ofSeconds(30));
    assertThat(rig.register(master, heartbeat(moved))).isInstanceOf(RegisterAnswer.Unchanged.class);
    assertThat(master.status().frozen()).isEmpty();
  }

  @Test
  void reportsAreKnownWhileTheMasterLeadsAndUnknownAfterwards() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    OverlayState failed = new OverlayState("a", Status.FAILED, "bridge m-a: exists");

    rig.done(master.applied(new AppliedReport(id(1), held.revision(), List.of(failed))));
    rig.done(master.applied(new AppliedReport(id(7), held.revision(), List.of(failed))));

    assertThat(master.view().orElseThrow().reports()).containsOnlyKeys(id(1));
    assertThat(master.view().orElseThrow().report(id(1), "a")).contains(failed);
    assertThat(rig.metrics.gauge("dcosnet.overlay.agents.reported", "status", "failed"))
        .isEqualTo(1);
    rig.stop(master);
    OverlayMaster next = rig.leading(CONFIG);
    assertThat(next.view().orElseThrow().reports()).isEmpty();
  }

  @Test
  void aReportThatComesLateDoesNotReplaceANewerOne() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    OverlayState ok = new OverlayState("a", Status.OK, "");
    OverlayState failed = new OverlayState("a", Status.FAILED, "busy");
    rig.done(master.applied(new AppliedReport(id(1), 9, List.of(ok))));

    rig.done(master.applied(new AppliedReport(id(1), 8, List.of(failed))));

    assertThat(master.view().orElseThrow().report(id(1), "a")).contains(ok);
  }

  @Test
  void whoDoesNotLeadTakesNoReports() {
    OverlayMaster master = rig.master(CONFIG, null);
    CompletableFuture<Void> told =
        master.applied(new AppliedReport(id(1), 1, List.of())).toCompletableFuture();
    rig.time.runReady();

    assertThatThrownBy(told::join).hasCauseInstanceOf(DcosNetException.class);
  }

  @Test
  void theElectedMasterLeadsAndTheOtherOneSaysWhereItIs() {
    LocalElection election = LocalElection.create();
    LocalElection.Candidate one = election.enter(URI.create("http://one.example.org:8080"));
    LocalElection.Candidate two = election.enter(URI.create("http://two.example.org:8080"));
    OverlayMaster first = rig.master(CONFIG, one);
    OverlayMaster second = rig.master(CONFIG, two);
    rig.done(first.start());
    rig.done(second.start());
    rig.time.advance(NetworkConfig.DEFAULT_QUORUM_WAIT);
    Assignment held = rig.assigned(first, 1);
    assertThat(code(rig.register(second, 1))).isEqualTo("later NOT_LEADING");
    assertThat(second.status().leader()).contains(URI.create("http://one.example.org:8080"));

    one.close();
    rig.time.advance(Duration.ofSeconds(1));

    assertThat(code(rig.register(first, 1))).isEqualTo("later NOT_LEADING");
    assertThat(rig.register(second, heartbeat(held))).isInstanceOf(RegisterAnswer.Unchanged.class);
    assertThat(second.status().leader()).contains(URI.create("http://two.example.org:8080"));
  }

  @Test
  void anElectedMasterThatCannotReadItsStoreTriesAgain() {
    rig.store.unreadable = true;
    OverlayMaster master =
        rig.master(CONFIG, LocalElection.alone(URI.create("http://one.example.org:8080")));
    rig.done(master.start());
    rig.time.advance(Duration.ofSeconds(20));
    assertThat(master.view()).isEmpty();

    rig.store.unreadable = false;
    rig.time.advance(Duration.ofMinutes(1));

    assertThat(master.view()).isPresent();
  }

  @Test
  void anElectedMasterThatWasFencedByAnotherOneComesBackWhenTheElectionStaysWithIt() {
    OverlayMaster master =
        rig.master(CONFIG, LocalElection.alone(URI.create("http://one.example.org:8080")));
    rig.done(master.start());
    rig.time.advance(NetworkConfig.DEFAULT_QUORUM_WAIT);
    var unused = rig.done(rig.store.newEpoch());
    assertThat(code(rig.register(master, 1))).isEqualTo("later NOT_LEADING");
    rig.time.advance(Duration.ofSeconds(30));
    assertThat(master.view()).isEmpty();

    rig.time.advance(Duration.ofSeconds(31));

    rig.assigned(master, 1);
  }

  @Test
  void allHostsAreToldOfADeletionThatIsSafe() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);

    rig.remove(master, 1);

    Withdrawal gone = withdrawal(1);
    assertThat(gone.revision()).isGreaterThan(held.revision());
    assertThat(rig.assigned(master, 1).revision()).isGreaterThan(gone.revision());
  }

  private Withdrawal withdrawal(int number) {
    String key = OverlayKeys.gone(id(number), rig.hosts.localNode());
    return Withdrawal.decode(requireNonNull(rig.hosts.view(key).get(key)).value());
  }

  @Test
  void aDeletionThatNobodyWasToldOfIsToldByTheNextLeader() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    publish(held);
    rig.store.fates.add(Fate.UNKNOWN_WRITTEN); // it is there, and the master never knows
    rig.store.unreadable = true;
    Removal removal = rig.done(master.remove(Removal.Request.of(id(1)).forced()));
    assertThat(removal).isInstanceOf(Removal.Unavailable.class);
    assertThat(rig.hosts.view(OverlayKeys.GONE)).isEmpty();

    rig.store.unreadable = false;
    rig.time.advance(Duration.ofMinutes(1));

    assertThat(withdrawal(1).revision()).isGreaterThanOrEqualTo(held.revision());
  }

  @Test // I.3
  void aReplacementThatNobodyWasToldOfIsToldByTheNextLeader() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    tell(held);
    RegisterRequest heir = RegisterRequest.first(id(2), ip(1), Wants.EVERYTHING);
    rig.done(master.giveUp(Set.of(id(1))));
    rig.store.fates.add(Fate.UNKNOWN_WRITTEN); // it is there, and the master never knows
    rig.store.unreadable = true;
    assertThat(code(rig.register(master, heir))).isEqualTo("later UNCERTAIN");
    assertThat(rig.hosts.view(OverlayKeys.GONE)).isEmpty();

    rig.store.unreadable = false;
    rig.time.advance(Duration.ofMinutes(1));

    assertThat(withdrawal(1).revision()).isGreaterThan(held.revision());
    assertThat(assigned(rig.register(master, heir)).record().vtep())
        .isEqualTo(held.record().vtep());
  }

  @Test
  void whoIsUnknownAndReplacedByNobodyOrByLaterNewsIsNotWithdrawn() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    AgentRecord record = held.record();
    tell(
        new Assignment(
            new AgentRecord(id(7), ip(7), record.vtep(), record.vtep6(), record.subnets()),
            held.config(),
            held.revision()));
    tell(
        new Assignment(
            new AgentRecord(id(8), ip(1), record.vtep(), record.vtep6(), record.subnets()),
            held.config(),
            held.revision() + 1));
    tell(held);

    rig.time.advance(Withdrawals.SWEEP);

    assertThat(rig.hosts.view(OverlayKeys.GONE)).isEmpty();
  }

  /** As the agent itself does. */
  private void tell(Assignment held) {
    NodeId agent = held.record().agent();
    rig.done(
        rig.hosts
            .forNode(agent)
            .put(OverlayKeys.peer(agent), PeerEntry.of(held, held.record().ip()).encode()));
  }

  private void publish(Assignment held) {
    var unused =
        rig.done(
            rig.hosts.put(
                OverlayKeys.peer(held.record().agent()),
                PeerEntry.of(held, held.record().ip()).encode()));
  }

  @Test
  void aWithdrawalStaysUntilTheAgentHasWrittenAnew() {
    OverlayMaster master = rig.open();
    publish(rig.assigned(master, 1));
    rig.remove(master, 1);
    Assignment again = rig.assigned(master, 1);
    rig.time.advance(Withdrawals.SWEEP);
    assertThat(rig.hosts.view(OverlayKeys.GONE)).hasSize(1);

    publish(again);
    rig.time.advance(Withdrawals.SWEEP);

    assertThat(rig.hosts.view(OverlayKeys.GONE)).isEmpty();
  }

  @Test
  void anAgentThatWasHeardOfLatelyIsDeletedByForceOnly() {
    OverlayMaster master = rig.open();
    Assignment held = rig.assigned(master, 1);
    rig.time.advance(Duration.ofSeconds(100));
    rig.register(master, heartbeat(held));
    rig.time.advance(Duration.ofSeconds(100));

    assertThat(rig.done(master.remove(Removal.Request.of(id(1)))))
        .isInstanceOf(Removal.Refused.class);
    rig.time.advance(Duration.ofSeconds(20));
    assertThat(rig.done(master.remove(Removal.Request.of(id(1)))))
        .isInstanceOf(Removal.Removed.class);
  }

  @Test
  void whatIfSaysWhatWouldBeInTheWay() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    NetworkConfig other = NetworkConfig.parse(CONFIG.replace("\"a\"", "\"z\""));

    assertThat(master.blockers(other).orElseThrow())
        .extracting(Blocker::code)
        .containsExactly("OVERLAY_IN_USE");
    assertThat(master.blockers(NetworkConfig.parse(CONFIG)).orElseThrow()).isEmpty();
  }

  @Test
  void addressesAreExplained() {
    OverlayMaster master = rig.open();
    rig.assigned(master, 1);
    rig.assigned(master, 2);
    rig.remove(master, 2);

    assertExplained(master, "203.0.113.1", Finding.AGENT, id(1).toString());
    assertExplained(master, "44.128.0.1", Finding.VTEP, id(1).toString());
    assertExplained(master, "9.0.0.1", Finding.SUBNET, "the gateway of range cni 9.0.0.0/25");
    assertExplained(master, "9.0.0.200", Finding.SUBNET, "a container of range docker");
    assertExplained(master, "9.0.0.255", Finding.SUBNET, "the broadcast address");
    assertExplained(master, "9.0.1.7", Finding.QUARANTINED, id(2).toString());
    assertExplained(master, "9.0.200.7", Finding.FREE, "never given out");
    assertExplained(master, "44.128.0.255", Finding.RESERVED, "nobody gets it");
    assertExplained(master, "192.0.2.1", Finding.OUTSIDE, "no pool");
    rig.time.advance(Duration.ofMinutes(11));
    assertExplained(master, "9.0.1.7", Finding.FREE, id(2).toString());
  }

  private static void assertExplained(
      OverlayMaster master, String address, Finding finding, String detail) {
    assertThat(master.explain(IpAddress.parse(address)).orElseThrow())
        .satisfies(
            explained -> {
              assertThat(explained.finding()).isEqualTo(finding);
              assertThat(explained.detail()).contains(detail);
            });
  }

  @Test // C.4
  void aReclaimedAgentIsWithdrawn() {
    OverlayMaster master =
        rig.leading(
            """
            {"vtep_subnet":"44.128.0.0/30","vtep_mac_oui":"70:b3:d5:00:00:00",
             "auto_reclaim_after":"24h","quorum_wait":"0s","overlays":[
              {"name":"a","subnet":"9.0.0.0/16","prefix":24}]}""");
    rig.assigned(master, 1);
    rig.time.advance(Duration.ofHours(1));
    rig.assigned(master, 2);
    rig.time.advance(Duration.ofHours(23));

    Assignment third = rig.assigned(master, 3);

    assertThat(third.record().vtep()).hasToString("44.128.0.1");
    assertThat(withdrawal(1).revision()).isEqualTo(third.revision());
    assertThat(rig.metrics.count("dcosnet.overlay.reclaimed")).isEqualTo(1);
  }

  @Test
  void theStateIsSound() {
    OverlayMaster master = rig.open();
    for (int i = 1; i <= 20; i++) {
      rig.assigned(master, i);
    }

    assertThat(master.verify().orElseThrow()).isEmpty();
  }

  @Test
  void afterTheStopNobodyIsServed() {
    OverlayMaster master = rig.open();
    rig.stop(master);

    assertThat(code(rig.register(master, 1))).isEqualTo("later NOT_LEADING");
    assertThat(master.view()).isEmpty();
    assertThat(master.status().isServing()).isFalse();
  }
}

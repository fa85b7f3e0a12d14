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
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.overlay.FaultyStore.Fate;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Claim;
import io.dcosnet.overlay.allocate.Dispute;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Row I.7: the master's store is lost, and the agents' disks are all that is left. */
class MasterRebuildTest {

  private final MasterRig rig = new MasterRig();

  @AfterEach
  void close() {
    rig.close();
  }

  private List<Assignment> cluster(int agents) {
    OverlayMaster master = rig.open();
    List<Assignment> held = new ArrayList<>();
    for (int i = 1; i <= agents; i++) {
      held.add(rig.assigned(master, i));
    }
    rig.stop(master);
    rig.loseStore();
    return held;
  }

  private void pass() {
    rig.time.advance(NetworkConfig.DEFAULT_QUORUM_WAIT);
  }

  @Test
  void nobodyGetsAnythingBeforeAgentsHaveBeenHeard() {
    List<Assignment> held = cluster(3);
    OverlayMaster master = rig.leading(CONFIG);

    assertThat(code(rig.register(master, 9))).isEqualTo("later RECOVERING");
    assertThat(code(rig.register(master, heartbeat(held.get(1))))).isEqualTo("later RECOVERING");
    rig.time.advance(Duration.ofSeconds(119));
    RegisterAnswer answer = rig.register(master, 9);

    assertThat(code(answer)).isEqualTo("later RECOVERING");
    assertThat(((RegisterAnswer.Later) answer).after()).isEqualTo(Duration.ofSeconds(1));
    assertThat(master.status().isServing()).isFalse();
    assertThat(master.status().claims()).isEqualTo(1);
    assertThat(rig.metrics.gauge("dcosnet.overlay.rebuilding")).isEqualTo(1);
    assertThat(rig.metrics.gauge("dcosnet.overlay.claims")).isEqualTo(1);
  }

  @Test
  void everybodyKeepsWhatNobodyContradictsAndNewOnesGetTheRest() {
    List<Assignment> held = cluster(5);
    OverlayMaster master = rig.leading(CONFIG);
    for (Assignment one : List.of(held.get(4), held.get(0), held.get(2))) {
      rig.register(master, heartbeat(one));
    }
    pass();

    Assignment fresh = rig.assigned(master, 9);

    assertThat(fresh.record().vtep()).hasToString("44.128.0.2");
    for (Assignment one : List.of(held.get(4), held.get(0), held.get(2))) {
      assertThat(rig.register(master, heartbeat(one))).isInstanceOf(RegisterAnswer.Unchanged.class);
    }
    assertThat(master.verify().orElseThrow()).isEmpty();
    assertThat(rig.metrics.count("dcosnet.overlay.claims.adopted")).isEqualTo(3);
  }

  @Test
  void whatIsAdoptedIsInTheStoreBeforeAnybodyIsTold() {
    List<Assignment> held = cluster(1);
    OverlayMaster master = rig.leading(CONFIG);
    rig.register(master, heartbeat(held.get(0)));
    rig.store.hold();
    pass();

    assertThat(code(rig.register(master, heartbeat(held.get(0))))).isEqualTo("later RECOVERING");
    rig.store.letGo();
    rig.time.runReady();

    assertThat(rig.store.value("vtep/44.128.0.1")).isEqualTo(id(1).toString());
    assertThat(rig.store.value("lineage")).startsWith("open ");
    assertThat(code(rig.register(master, heartbeat(held.get(0))))).isEqualTo("Unchanged");
  }

  @Test
  void revisionsGoOnAboveAllThatAgentsHaveHeardOf() {
    List<Assignment> held = cluster(30);
    long greatest = held.get(29).revision();
    OverlayMaster master = rig.leading(CONFIG);
    rig.register(master, heartbeat(held.get(29)));
    pass();

    assertThat(requireNonNull(rig.store.entries().get("lineage")).revision()).isLessThan(greatest);
    assertThat(rig.assigned(master, 99).revision()).isGreaterThan(greatest);
    assertThat(assigned(rig.register(master, 30)).revision()).isGreaterThan(greatest);
  }

  @Test
  void revisionsGoOnAboveAllThatHostsToldEachOther() {
    OverlayMaster master = rig.open();
    for (int i = 1; i <= 30; i++) {
      rig.assigned(master, i);
    }
    rig.remove(master, 30);
    long gone = master.status().revision();
    rig.stop(master);
    rig.loseStore();
    OverlayMaster next = rig.leading(CONFIG);
    pass();

    assertThat(rig.assigned(next, 30).revision()).isGreaterThan(gone);
  }

  @Test
  void anAgentThatIsLateKeepsWhatNobodyGotMeanwhile() {
    List<Assignment> held = cluster(3);
    OverlayMaster master = rig.leading(CONFIG);
    rig.register(master, heartbeat(held.get(2)));
    pass();

    RegisterAnswer late = rig.register(master, heartbeat(held.get(1)));

    assertThat(code(late)).isEqualTo("Unchanged");
    assertThat(((RegisterAnswer.Unchanged) late).revision()).isGreaterThan(held.get(2).revision());
  }

  @Test
  void anAgentThatIsLateAndFindsAnotherOneInItsSubnetIsForAPersonToDecide() {
    List<Assignment> held = cluster(3);
    OverlayMaster master = rig.leading(CONFIG);
    rig.register(master, heartbeat(held.get(2)));
    pass();
    Assignment other = rig.assigned(master, 9);
    assertThat(other.record().vtep()).isEqualTo(held.get(0).record().vtep());

    assertThat(code(rig.register(master, heartbeat(held.get(0)))))
        .isEqualTo("refused CLAIM_DISPUTED");

    assertThat(master.status().disputes())
        .singleElement()
        .extracting(Dispute::reason)
        .asString()
        .contains(id(9).toString());
    assertThat(rig.metrics.gauge("dcosnet.overlay.disputes")).isEqualTo(1);
    rig.remove(master, 9);
    assertThat(code(rig.register(master, heartbeat(held.get(0))))).isEqualTo("Unchanged");
    assertThat(master.status().disputes()).isEmpty();
  }

  @Test
  void thoseWhoContradictEachOtherAreListedAndNobodyGetsWhatTheyName() {
    List<Assignment> held = cluster(3);
    OverlayMaster master = rig.leading(CONFIG);
    Assignment first = held.get(0);
    RegisterRequest rival = heartbeat(claimed(first, 7, 7));
    rig.register(master, heartbeat(first));
    rig.register(master, heartbeat(held.get(1)));
    rig.register(master, rival);
    pass();

    assertThat(code(rig.register(master, heartbeat(first)))).isEqualTo("refused CLAIM_DISPUTED");
    assertThat(code(rig.register(master, rival))).isEqualTo("refused CLAIM_DISPUTED");
    assertThat(code(rig.register(master, heartbeat(held.get(1))))).isEqualTo("Unchanged");
    Set<String> given = new HashSet<>();
    for (int i = 20; i < 120; i++) {
      given.add(rig.assigned(master, i).record().vtep().toString());
    }
    assertThat(given).hasSize(100).doesNotContain(first.record().vtep().toString());
    assertThat(master.verify().orElseThrow()).isEmpty();
  }

  @Test
  void aDisputeOutlivesTheMasterThatFoundIt() {
    List<Assignment> held = cluster(1);
    OverlayMaster master = rig.leading(CONFIG);
    rig.register(master, heartbeat(held.get(0)));
    rig.register(master, heartbeat(claimed(held.get(0), 7, 7)));
    pass();
    rig.stop(master);

    OverlayMaster next = rig.leading(CONFIG);

    assertThat(next.status().disputes()).hasSize(2);
    assertThat(rig.assigned(next, 9).record().vtep()).hasToString("44.128.0.2");
    rig.remove(next, 7);
    assertThat(code(rig.register(next, heartbeat(held.get(0))))).isEqualTo("Unchanged");
    Assignment anew = assigned(rig.register(next, heartbeat(claimed(held.get(0), 7, 7))));
    assertThat(anew.record().vtep()).hasToString("44.128.0.3");
  }

  /** The same as somebody has, said by another one. */
  private static Assignment claimed(Assignment other, int number, int ip) {
    AgentRecord record = other.record();
    return new Assignment(
        new AgentRecord(id(number), ip(ip), record.vtep(), record.vtep6(), record.subnets()),
        other.config(),
        other.revision());
  }

  @Test
  void aMasterThatDiesInTheHearingLeavesItToTheNextOne() {
    List<Assignment> held = cluster(2);
    OverlayMaster first = rig.leading(CONFIG);
    rig.register(first, heartbeat(held.get(0)));
    rig.time.advance(Duration.ofSeconds(60));
    rig.stop(first);
    OverlayMaster next = rig.leading(CONFIG);
    rig.time.advance(Duration.ofSeconds(60));

    assertThat(code(rig.register(next, heartbeat(held.get(1))))).isEqualTo("later RECOVERING");
    rig.time.advance(Duration.ofSeconds(60));

    assertThat(code(rig.register(next, heartbeat(held.get(1))))).isEqualTo("Unchanged");
  }

  @Test
  void aMasterThatDiesHalfWayThroughTheAdoptionLeavesTheRestToTheNextOne() {
    List<Assignment> held = cluster(2);
    OverlayMaster first = rig.leading(CONFIG);
    rig.register(first, heartbeat(held.get(0)));
    rig.store.fates.add(Fate.UNKNOWN_WRITTEN);
    pass();
    rig.register(first, heartbeat(held.get(1)));
    pass();

    assertThat(first.status().isServing()).isTrue();
    assertThat(code(rig.register(first, heartbeat(held.get(0))))).isEqualTo("Unchanged");
    assertThat(code(rig.register(first, heartbeat(held.get(1))))).isEqualTo("Unchanged");
    assertThat(rig.assigned(first, 9).record().vtep()).hasToString("44.128.0.3");
  }

  @Test
  void claimsThatNoMasterCanHaveToldAreIgnored() {
    cluster(1);
    OverlayMaster master = rig.leading(CONFIG);
    AgentSubnets subnets =
        new AgentSubnets("a", Optional.of(Cidr.parse("9.0.7.0/24")), Optional.empty());
    AgentRecord record =
        new AgentRecord(
            id(3), ip(3), IpAddress.parse("44.128.0.9"), Optional.empty(), List.of(subnets));
    RegisterRequest wild =
        new RegisterRequest(
            id(3), ip(3), Wants.EVERYTHING, Optional.of(record), Claim.MAX_REVISION + 1, "");
    rig.register(master, wild);
    pass();

    assertThat(rig.assigned(master, 9).revision()).isLessThan(1000);
  }

  @Test
  void whatAnOlderStoreHasForgottenIsHeardFromAgents() {
    OverlayMaster master = rig.open();
    Assignment one = rig.assigned(master, 1);
    rig.stop(master);
    FaultyStore older = rig.store.copy();
    OverlayMaster later = rig.leading(CONFIG);
    Assignment two = rig.assigned(later, 2);
    Assignment three = rig.assigned(later, 3);
    rig.stop(later);
    rig.store = older;
    OverlayMaster restored = rig.leading(CONFIG);

    assertThat(code(rig.register(restored, heartbeat(three)))).isEqualTo("later BEHIND");
    assertThat(code(rig.register(restored, 9))).isEqualTo("later RECOVERING");
    assertThat(code(rig.register(restored, heartbeat(two)))).isEqualTo("later RECOVERING");
    assertThat(restored.status().claims()).isEqualTo(2);
    assertThat(restored.status().behind()).isEqualTo(three.revision());
    pass();
    assertThat(restored.status().behind()).as("it is beyond that now").isZero();

    assertThat(code(rig.register(restored, heartbeat(three)))).isEqualTo("Unchanged");
    assertThat(code(rig.register(restored, heartbeat(two)))).isEqualTo("Unchanged");
    assertThat(code(rig.register(restored, heartbeat(one)))).isEqualTo("Unchanged");
    assertThat(rig.assigned(restored, 4).record().vtep()).hasToString("44.128.0.4");
  }

  @Test
  void anOperatorLetsAgentsSayWhatTheyHave() {
    OverlayMaster master = rig.open();
    Assignment one = rig.assigned(master, 1);

    rig.done(master.rebuild());

    assertThat(code(rig.register(master, heartbeat(one)))).isEqualTo("later RECOVERING");
    pass();
    assertThat(code(rig.register(master, heartbeat(one)))).isEqualTo("Unchanged");
    assertThat(rig.metrics.count("dcosnet.overlay.claims.adopted"))
        .as("it was in the store")
        .isZero();
  }

  @Test
  void anAgentThatHeardMoreThanAllWhoWereHeardIsNotTakenForANewOne() {
    List<Assignment> held = cluster(9);
    OverlayMaster master = rig.leading(CONFIG);
    rig.register(master, heartbeat(held.get(0)));
    pass();
    for (int i = 20; i < 40; i++) {
      rig.assigned(master, i); // more transactions than the lost store ever had
    }

    assertThat(code(rig.register(master, heartbeat(held.get(8)))))
        .isEqualTo("refused CLAIM_DISPUTED");
  }

  @Test
  void whoeverClaimsNonsenseDoesNotKeepOthersWaitingForEver() {
    OverlayMaster master = rig.open();
    Assignment one = rig.assigned(master, 1);
    Assignment wild = new Assignment(one.record(), one.config(), 1_000_000);
    rig.register(master, heartbeat(wild));
    pass();
    rig.assigned(master, 2);
    Assignment wilder = new Assignment(one.record(), one.config(), Claim.MAX_REVISION);

    assertThat(code(rig.register(master, heartbeat(wilder)))).isEqualTo("later BEHIND");

    rig.assigned(master, 3);
  }

  @Test
  void onlyALeaderBeginsToListen() {
    OverlayMaster master = rig.master(CONFIG, null);
    CompletableFuture<Void> begun = master.rebuild().toCompletableFuture();
    rig.time.runReady();

    assertThatThrownBy(begun::join).hasCauseInstanceOf(DcosNetException.class);
  }

  @Test
  void withoutAWaitANewClusterServesAtOnce() {
    OverlayMaster master =
        rig.leading(CONFIG.replace("\"overlays\"", "\"quorum_wait\":\"0s\",\"overlays\""));
    rig.time.runReady();

    assertThat(rig.assigned(master, 1).record().vtep()).hasToString("44.128.0.1");
  }
}

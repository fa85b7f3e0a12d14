// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.AllocationStatus.Phase;
import io.dcosnet.overlay.FaultyStore.Fate;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Blocker;
import io.dcosnet.overlay.allocate.Reconfiguration;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told to whom, and when, whatever the store does. */
class AllocationsTest {

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_subnet6":"fd01:a::/64",
           "vtep_mac_oui":"70:b3:d5:00:00:00","overlays":[
            {"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
            {"name":"dcos6","subnet6":"fd01:b::/64","prefix6":80}]}""");

  private final VirtualTime time = new VirtualTime();
  private final FaultyStore store = new FaultyStore();
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Allocations master = master(CONFIG);

  private Allocations master(NetworkConfig config) {
    return Allocations.builder(store, config, time).metrics(metrics).build();
  }

  @Test
  void answersNobodyBeforeItLeads() {
    CompletableFuture<Registration> answer = register(master, 1);

    assertThat(code(answer)).isEqualTo("NOT_LEADING");
    assertThat(store.commits).isEmpty();
    assertThat(master.state()).isEmpty();
  }

  @Test
  void leadsOnAnEmptyStore() {
    lead(master);

    assertThat(master.status().phase()).isEqualTo(Phase.LEADING);
    assertThat(master.status().epoch()).isEqualTo(1);
    assertThat(store.entries().keySet()).containsExactly("config", "format");
  }

  @Test // old fault 7
  void recoveringEndsWhenThereWasNothingToRecover() {
    List<Phase> phases = new ArrayList<>();
    master.onStatus(status -> phases.add(status.phase()));

    lead(master);

    assertThat(phases).containsExactly(Phase.RECOVERING, Phase.LEADING);
    assertThat(metrics.gauge("dcosnet.overlay.recovering")).isZero();
    assertThat(metrics.gauge("dcosnet.overlay.leader")).isEqualTo(1);
  }

  @Test // old fault 3
  void tellsNobodyAndShowsNothingBeforeItIsSafe() {
    lead(master);
    store.hold();

    CompletableFuture<Registration> answer = register(master, 1);

    assertThat(answer).isNotDone();
    assertThat(master.state().orElseThrow().agents()).isEmpty();
    store.letGo();
    time.runReady();
    assertThat(assigned(answer).vtep()).hasToString("44.128.0.1");
    assertThat(master.state().orElseThrow().agents()).containsExactly(assigned(answer));
  }

  @Test
  void thoseWhoComeTogetherShareATransaction() {
    lead(master);
    int before = store.commits.size();
    store.hold();
    List<CompletableFuture<Registration>> answers = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      answers.add(master.register(id(i), ip(i), Wants.EVERYTHING).toCompletableFuture());
    }
    time.runReady();
    for (int i = 301; i <= 500; i++) {
      answers.add(register(master, i));
    }
    assertThat(store.commits).hasSize(before + 1);

    store.letGo();
    time.runReady();

    assertThat(store.commits).hasSize(before + 2);
    assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    Set<IpAddress> vteps = new HashSet<>();
    answers.forEach(answer -> vteps.add(assigned(answer).vtep()));
    assertThat(vteps).hasSize(500);
  }

  @Test
  void fillsNoTransactionBeyondWhatTheStoreTakes() {
    store.maxBatchBytes = 64 * 1024;
    lead(master);
    List<CompletableFuture<Registration>> answers = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      answers.add(master.register(id(i), ip(i), Wants.EVERYTHING).toCompletableFuture());
    }
    time.runReady();

    assertThat(answers).allSatisfy(answer -> assertThat(assigned(answer)).isNotNull());
    assertThat(store.commits)
        .hasSizeGreaterThan(3)
        .allSatisfy(batch -> assertThat(bytes(batch)).isLessThan(64 * 1024));
  }

  private static long bytes(DurableStore.Batch batch) {
    long bytes = 0;
    for (var put : batch.puts().entrySet()) {
      bytes += put.getKey().length() + put.getValue().size();
    }
    return bytes;
  }

  @Test
  void anAgentThatHasEverythingIsAnsweredFromMemory() {
    lead(master);
    AgentRecord agent = assigned(register(master, 1));
    int before = store.commits.size();

    assertThat(assigned(register(master, 1))).isEqualTo(agent);
    assertThat(store.commits).hasSize(before);
  }

  @Test
  void twoRequestsOfOneAgentGiveOneAllocation() {
    lead(master);
    store.hold();
    CompletableFuture<Registration> first =
        master.register(id(1), ip(1), Wants.EVERYTHING).toCompletableFuture();
    CompletableFuture<Registration> second =
        master.register(id(1), ip(1), Wants.EVERYTHING).toCompletableFuture();
    time.runReady();

    assertThat(second).isNotDone();
    store.letGo();
    time.runReady();
    assertThat(assigned(second)).isEqualTo(assigned(first));
    assertThat(master.state().orElseThrow().agents()).hasSize(1);
  }

  @Test
  void anUnchangedAgentDoesNotWaitForTheTransactionOfAnother() {
    lead(master);
    AgentRecord first = assigned(register(master, 1));
    store.hold();
    CompletableFuture<Registration> fresh =
        master.register(id(2), ip(2), Wants.EVERYTHING).toCompletableFuture();
    CompletableFuture<Registration> known =
        master.register(id(1), ip(1), Wants.EVERYTHING).toCompletableFuture();
    time.runReady();

    assertThat(fresh).isNotDone();
    assertThat(assigned(known)).isEqualTo(first);
  }

  @Test
  void whoIsDeletedBeforeHeIsToldIsNotTold() {
    lead(master);
    store.hold();
    CompletableFuture<Registration> other = register(master, 1);
    CompletableFuture<Registration> overtaken = register(master, 2);
    CompletableFuture<Removal> removal =
        master.remove(Removal.Request.of(id(2)).forced()).toCompletableFuture();
    store.letGo();
    time.runReady();

    assertThat(assigned(other).vtep()).hasToString("44.128.0.1");
    assertThat(removal.join()).isInstanceOf(Removal.Removed.class);
    assertThat(code(overtaken)).isEqualTo("OVERTAKEN");
    assertThat(assigned(register(master, 2)).vtep()).hasToString("44.128.0.2");
  }

  @Test // I.1: before it was written
  void aCrashBeforeTheWriteLeavesTheElementFree() {
    lead(master);
    store.fates.add(Fate.SILENT_NOT_WRITTEN);
    CompletableFuture<Registration> lost = register(master, 1);
    assertThat(lost).isNotDone();

    Allocations next = master(CONFIG);
    lead(next);

    assertThat(next.state().orElseThrow().agents()).isEmpty();
    assertThat(assigned(register(next, 2)).vtep()).hasToString("44.128.0.1");
    assertThat(assigned(register(next, 1)).vtep()).hasToString("44.128.0.2");
  }

  @Test // I.1: written, but nobody was told
  void aCrashBetweenTheWriteAndTheAnswerGivesTheSameElementAgain() {
    lead(master);
    store.fates.add(Fate.SILENT_WRITTEN);
    CompletableFuture<Registration> lost = register(master, 1);
    assertThat(lost).isNotDone();

    Allocations next = master(CONFIG);
    lead(next);

    assertThat(assigned(register(next, 2)).vtep()).hasToString("44.128.0.2");
    assertThat(assigned(register(next, 1)).vtep()).hasToString("44.128.0.1");
  }

  @Test // I.2
  void theElderOfTwoLeadersStopsAndTellsNobody() {
    lead(master);
    assigned(register(master, 1));
    Allocations younger = master(CONFIG);
    lead(younger);

    CompletableFuture<Registration> refused = register(master, 2);

    assertThat(code(refused)).isEqualTo("NOT_LEADING");
    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(master.status().reason()).contains("epoch 2");
    assertThat(master.state()).isEmpty();
    assertThat(metrics.count("dcosnet.overlay.step.downs", "reason", "fenced")).isEqualTo(1);
    assertThat(assigned(register(younger, 2)).vtep()).hasToString("44.128.0.2");
    time.advance(Duration.ofHours(1));
    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
  }

  @Test
  void aFencedLeaderMayLeadAgain() {
    lead(master);
    Allocations younger = master(CONFIG);
    lead(younger);
    AgentRecord agent = assigned(register(younger, 1));
    assertThat(code(register(master, 2))).isEqualTo("NOT_LEADING");

    lead(master);

    assertThat(assigned(register(master, 1))).isEqualTo(agent);
    assertThat(code(register(younger, 3))).isEqualTo("NOT_LEADING");
  }

  @ParameterizedTest
  @EnumSource(
      value = Fate.class,
      names = {"UNKNOWN_NOT_WRITTEN", "UNKNOWN_WRITTEN", "FAIL", "THROW"})
  void afterAWriteOfUnknownOutcomeItReadsAgainAndGoesOn(Fate fate) {
    lead(master);
    AgentRecord first = assigned(register(master, 1));
    store.fates.add(fate);

    CompletableFuture<Registration> uncertain = register(master, 2);

    assertThat(code(uncertain)).isEqualTo("UNCERTAIN");
    assertThat(master.status().phase()).isEqualTo(Phase.RECOVERING);
    assertThat(master.state()).isEmpty();
    assertThat(code(register(master, 1))).isEqualTo("RECOVERING");
    time.advance(Duration.ofSeconds(1));
    assertThat(master.status().phase()).isEqualTo(Phase.LEADING);
    assertThat(master.status().epoch()).isEqualTo(1);
    assertThat(assigned(register(master, 1))).isEqualTo(first);
    assertThat(assigned(register(master, 3)).vtep())
        .hasToString(fate == Fate.UNKNOWN_WRITTEN ? "44.128.0.3" : "44.128.0.2");
    assertThat(Allocator.verify(master.state().orElseThrow())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fate.class,
      names = {"SILENT_WRITTEN", "SILENT_NOT_WRITTEN"})
  void aStoreThatDoesNotAnswerEndsTheTerm(Fate fate) {
    lead(master);
    store.fates.add(fate);
    CompletableFuture<Registration> answer = register(master, 1);
    time.advance(Duration.ofMinutes(5).minusNanos(1));
    assertThat(answer).isNotDone();

    time.advance(Duration.ofNanos(1));

    assertThat(code(answer)).isEqualTo("UNCERTAIN");
    time.advance(Duration.ofSeconds(1));
    assertThat(master.state().orElseThrow().agents()).hasSize(fate == Fate.SILENT_WRITTEN ? 1 : 0);
  }

  @Test
  void aLateWriteOfAnEndedTermIsFenced() {
    lead(master);
    store.hold();
    CompletableFuture<Registration> answer = register(master, 1);
    time.advance(Duration.ofMinutes(5));
    assertThat(code(answer)).isEqualTo("UNCERTAIN");
    time.advance(Duration.ofSeconds(1));
    assertThat(master.status().phase()).isEqualTo(Phase.LEADING);

    store.letGo(); // the write reaches the store after the store was read
    time.runReady();

    assertThat(master.status().epoch()).isEqualTo(2);
    assertThat(store.value("vtep/44.128.0.1")).isEqualTo("absent");
    assertThat(assigned(register(master, 2)).vtep()).hasToString("44.128.0.1");
  }

  @Test
  void afterSilenceOfTheStoreAnotherLeaderKeepsTheLead() {
    lead(master);
    store.hold();
    var unused = register(master, 1);
    Allocations younger = master(CONFIG);
    lead(younger);

    time.advance(Duration.ofMinutes(6));

    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
    store.letGo();
    assertThat(assigned(register(younger, 2)).vtep()).hasToString("44.128.0.1");
  }

  @Test // I.5
  void aFullDiskGivesNothingOutAndRecoversByItself() {
    lead(master);
    AgentRecord first = assigned(register(master, 1));
    for (int i = 0; i < 5; i++) {
      store.fates.add(Fate.UNKNOWN_NOT_WRITTEN);
    }

    for (int i = 0; i < 5; i++) {
      assertThat(code(register(master, 2))).isEqualTo("UNCERTAIN");
      assertThat(time.runUntil(() -> isLeading(master), Duration.ofMinutes(1))).isTrue();
      assertThat(assigned(register(master, 1))).isEqualTo(first);
    }

    assertThat(assigned(register(master, 2)).vtep()).hasToString("44.128.0.2");
  }

  @Test
  void anUnreadableStoreIsTriedAgainEverLessOften() {
    lead(master);
    store.fates.add(Fate.UNKNOWN_WRITTEN);
    store.unreadable = true;
    assertThat(code(register(master, 1))).isEqualTo("UNCERTAIN");

    time.advance(Duration.ofMinutes(10));
    assertThat(master.status().phase()).isEqualTo(Phase.RECOVERING);
    assertThat(code(register(master, 1))).isEqualTo("RECOVERING");
    store.unreadable = false;
    time.advance(Duration.ofSeconds(30));

    assertThat(assigned(register(master, 1)).vtep()).hasToString("44.128.0.1");
  }

  @Test
  void anUnreadableStoreFailsTheFirstLead() {
    store.unreadable = true;

    CompletableFuture<Void> leading = master.lead().toCompletableFuture();
    time.runReady();

    assertThatThrownBy(leading::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("lead: the store cannot be read")
        .hasMessageContaining("EIO");
    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
    store.unreadable = false;
    lead(master);
  }

  @Test
  void aStoreThatCannotBeWrittenFailsTheFirstLead() {
    store.fates.add(Fate.UNKNOWN_NOT_WRITTEN);

    CompletableFuture<Void> leading = master.lead().toCompletableFuture();
    time.runReady();

    assertThat(leading).isCompletedExceptionally();
    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
  }

  @Test
  void aDamagedStoreIsNotLedOnAndBothOwnersAreNamed() {
    lead(master);
    assigned(register(master, 1));
    assigned(register(master, 2));
    store.put(
        "agents/" + id(2),
        store.value("agents/" + id(2)).replace("44.128.0.2/20", "44.128.0.1/20"));
    Allocations next = master(CONFIG);

    CompletableFuture<Void> leading = next.lead().toCompletableFuture();
    time.runReady();

    assertThatThrownBy(leading::join)
        .hasMessageContaining("TWO_OWNERS vtep 44.128.0.1: both " + id(1) + " and " + id(2));
    assertThat(code(register(next, 3))).isEqualTo("NOT_LEADING");
  }

  @Test
  void foreignHandsInTheStoreEndTheTermWithoutDoubleAllocation() {
    lead(master);
    store.put("vtep/44.128.0.1", id(9).toString());

    assertThat(code(register(master, 1))).isEqualTo("NOT_LEADING");
    time.advance(Duration.ofSeconds(1));

    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(master.status().reason()).contains("ELEMENT_MISMATCH");
  }

  @Test // V13, old fault 8
  void aConfigurationThatTakesSomethingAwayIsNotInForce() {
    lead(master);
    AgentRecord agent = assigned(register(master, 1));
    Allocations next = master(CONFIG.toBuilder().withoutOverlay("dcos").build());

    lead(next);

    assertThat(next.status().blockers())
        .extracting(Blocker::code)
        .containsExactly("OVERLAY_IN_USE");
    assertThat(next.state().orElseThrow().config()).isEqualTo(CONFIG);
    assertThat(assigned(register(next, 1))).isEqualTo(agent);
  }

  @Test
  void anAcceptedConfigurationSurvivesARestart() {
    lead(master);
    assigned(register(master, 1));
    NetworkConfig more =
        CONFIG.toBuilder()
            .overlay("more", overlay -> overlay.subnet(Cidr.parse("10.0.0.0/8"), 24))
            .build();

    CompletionStage<Reconfiguration> answer = master.reconfigure(more);
    time.runReady();

    assertThat(answer).isCompletedWithValue(new Reconfiguration.Accepted());
    assertThat(assigned(register(master, 1)).subnets()).hasSize(3);
    assertThat(metrics.gauge("dcosnet.overlay.pool.used", pool("subnets", "more", "4")))
        .isEqualTo(1);
    Allocations next = master(CONFIG);
    lead(next);
    assertThat(next.status().blockers()).isNotEmpty();
    assertThat(next.state().orElseThrow().config()).isEqualTo(more);
  }

  @Test
  void aBlockedConfigurationChangesNothing() {
    lead(master);
    assigned(register(master, 1));

    CompletionStage<Reconfiguration> answer =
        master.reconfigure(CONFIG.toBuilder().withoutOverlay("dcos6").build());
    time.runReady();

    assertThat(answer.toCompletableFuture().join()).isInstanceOf(Reconfiguration.Blocked.class);
    assertThat(master.state().orElseThrow().config()).isEqualTo(CONFIG);
  }

  @Test
  void anAgentThatWasHeardOfLatelyIsNotDeleted() {
    lead(master);
    assigned(register(master, 1));
    assigned(register(master, 2));
    time.advance(Duration.ofMinutes(2));
    master.heard(id(2));

    assertThat(remove(Removal.Request.of(id(1)))).isInstanceOf(Removal.Removed.class);
    assertThat(remove(Removal.Request.of(id(2)))).isInstanceOf(Removal.Refused.class);
    assertThat(remove(Removal.Request.of(id(2)).forced())).isInstanceOf(Removal.Removed.class);
    assertThat(metrics.count("dcosnet.overlay.removals")).isEqualTo(2);
  }

  @Test
  void afterARestartAllAgentsCountAsHeardOf() {
    lead(master);
    assigned(register(master, 1));
    time.advance(Duration.ofHours(1));
    lead(master(CONFIG));
    Allocations next = master(CONFIG);
    lead(next);
    time.advance(Duration.ofSeconds(119));

    CompletableFuture<Removal> early = next.remove(Removal.Request.of(id(1))).toCompletableFuture();
    time.runReady();

    assertThat(early.join()).isInstanceOf(Removal.Refused.class);
  }

  @Test // I.4
  void jumpsOfTheWallClockChangeNothing() {
    lead(master);
    AgentRecord first = assigned(register(master, 1));
    time.jumpWall(Duration.ofDays(-3650));
    AgentRecord second = assigned(register(master, 2));
    remove(Removal.Request.of(id(1)).forced());
    time.jumpWall(Duration.ofDays(7300));
    Allocations next = master(CONFIG);
    lead(next);

    assertThat(assigned(register(next, 2))).isEqualTo(second);
    assertThat(assigned(register(next, 3)).vtep()).hasToString("44.128.0.3");
    assertThat(assigned(register(next, 1))).isEqualTo(first);
    assertThat(metrics.gauge("dcosnet.overlay.pool.quarantined", pool("vtep", "", "4"))).isZero();
  }

  @Test // I.17
  void tenThousandKnownAgentsAreAnsweredWithoutAWrite() {
    Allocations large = master(CONFIG.toBuilder().vtepSubnet(Cidr.parse("44.128.0.0/16")).build());
    lead(large);
    List<CompletableFuture<Registration>> fresh = new ArrayList<>();
    for (int i = 1; i <= 10_000; i++) {
      fresh.add(large.register(id(i), ip(i), Wants.EVERYTHING).toCompletableFuture());
    }
    time.runReady();
    int writes = store.commits.size();
    assertThat(writes).isLessThanOrEqualTo(2 + 10_000 / Term.MAX_STEPS);
    assertThat(fresh).allSatisfy(answer -> assertThat(answer).isCompleted());

    List<CompletableFuture<Registration>> again = new ArrayList<>();
    for (int i = 1; i <= 10_000; i++) {
      again.add(large.register(id(i), ip(i), Wants.EVERYTHING).toCompletableFuture());
    }
    time.runReady();

    assertThat(store.commits).hasSize(writes);
    for (int i = 0; i < 10_000; i++) {
      assertThat(assigned(again.get(i))).isEqualTo(assigned(fresh.get(i)));
    }
    assertThat(Allocator.verify(large.state().orElseThrow())).isEmpty();
  }

  @Test
  void tooManyWhoWaitAreTurnedAway() {
    lead(master);
    store.hold();
    var first = register(master, 1);
    for (int i = 1; i < Allocations.MAX_WAITING; i++) {
      var unused = master.register(id(2), ip(2), Wants.EVERYTHING);
    }

    CompletableFuture<Registration> last =
        master.register(id(3), ip(3), Wants.EVERYTHING).toCompletableFuture();

    assertThat(code(last)).isEqualTo("BUSY");
    store.letGo();
    time.runReady();
    assertThat(first).isCompleted();
    assertThat(assigned(register(master, 3)).vtep()).hasToString("44.128.0.3");
  }

  @Test
  void whoResignsTellsThoseWhoWait() {
    lead(master);
    store.hold();
    CompletableFuture<Registration> written = register(master, 1);
    CompletableFuture<Registration> queued = register(master, 2);

    master.resign();
    time.runReady();

    assertThat(code(written)).isEqualTo("UNCERTAIN");
    assertThat(code(queued)).isEqualTo("NOT_LEADING");
    assertThat(master.status().phase()).isEqualTo(Phase.IDLE);
    assertThat(master.status().reason()).isEqualTo("resigned");
    store.letGo();
    time.runReady();
    assertThat(master.state()).isEmpty();
  }

  @Test
  void resigningTwiceOrWithoutLeadingIsNoFault() {
    master.resign();
    time.runReady();
    lead(master);
    master.resign();
    master.resign();
    time.runReady();

    lead(master);
    assertThat(master.status().epoch()).isEqualTo(2);
  }

  @Test
  void moreThanATransactionTakesIsRefusedAndHarmsNobody() {
    NetworkConfig.Builder wide = CONFIG.toBuilder();
    for (int i = 0; i < 200; i++) {
      Cidr subnet = Cidr.parse("10." + i + ".0.0/16");
      wide.overlay("n" + i, overlay -> overlay.subnet(subnet, 24));
    }
    Allocations many = master(wide.build());
    lead(many);
    Set<NodeId> all = new HashSet<>();
    for (int i = 1; i <= 100; i++) {
      assigned(register(many, i));
      all.add(id(i));
    }

    CompletableFuture<Removal> answer =
        many.remove(new Removal.Request(all, Set.of(), true)).toCompletableFuture();
    time.runReady();

    assertThat(answer.join())
        .isInstanceOfSatisfying(
            Removal.Unavailable.class,
            unavailable -> assertThat(unavailable.reason().code()).isEqualTo("TOO_LARGE"));
    assertThat(many.state().orElseThrow().agents()).hasSize(100);
    assertThat(many.status().phase()).isEqualTo(Phase.LEADING);
  }

  @Test
  void everyKeyOfAnAllocationIsCheckedToBeAbsent() {
    lead(master);
    assigned(register(master, 1));

    DurableStore.Batch batch = store.commits.get(store.commits.size() - 1);

    assertThat(batch.fence()).isEqualTo(1);
    assertThat(batch.puts().keySet())
        .containsExactlyInAnyOrder(
            "agents/" + id(1),
            "vtep/44.128.0.1",
            "vtep6/fd01:a::1",
            "subnets/dcos/9.0.0.0-24",
            "subnets/dcos6/fd01:b::-80");
    assertThat(batch.checks())
        .extracting(DurableStore.Check::revision)
        .containsOnly(DurableStore.ABSENT)
        .hasSize(5);
  }

  @Test
  void figuresShowPoolsAndFailures() {
    NetworkConfig tiny = CONFIG.toBuilder().vtepSubnet(Cidr.parse("44.128.0.0/30")).build();
    Allocations small = master(tiny);
    lead(small);
    assigned(register(small, 1));
    assigned(register(small, 2));
    assertThat(code(register(small, 3))).isEqualTo("VTEP_EXHAUSTED");

    assertThat(metrics.count("dcosnet.overlay.allocation.failures", "reason", "VTEP_EXHAUSTED"))
        .isEqualTo(1);
    assertThat(metrics.count("dcosnet.overlay.registrations")).isEqualTo(2);
    assertThat(metrics.gauge("dcosnet.overlay.agents")).isEqualTo(2);
    assertThat(metrics.gauge("dcosnet.overlay.pool.size", pool("vtep", "", "4"))).isEqualTo(2);
    assertThat(metrics.gauge("dcosnet.overlay.pool.free", pool("vtep", "", "4"))).isZero();
    assertThat(metrics.gauge("dcosnet.overlay.pool.size", pool("vtep", "", "6")))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(metrics.gauge("dcosnet.overlay.pool.used", pool("subnets", "dcos", "4")))
        .isEqualTo(2);
    assertThat(metrics.gauge("dcosnet.overlay.store.revision"))
        .isEqualTo(small.status().revision());
    assertThat(metrics.values("dcosnet.overlay.store.commit.commands")).isNotEmpty();
  }

  private static String[] pool(String pool, String overlay, String family) {
    return new String[] {"pool", pool, "overlay", overlay, "family", family};
  }

  private void lead(Allocations allocations) {
    CompletableFuture<Void> leading = allocations.lead().toCompletableFuture();
    time.runReady();
    assertThat(leading).isCompleted();
  }

  private static boolean isLeading(Allocations allocations) {
    return allocations.status().phase() == Phase.LEADING;
  }

  private CompletableFuture<Registration> register(Allocations allocations, int number) {
    CompletableFuture<Registration> answer =
        allocations.register(id(number), ip(number), Wants.EVERYTHING).toCompletableFuture();
    time.runReady();
    return answer;
  }

  private Removal remove(Removal.Request request) {
    CompletableFuture<Removal> answer = master.remove(request).toCompletableFuture();
    time.runReady();
    return answer.join();
  }

  private static AgentRecord assigned(CompletableFuture<Registration> answer) {
    assertThat(answer).isCompleted();
    assertThat(answer.join()).isInstanceOf(Registration.Assigned.class);
    return ((Registration.Assigned) answer.join()).agent();
  }

  private static String code(CompletableFuture<Registration> answer) {
    assertThat(answer).isCompleted();
    Registration registration = answer.join();
    Rejection reason =
        registration instanceof Registration.Unavailable unavailable
            ? unavailable.reason()
            : ((Registration.Refused) registration).reason();
    return reason.code();
  }

  private static NodeId id(int number) {
    return new NodeId(new UUID(0, number));
  }

  private static IpAddress ip(int number) {
    return IpAddress.parse("203.0.113.0").plus(number);
  }
}

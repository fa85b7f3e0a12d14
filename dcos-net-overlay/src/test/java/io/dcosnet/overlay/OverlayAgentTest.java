// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Lifecycle.State;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.LocalStore;
import io.dcosnet.api.store.ReplicatedStore.OwnerState;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.overlay.agent.AddressExplanation;
import io.dcosnet.overlay.agent.AddressExplanation.Kind;
import io.dcosnet.overlay.agent.AgentPhase;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.allocate.AgentAddresses;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AgentSubnets;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.desired.Bridge;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.Peer;
import io.dcosnet.overlay.exchange.OverlayKeys;
import io.dcosnet.overlay.exchange.PeerEntry;
import io.dcosnet.overlay.exchange.Withdrawal;
import io.dcosnet.overlay.host.HostFault;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.host.HostObject;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.host.MemoryHostNetwork;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import io.dcosnet.overlay.link.RegisterAnswer.Refused;
import io.dcosnet.testkit.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayAgentTest {

  private static final NetworkConfig CONFIG =
      NetworkConfig.parse(
          """
          {"vtep_subnet":"44.128.0.0/20","vtep_mac_oui":"70:B3:D5:00:00:00",
           "overlays":[{"name":"dcos","subnet":"9.0.0.0/8","prefix":24},
                       {"name":"blue","subnet":"10.0.0.0/8","prefix":24}]}
          """);

  private static final NodeId NODE = id(1);

  @TempDir private Path directory;
  private final VirtualTime time = new VirtualTime();
  private final LocalStore store = LocalStore.of(NODE, time, MetricsSink.none());
  private final ScriptedMaster master = new ScriptedMaster(CONFIG);
  private MemoryHostNetwork host = MemoryHostNetwork.create();

  private static NodeId id(int number) {
    return new NodeId(new UUID(0x4000, 0x8000_0000_0000_0000L + number));
  }

  private static IpAddress ip(int number) {
    return IpAddress.parse("192.0.2.0").plus(number);
  }

  private static AgentRecord record(int number) {
    return new AgentRecord(
        id(number),
        ip(number),
        IpAddress.parse("44.128.0.0").plus(number),
        Optional.empty(),
        List.of(
            new AgentSubnets(
                "dcos", Optional.of(Cidr.parse("9.0." + number + ".0/24")), Optional.empty()),
            new AgentSubnets(
                "blue", Optional.of(Cidr.parse("10.0." + number + ".0/24")), Optional.empty())));
  }

  private static PeerEntry entry(int number, long revision) {
    AgentRecord record = record(number);
    return new PeerEntry(record, AgentAddresses.mac(CONFIG, record.vtep()), revision);
  }

  private void tell(PeerEntry entry) {
    var unused = store.forNode(entry.agent()).put(OverlayKeys.peer(entry.agent()), entry.encode());
    time.runReady();
  }

  private OverlayAgent.Builder builder() {
    return builder(Runnable::run);
  }

  private OverlayAgent.Builder builder(Executor executor) {
    NetRuntime net =
        NetRuntime.builder()
            .scheduler(time)
            .executor(executor)
            .random(new SplittableRandom(1))
            .build();
    return OverlayAgent.builder(net)
        .node(NODE)
        .address(ip(1))
        .master(master)
        .store(store)
        .network(host)
        .directory(directory.resolve("overlay"));
  }

  private OverlayAgent started(OverlayAgent agent) {
    CompletableFuture<Void> started = agent.start().toCompletableFuture();
    time.runReady();
    assertThat(started).isCompleted();
    return agent;
  }

  private OverlayAgent registered() {
    master.give(record(1));
    OverlayAgent agent = started(builder().build());
    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
    return agent;
  }

  private void stop(OverlayAgent agent) {
    CompletableFuture<Void> stopped = agent.stop(Duration.ZERO).toCompletableFuture();
    time.runReady();
    assertThat(stopped).isCompleted();
  }

  private Optional<PeerEntry> told() {
    return Optional.ofNullable(store.view(OverlayKeys.PEERS).get(OverlayKeys.peer(NODE)))
        .map(stored -> PeerEntry.decode(NODE, stored.value()));
  }

  private List<NodeId> peersOnHost() {
    return host.state().peers().stream().map(Peer::agent).toList();
  }

  private List<String> alarms(OverlayAgent agent) {
    return agent.status().alarms().stream().map(Rejection::code).toList();
  }

  @Test
  void anAgentThatIsBuiltHasDoneNothing() {
    OverlayAgent agent = builder().build();

    assertThat(agent.state()).isEqualTo(State.NEW);
    assertThat(time.pending()).isZero();
    assertThat(directory.resolve("overlay")).doesNotExist();
    assertThat(agent.status().assignment()).isEmpty();
  }

  @Test
  void everythingThatIsMissingIsNamedAtOnce() {
    NetRuntime net = NetRuntime.builder().scheduler(time).executor(Runnable::run).build();

    assertThatThrownBy(() -> OverlayAgent.builder(net).mtu(100).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "node:", "address:", "master:", "store:", "network:", "directory:", "mtu: 100");
    assertThatThrownBy(() -> builder().node(id(2)).build()).hasMessageContaining("as the store");
  }

  @Test
  void whatTheMasterGivesIsOnTheHostOnTheDiskAndToldToOthers() {
    OverlayAgent agent = registered();

    assertThat(host.state().bridges())
        .extracting(Bridge::name)
        .containsExactly("d-blue", "d-dcos", "m-blue", "m-dcos");
    assertThat(directory.resolve("overlay/assignment.json")).exists();
    assertThat(told()).map(PeerEntry::record).contains(record(1));
    assertThat(master.reports).hasSize(1);
    assertThat(master.reports.get(0).overlays())
        .extracting(AppliedReport.OverlayState::status)
        .containsExactly(Status.OK, Status.OK);
    assertThat(agent.status().overlays()).hasSize(2);
    assertThat(agent.status().alarms()).isEmpty();
  }

  @Test
  void heartbeatsWriteNothing() throws IOException {
    OverlayAgent agent = registered();
    Path file = directory.resolve("overlay/assignment.json");
    Files.delete(file);
    var version = store.view(OverlayKeys.peer(NODE)).firstEntry().getValue().version();
    int passes = host.applied().size();
    int asked = master.requests.size();

    time.advance(Duration.ofMinutes(5));

    assertThat(master.requests.size() - asked).isBetween(8, 13);
    assertThat(master.requests.get(asked).hash()).isNotEmpty();
    assertThat(file).doesNotExist();
    assertThat(host.applied()).hasSize(passes);
    assertThat(store.view(OverlayKeys.peer(NODE)).firstEntry().getValue().version())
        .isEqualTo(version);
    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
  }

  @Test
  void othersAreProgrammedAsTheyComeAndGo() {
    registered();

    tell(entry(2, 5));
    tell(entry(3, 5));
    assertThat(peersOnHost()).containsExactly(id(2), id(3));

    var unused = store.delete(OverlayKeys.peer(id(2)));
    time.runReady();
    assertThat(peersOnHost()).containsExactly(id(3));
  }

  @Test
  void aDeadAgentsContainersAreStillReached() {
    registered();
    tell(entry(2, 5));

    store.ownerState(id(2), OwnerState.DEAD);
    time.advance(Duration.ofHours(1));

    assertThat(peersOnHost()).containsExactly(id(2));
  }

  @Test
  void aDeletedAgentIsTakenOffTheHost() {
    registered();
    tell(entry(2, 5));

    var unused =
        store.forNode(id(9)).put(OverlayKeys.gone(id(2), id(9)), new Withdrawal(6).encode());
    time.runReady();

    assertThat(peersOnHost()).isEmpty();
  }

  @Test
  void aThousandPeersThatComeAtOnceAreFewPasses() {
    registered();
    int passes = host.applied().size();
    for (int i = 2; i < 250; i++) {
      PeerEntry entry = entry(i, 5);
      var unused =
          store.forNode(entry.agent()).put(OverlayKeys.peer(entry.agent()), entry.encode());
    }
    time.runReady();

    assertThat(peersOnHost()).hasSize(248);
    assertThat(host.applied().size() - passes).isLessThan(5);
  }

  @Test
  void aRestartPutsEverythingOnTheHostBeforeAnyMasterAnswers() {
    OverlayAgent first = registered();
    tell(entry(2, 5));
    DesiredState before = host.state();
    stop(first);
    assertThat(host.state()).isEqualTo(before);
    host = MemoryHostNetwork.create();
    master.silent = true;

    OverlayAgent second = started(builder().build());

    assertThat(host.applied()).first().isEqualTo(before);
    assertThat(second.status().phase()).isEqualTo(AgentPhase.REGISTERING);
    assertThat(told()).map(PeerEntry::record).contains(record(1));
  }

  @Test
  void nothingIsAskedOrAppliedBeforeTheDiskIsRead() {
    OverlayAgent first = registered();
    tell(entry(2, 5));
    stop(first);
    host = MemoryHostNetwork.create();
    int asked = master.requests.size();
    List<Runnable> slowDisk = new ArrayList<>();
    OverlayAgent second = builder(slowDisk::add).build();
    CompletableFuture<Void> started = second.start().toCompletableFuture();
    second.masterChanged();
    second.address(ip(77));
    second.masterChanged();
    time.advance(Duration.ofMinutes(5));

    assertThat(master.requests).hasSize(asked);
    assertThat(host.applied()).isEmpty();
    assertThat(started).isNotDone();

    while (!slowDisk.isEmpty()) {
      slowDisk.remove(0).run();
      time.runReady();
    }
    assertThat(started).isCompleted();
    assertThat(master.requests.get(asked).held()).isPresent();
    assertThat(master.requests.get(asked).ip()).isEqualTo(ip(77));
    assertThat(host.applied())
        .isNotEmpty()
        .allSatisfy(
            state -> assertThat(state.peers()).extracting(Peer::agent).containsExactly(id(2)));
  }

  @Test
  void whyNoMasterServesThisHostIsAnAlarmUntilOneDoes() {
    master.away = true;
    master.give(record(1));
    OverlayAgent agent = started(builder().build());
    assertThat(noMaster(agent)).containsExactly("no master");

    master.away = false;
    master.instead =
        new Later(
            new Rejection("master", "m1", "NOT_READY", "it reads its store"),
            Duration.ofSeconds(20));
    time.advance(Duration.ofSeconds(10));
    assertThat(noMaster(agent)).containsExactly("NOT_READY: it reads its store");

    master.silent = true;
    time.advance(Duration.ofSeconds(45));
    assertThat(noMaster(agent)).containsExactly("no master answered within 15 s");

    master.silent = false;
    master.instead = null;
    time.advance(Duration.ofMinutes(1));
    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(agent.status().alarms()).isEmpty();
  }

  private static List<String> noMaster(OverlayAgent agent) {
    return agent.status().alarms().stream()
        .filter(alarm -> alarm.code().equals("NO_MASTER"))
        .map(Rejection::detail)
        .toList();
  }

  @Test
  void aStoreThatComesUpEmptyTakesNobodyOffTheHost() {
    OverlayAgent first = registered();
    tell(entry(2, 5));
    tell(entry(3, 5));
    stop(first);
    for (int number : new int[] {1, 2, 3}) {
      var unused = store.delete(OverlayKeys.peer(id(number)));
    }
    host = MemoryHostNetwork.create();

    started(builder().build());
    assertThat(host.applied())
        .allSatisfy(
            state -> assertThat(state.peers()).extracting(Peer::agent).contains(id(2), id(3)));
    tell(entry(3, 5));
    time.advance(KnownPeers.REMEMBERED_FOR);

    assertThat(peersOnHost()).containsExactly(id(3));
    assertThat(told()).isPresent();
  }

  /** The agent was killed before it kept host 3, and its store has nothing yet. */
  private DesiredState killed() throws IOException {
    OverlayAgent first = registered();
    tell(entry(2, 5));
    tell(entry(3, 5));
    DesiredState before = host.state();
    Path file = directory.resolve("overlay/peers");
    byte[] kept = Files.readAllBytes(file);
    stop(first);
    Files.write(file, kept);
    for (int number : new int[] {1, 2, 3}) {
      var unused = store.delete(OverlayKeys.peer(id(number)));
    }
    host = MemoryHostNetwork.create();
    var unused = host.apply(before);
    return before;
  }

  @Test
  void whoWasNotKeptBeforeAKillStaysOnTheHostUntilTheStoreTellsOfSomebody() throws IOException {
    DesiredState before = killed();

    started(builder().build());
    assertThat(peersOnHost()).containsExactly(id(2));
    assertThat(host.plan(before)).isEmpty();
    tell(entry(4, 5));

    assertThat(peersOnHost()).containsExactly(id(2), id(4));
    assertThat(host.plan(host.state())).isEmpty();
    assertThat(host.plan(before)).contains("add route 9.0.3.0/24 via 44.128.0.3");
    var unused = store.delete(OverlayKeys.peer(id(4)));
    time.runReady();
    assertThat(host.state().keepsOthers()).as("the store has told of somebody").isFalse();
  }

  @Test
  void whoIsDeletedGoesEvenIfTheStoreTellsOfNobodyElse() throws IOException {
    killed();
    started(builder().build());
    assertThat(host.state().keepsOthers()).isTrue();

    var unused =
        store.forNode(id(9)).put(OverlayKeys.gone(id(2), id(9)), new Withdrawal(6).encode());
    time.runReady();

    assertThat(host.plan(host.state())).isEmpty();
    assertThat(host.state().keepsOthers()).isFalse();
    assertThat(peersOnHost()).isEmpty();
  }

  @Test
  void withOtherAddressesNobodyIsKeptWhomNobodyKnows() throws IOException {
    killed();
    AgentRecord other = record(7);
    master.give(new AgentRecord(id(1), ip(1), other.vtep(), Optional.empty(), other.subnets()));
    started(builder().build());

    assertThat(host.state().tunnel().orElseThrow().addresses())
        .extracting(address -> address.address().toString())
        .containsExactly("44.128.0.7");
    assertThat(host.state().keepsOthers()).isFalse();
  }

  @Test
  void itWorksOnWhileMastersAreAwayAndFindsThemAgain() {
    OverlayAgent agent = registered();
    master.away = true;
    time.advance(Duration.ofMinutes(2));
    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERING);

    tell(entry(2, 5));
    assertThat(peersOnHost()).containsExactly(id(2));

    time.advance(Duration.ofHours(1));
    master.away = false;
    agent.masterChanged();
    time.advance(Duration.ofSeconds(6));
    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(agent.status().overlays())
        .extracting(AppliedReport.OverlayState::status)
        .containsOnly(Status.OK);
  }

  @Test
  void aSilentMasterIsGivenUpAndAskedAgain() {
    master.silent = true;
    master.give(record(1));
    OverlayAgent agent = started(builder().build());
    time.advance(MasterDialog.PATIENCE.plusSeconds(6));
    assertThat(master.requests.size()).isGreaterThan(1);

    master.silent = false;
    time.advance(Duration.ofMinutes(1));

    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
  }

  @Test
  void aHostThatMovesTellsTheOthersInOneMessageAndKeepsItsSubnets() {
    OverlayAgent agent = registered();
    long before = store.view(OverlayKeys.peer(NODE)).firstEntry().getValue().version().clock();

    agent.address(ip(77));
    time.runReady();

    assertThat(host.state().tunnel().orElseThrow().local()).isEqualTo(ip(77));
    assertThat(told()).map(told -> told.record().ip()).contains(ip(77));
    assertThat(told()).map(told -> told.record().subnets()).contains(record(1).subnets());
    assertThat(master.requests.get(master.requests.size() - 1).ip()).isEqualTo(ip(77));
    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(store.view(OverlayKeys.peer(NODE)).firstEntry().getValue().version().clock())
        .isGreaterThan(before);
  }

  @Test
  void aRefusedAgentWorksOnRaisesAnAlarmAndLeavesTheAddressToWhoHasIt() {
    OverlayAgent agent = registered();
    tell(entry(2, 5));
    master.instead =
        new Refused(new Rejection("agent", NODE.toString(), "DUPLICATE_ID", "at two addresses"));

    agent.address(ip(78));
    time.runReady();

    assertThat(alarms(agent)).containsExactly("DUPLICATE_ID");
    assertThat(peersOnHost()).containsExactly(id(2));
    assertThat(told()).map(told -> told.record().ip()).contains(ip(1));
    master.instead = null;
    time.advance(Duration.ofMinutes(1));
    assertThat(alarms(agent)).isEmpty();
    assertThat(told()).map(told -> told.record().ip()).contains(ip(78));
  }

  @Test
  void anAgentThatWasDeletedRegistersAnewAndIsBelievedAgain() {
    OverlayAgent agent = registered();
    long deleted = master.revision() + 1;
    master.give(record(1));
    master.give(record(1));

    var unused =
        store.forNode(id(9)).put(OverlayKeys.gone(NODE, id(9)), new Withdrawal(deleted).encode());
    time.runReady();

    assertThat(agent.status().revision()).isGreaterThan(deleted);
    assertThat(told()).hasValueSatisfying(t -> assertThat(t.revision()).isGreaterThan(deleted));
  }

  @Test
  void whatTheStoreLosesOfThisHostIsToldAgain() {
    registered();

    var unused = store.delete(OverlayKeys.peer(NODE));
    time.advance(OwnEntry.PAUSE);

    assertThat(told()).map(PeerEntry::record).contains(record(1));
  }

  @Test
  void aFaultOfOneOverlayLeavesTheOthersWellAndIsReportedUntilItIsMended() {
    OverlayAgent agent = registered();
    HostFault fault =
        new HostFault(
            HostObject.BRIDGE,
            "bridge m-blue",
            Optional.of("blue"),
            Optional.empty(),
            "FOREIGN",
            "somebody else made it");

    host.faults(List.of(fault));
    time.runReady();
    assertThat(agent.status().overlays())
        .extracting(AppliedReport.OverlayState::overlay, AppliedReport.OverlayState::status)
        .containsExactlyInAnyOrder(tuple("dcos", Status.OK), tuple("blue", Status.FAILED));
    assertThat(agent.status().faults()).containsExactly(fault);
    assertThat(last().overlays())
        .anySatisfy(one -> assertThat(one.error()).contains("FOREIGN", "m-blue"));

    host.faults(List.of());
    tell(entry(2, 5));
    assertThat(last().overlays())
        .extracting(AppliedReport.OverlayState::status)
        .containsOnly(Status.OK);
  }

  private AppliedReport last() {
    return master.reports.get(master.reports.size() - 1);
  }

  @Test
  void aHostThatCannotBeChangedIsTriedAgainAndTheAgentSaysSo() {
    host.failing("no memory");
    master.give(record(1));
    OverlayAgent agent = started(builder().build());
    assertThat(alarms(agent)).containsExactly("HOST_NETWORK");
    assertThat(agent.status().overlays())
        .extracting(AppliedReport.OverlayState::status)
        .containsOnly(Status.FAILED);

    host.failing(null);
    time.advance(Duration.ofMinutes(20));

    assertThat(alarms(agent)).isEmpty();
    assertThat(last().overlays())
        .extracting(AppliedReport.OverlayState::status)
        .containsOnly(Status.OK);
  }

  @Test
  void aNetworkThatCannotWorkHereFailsTheStartWithItsReason() {
    host.unavailable("needs root");
    OverlayAgent agent = builder().build();

    CompletableFuture<Void> started = agent.start().toCompletableFuture();
    time.runReady();

    assertThat(started).isCompletedExceptionally();
    assertThatThrownBy(started::join).hasStackTraceContaining("memory: needs root");
    assertThat(agent.state()).isEqualTo(State.FAILED);
    assertThat(master.requests).isEmpty();
  }

  @Test
  void aFileThatCannotBeReadIsMovedAsideAndTheAgentRegistersAsNew() throws IOException {
    Path overlay = Files.createDirectories(directory.resolve("overlay"));
    Files.writeString(overlay.resolve("assignment.json"), "{\"agentId\":");
    Files.writeString(
        overlay.resolve("peers"), id(2) + " " + entry(2, 5).encode().toUtf8() + "\nrubbish\n");
    master.give(record(1));

    OverlayAgent agent = started(builder().build());

    assertThat(alarms(agent)).containsExactly("UNREADABLE_FILE", "UNREADABLE_FILE");
    assertThat(overlay.resolve("assignment.json.unreadable-1")).hasContent("{\"agentId\":");
    assertThat(overlay.resolve("peers.unreadable-1")).exists();
    assertThat(master.requests.get(0).held()).isEmpty();
    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(peersOnHost()).containsExactly(id(2));
  }

  @Test
  void theFileOfAnotherAgentIsMovedAside() throws IOException {
    stop(registered());
    Path file = directory.resolve("overlay/assignment.json");
    String other = Files.readString(file).replace(NODE.toString(), id(3).toString());
    Files.writeString(file, other);
    host = MemoryHostNetwork.create();

    OverlayAgent agent = started(builder().build());

    assertThat(alarms(agent)).containsExactly("UNREADABLE_FILE");
    assertThat(agent.status().alarms().get(0).detail()).contains(id(3).toString());
  }

  @Test
  void aDiskThatTakesNothingIsAnAlarmUntilItDoes() throws IOException {
    master.give(record(1));
    Path overlay = Files.createDirectories(directory.resolve("overlay"));
    Path obstacle = Files.createDirectories(overlay.resolve("assignment.json.new/x"));
    OverlayAgent agent = started(builder().build());
    assertThat(alarms(agent)).containsExactly("NOT_KEPT");
    assertThat(host.state().tunnel()).isPresent();

    Files.delete(obstacle);
    Files.delete(overlay.resolve("assignment.json.new"));
    time.advance(Duration.ofSeconds(2));

    assertThat(alarms(agent)).isEmpty();
    assertThat(overlay.resolve("assignment.json")).exists();
  }

  @Test
  void aStopThatLeavesNothingTakesTheHostOffTheOthers() {
    OverlayAgent agent = registered();

    CompletableFuture<Void> stopped = agent.stop(false).toCompletableFuture();
    time.runReady();

    assertThat(stopped).isCompleted();
    assertThat(host.state()).isEqualTo(DesiredState.NOTHING);
    assertThat(told()).isEmpty();
    time.advance(Duration.ofHours(1));
    assertThat(told()).isEmpty();
    assertThat(directory.resolve("overlay/assignment.json")).exists();
  }

  @Test
  void aStoppedAgentDoesNothingAnyMore() {
    OverlayAgent agent = registered();
    stop(agent);
    int asked = master.requests.size();

    tell(entry(2, 5));
    time.advance(Duration.ofHours(1));

    assertThat(master.requests).hasSize(asked);
    assertThat(time.pending()).isZero();
  }

  /** One whose end lasts, and fails. */
  private static final class BadEnd implements HostNetwork {
    private final HostNetwork inner;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private boolean asked;

    BadEnd(HostNetwork inner) {
      this.inner = inner;
    }

    @Override
    public String name() {
      return inner.name();
    }

    @Override
    public Optional<String> unavailableBecause() {
      return inner.unavailableBecause();
    }

    @Override
    public CompletionStage<HostReport> apply(DesiredState state) {
      return inner.apply(state);
    }

    @Override
    public Subscription onReport(Consumer<HostReport> listener) {
      return inner.onReport(listener);
    }

    @Override
    public List<String> plan(DesiredState state) {
      return inner.plan(state);
    }

    @Override
    public List<String> cleanup() {
      return inner.cleanup();
    }

    @Override
    public CompletionStage<Void> stop(boolean leaveInPlace) {
      asked = true;
      return end;
    }
  }

  @Test
  void aNetworkThatEndsSlowlyAndBadlyLeavesNothingElseAtWork() {
    master.give(record(1));
    BadEnd bad = new BadEnd(host);
    OverlayAgent agent = started(builder().network(bad).build());
    tell(entry(2, 5));
    tell(entry(3, 5));

    CompletableFuture<Void> stopped = agent.stop(false).toCompletableFuture();
    time.advance(Duration.ofSeconds(6));
    assertThat(bad.asked).isTrue();
    assertThat(told()).isEmpty();
    bad.end.completeExceptionally(new DcosNetException("the kernel does not answer"));
    time.runReady();

    assertThat(stopped).isDone();
    assertThat(told()).isEmpty();
    tell(entry(4, 5));
    assertThat(agent.status().peers().size()).isEqualTo(2);
    time.advance(Duration.ofHours(1));
    assertThat(time.pending()).isZero();
    assertThat(directory.resolve("overlay/peers"))
        .content()
        .contains(id(2).toString(), id(3).toString());
  }

  @Test
  void whatIsConfirmedAfterAWithdrawalIsOnTheDiskByItsNewRevision() {
    OverlayAgent first = registered();
    long deleted = first.status().revision();
    master.give(record(1));
    var unused =
        store.forNode(id(9)).put(OverlayKeys.gone(NODE, id(9)), new Withdrawal(deleted).encode());
    time.runReady();
    long confirmed = first.status().revision();
    assertThat(confirmed).isGreaterThan(deleted);
    stop(first);
    host = MemoryHostNetwork.create();
    master.silent = true;

    OverlayAgent second = started(builder().build());

    assertThat(second.status().revision()).isEqualTo(confirmed);
  }

  @Test
  void whatWasRememberedOutlastsAStoreThatTellsOfNobody() {
    OverlayAgent first = registered();
    tell(entry(2, 5));
    tell(entry(3, 5));
    stop(first);
    for (int number : new int[] {2, 3}) {
      var unused = store.delete(OverlayKeys.peer(id(number)));
    }
    host = MemoryHostNetwork.create();
    started(builder().build());

    time.advance(KnownPeers.REMEMBERED_FOR.multipliedBy(10));
    assertThat(peersOnHost()).containsExactly(id(2), id(3));

    tell(entry(4, 5));
    time.advance(KnownPeers.REMEMBERED_FOR);
    assertThat(peersOnHost()).containsExactly(id(4));
  }

  @Test
  void aPeerThatComesAloneIsKeptAtOnceAndManyTogetherInFewWrites() {
    registered();
    Path file = directory.resolve("overlay/peers");

    tell(entry(2, 5));
    assertThat(file).content().contains(id(2).toString());
    tell(entry(3, 5));
    assertThat(file).content().doesNotContain(id(3).toString());
    time.advance(KnownPeers.KEPT_AFTER);
    assertThat(file).content().contains(id(3).toString());
    time.advance(KnownPeers.KEPT_AFTER);
    tell(entry(4, 5));
    assertThat(file).content().contains(id(4).toString());
  }

  @Test
  void whatIsGivenIsOnePass() {
    tell(entry(2, 5));
    registered();

    assertThat(host.applied()).hasSize(1);
    assertThat(peersOnHost()).containsExactly(id(2));
  }

  @Test
  void explainNamesOnlyWhatWasRefusedOfTheVeryAddress() {
    OverlayAgent agent = registered();
    AgentRecord bad =
        new AgentRecord(
            id(2),
            IpAddress.parse("9.9.9.10"),
            record(2).vtep(),
            Optional.empty(),
            record(2).subnets());
    tell(new PeerEntry(bad, AgentAddresses.mac(CONFIG, bad.vtep()), 5));

    assertThat(agent.explain(IpAddress.parse("9.9.9.10")).toText()).contains("AGENT_IP_IN_POOL");
    assertThat(agent.explain(IpAddress.parse("9.9.9.1")).toText())
        .doesNotContain("AGENT_IP_IN_POOL");
  }

  @Test
  void aGatewayHasPeersButNoBridges() {
    AgentRecord full = record(1);
    master.give(new AgentRecord(NODE, full.ip(), full.vtep(), Optional.empty(), List.of()));

    OverlayAgent agent = started(builder().wants(Wants.GATEWAY).build());
    tell(entry(2, 5));

    assertThat(agent.status().phase()).isEqualTo(AgentPhase.REGISTERED);
    assertThat(host.state().bridges()).isEmpty();
    assertThat(peersOnHost()).containsExactly(id(2));
  }

  @Test
  void aRefusedEntryIsListedAndSaysWhyAnAddressIsNobodys() {
    OverlayAgent agent = registered();
    AgentRecord bad =
        new AgentRecord(
            id(2),
            IpAddress.parse("9.9.9.9"),
            record(2).vtep(),
            Optional.empty(),
            record(2).subnets());
    tell(new PeerEntry(bad, AgentAddresses.mac(CONFIG, bad.vtep()), 5));

    assertThat(agent.status().peers().rejections())
        .extracting(Rejection::code)
        .containsExactly("AGENT_IP_IN_POOL");
    assertThat(peersOnHost()).isEmpty();
    var unused = store.forNode(id(3)).put(OverlayKeys.peer(id(3)), Bytes.utf8("?"));
    time.runReady();
    assertThat(agent.status().peers().rejections()).hasSize(2);
  }

  @Test
  void explainTellsWhatAnAddressIs() {
    OverlayAgent agent = registered();
    tell(entry(2, 5));

    assertThat(kind(agent, "192.0.2.1")).isEqualTo(Kind.OWN_HOST);
    assertThat(kind(agent, "44.128.0.1")).isEqualTo(Kind.OWN_VTEP);
    assertThat(kind(agent, "9.0.1.1")).isEqualTo(Kind.OWN_GATEWAY);
    assertThat(kind(agent, "9.0.1.7")).isEqualTo(Kind.OWN_CONTAINER);
    assertThat(kind(agent, "192.0.2.2")).isEqualTo(Kind.PEER_HOST);
    assertThat(kind(agent, "44.128.0.2")).isEqualTo(Kind.PEER_VTEP);
    assertThat(kind(agent, "9.0.2.7")).isEqualTo(Kind.PEER_CONTAINER);
    assertThat(kind(agent, "9.0.9.7")).isEqualTo(Kind.NOBODY_IN_OVERLAY);
    assertThat(kind(agent, "44.128.0.9")).isEqualTo(Kind.NOBODY_IN_VTEPS);
    assertThat(kind(agent, "203.0.113.1")).isEqualTo(Kind.NONE);

    AddressExplanation own = agent.explain(IpAddress.parse("9.0.1.200"));
    assertThat(own.overlay()).isEqualTo("dcos");
    assertThat(own.pool()).isEqualTo("docker");
    assertThat(own.isReachable()).isTrue();
    AddressExplanation peer = agent.explain(IpAddress.parse("9.0.2.7"));
    assertThat(peer.agent()).contains(id(2));
    assertThat(peer.isReachable()).isTrue();
    assertThat(peer.toText())
        .contains(
            "in a subnet of another host", "fdb: 70:b3:d5:80:00:02 dst 192.0.2.2: programmed");
  }

  private static Kind kind(OverlayAgent agent, String address) {
    return agent.explain(IpAddress.parse(address)).kind();
  }

  @Test
  void explainTellsWhyPacketsDoNotGetThere() {
    OverlayAgent agent = registered();
    tell(entry(2, 5));
    tell(entry(3, 5));
    host.faults(
        List.of(
            new HostFault(
                HostObject.ROUTE,
                "route 9.0.2.0/24 via 44.128.0.2",
                Optional.empty(),
                Optional.of(id(2)),
                "EEXIST",
                "a route of bird is there")));
    time.runReady();

    AddressExplanation faulty = agent.explain(IpAddress.parse("9.0.2.7"));
    assertThat(faulty.isReachable()).isFalse();
    assertThat(faulty.toText()).contains("route: 9.0.2.0/24: fault (EEXIST: route 9.0.2.0/24");
    assertThat(agent.explain(IpAddress.parse("10.0.2.7")).isReachable()).isTrue();
    assertThat(agent.explain(IpAddress.parse("9.0.3.7")).isReachable()).isTrue();
    host.hold();
    tell(entry(4, 5));
    assertThat(agent.explain(IpAddress.parse("9.0.4.7")).toText()).contains("pending");
    host.release();
    time.runReady();
    assertThat(agent.explain(IpAddress.parse("9.0.4.7")).isReachable()).isTrue();
  }

  @Test
  void thePlanIsEmptyOnceTheHostIsAsItShouldBe() {
    OverlayAgent agent = registered();
    assertThat(agent.plan().toCompletableFuture().join()).isEmpty();

    host.cleanup();

    assertThat(agent.plan().toCompletableFuture().join()).contains("add addr 9.0.1.1/25 m-dcos");
  }

  @Test
  void listenersHearOfEachStepAndHarmNothing() {
    master.give(record(1));
    OverlayAgent agent = builder().build();
    List<AgentStatus> seen = new ArrayList<>();
    var unused =
        agent.onStatus(
            status -> {
              throw new IllegalStateException("a faulty listener");
            });
    var subscription = agent.onStatus(seen::add);
    started(agent);

    assertThat(seen).extracting(AgentStatus::phase).contains(AgentPhase.REGISTERED);
    subscription.close();
    int before = seen.size();
    time.advance(Duration.ofMinutes(1));
    assertThat(seen).hasSize(before);
  }
}

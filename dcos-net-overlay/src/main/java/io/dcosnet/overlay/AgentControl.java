// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.overlay.agent.AgentMachine;
import io.dcosnet.overlay.agent.AgentStatus;
import io.dcosnet.overlay.agent.Command.Adopt;
import io.dcosnet.overlay.agent.OverlayStates;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.desired.DesiredState;
import io.dcosnet.overlay.desired.HostPlan;
import io.dcosnet.overlay.exchange.PeerScope;
import io.dcosnet.overlay.exchange.PeerTable;
import io.dcosnet.overlay.host.HostNetwork;
import io.dcosnet.overlay.host.HostReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent at work: what it was given and whom it knows become the state of the host, and the
 * others learn of it.
 *
 * <p><b>Confined to</b> the scheduler, except for {@link #status}.
 */
final class AgentControl implements HostApply.Listener, KnownPeers.Listener {

  /** So long a start waits for the first state to be on the host. */
  static final Duration START_PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(AgentControl.class);

  private final NodeId node;
  private final Wants wants;
  private final OptionalInt mtu;
  private final HostNetwork network;
  private final Scheduler scheduler;
  private final Executor executor;
  private final AgentFiles files;
  private final AgentMetrics metrics;
  private final Consumer<AgentStatus> listener;
  private final AgentMachine machine;
  private final MasterDialog dialog;
  private final HostApply apply;
  private final KnownPeers peers;
  private final OwnEntry ownEntry;
  private final NewestWrite<Assignment> kept;
  private final CompletableFuture<Void> firstPass = new CompletableFuture<>();
  private final List<String> notes = new ArrayList<>();

  private DesiredState desired = DesiredState.NOTHING;
  private Optional<HostReport> report = Optional.empty();
  private Optional<String> hostFailure = Optional.empty();
  private @Nullable Adopt awaited; // not on the host yet
  private @Nullable Adopt inPass; // what the pass under way is for
  private @Nullable Subscription reports;
  private Scheduler.@Nullable Timer startTimer;
  private Optional<Assignment> unsure = Optional.empty(); // see keepsOthers
  private boolean scoping;
  private long keptRevision; // by which the disk has what this host has
  private boolean closed;
  private volatile AgentStatus status;

  AgentControl(OverlayAgent.Parts parts, Scheduler scheduler, Executor executor) {
    this.node = parts.node();
    this.wants = parts.wants();
    this.mtu = parts.mtu();
    this.network = parts.network();
    this.scheduler = scheduler;
    this.executor = executor;
    this.files = new AgentFiles(parts.directory());
    this.metrics = parts.metrics();
    this.listener = parts.listener();
    this.machine = new AgentMachine(node, parts.address(), wants, parts.rules(), parts.random());
    this.dialog =
        new MasterDialog(machine, parts.master(), scheduler, this::adopt, this::show, metrics);
    this.apply = new HostApply(network, scheduler, this::desire, this, metrics);
    this.peers =
        new KnownPeers(node, parts.store(), files, scheduler, executor, this, this::show, metrics);
    this.ownEntry = new OwnEntry(node, parts.store(), scheduler, this::show, metrics);
    this.kept =
        new NewestWrite<>(
            "assignment",
            scheduler,
            value -> CompletableFuture.runAsync(() -> files.write(value), executor),
            this::show,
            metrics);
    this.status = snapshot();
    metrics.state(this::status);
  }

  AgentStatus status() {
    return status;
  }

  /** Completes when the host holds what is known, or cannot be made to within a while. */
  CompletionStage<Void> open() {
    return CompletableFuture.supplyAsync(this::read, executor)
        .thenAcceptAsync(this::begin, scheduler)
        .thenCompose(done -> firstPass);
  }

  private AgentFiles.Kept read() {
    Optional<String> unusable = network.unavailableBecause();
    if (unusable.isPresent()) {
      throw new DcosNetException("host network " + network.name() + ": " + unusable.get());
    }
    return files.read(node);
  }

  private void begin(AgentFiles.Kept before) {
    notes.addAll(before.notes());
    keptRevision = before.assignment().map(Assignment::revision).orElse(0L);
    unsure = before.assignment();
    ownEntry.recall();
    peers.open(before.peers());
    reports = network.onReport(pass -> scheduler.execute(() -> observe(pass)));
    dialog.step(() -> machine.begin(before.assignment()));
    if (before.assignment().isPresent()) {
      LOGGER.info(
          "overlay agent goes on with what it was given before revision={} peers={}",
          before.assignment().get().revision(),
          before.peers().size());
      startTimer = scheduler.schedule(START_PATIENCE, () -> firstPass.complete(null));
      follow();
    } else {
      firstPass.complete(null);
    }
  }

  /** This host is at another address of the underlay. */
  void moved(IpAddress address) {
    if (!closed && !machine.address().equals(address)) {
      LOGGER.info("overlay agent moved from={} to={}", machine.address(), address);
      dialog.step(() -> machine.moved(address));
      follow();
    }
  }

  /** Somebody knows of a new master. */
  void masterChanged() {
    dialog.step(machine::masterChanged);
  }

  private void adopt(Adopt adoption) {
    Assignment assignment = adoption.assignment();
    if (adoption.changed()) {
      LOGGER.info(
          "overlay agent was given its addresses revision={} vtep={} subnets={}",
          assignment.revision(),
          assignment.record().vtep(),
          assignment.record().subnets().size());
      keep(assignment);
    }
    awaited = adoption;
    follow();
  }

  private void keep(Assignment assignment) {
    keptRevision = assignment.revision();
    kept.write(assignment);
  }

  /** What this host has, or where it is, may have changed. */
  private void follow() {
    Optional<Assignment> now = machine.assignment();
    if (now.isPresent()) {
      scoping = true; // the pass below is for this, too
      try {
        peers.scoped(PeerScope.of(now.get(), machine.address()));
      } finally {
        scoping = false;
      }
      apply.request();
      show();
    }
  }

  private DesiredState desire() {
    inPass = awaited;
    desired =
        machine
            .assignment()
            .map(now -> HostPlan.of(now, machine.address(), wants, mtu, peers.table().peers()))
            .orElse(DesiredState.NOTHING);
    desired = keepsOthers() ? desired.keepingOthers() : desired;
    return desired;
  }

  /**
   * Whether an earlier process may have known somebody whom this one does not: it may have ended
   * before it kept them, and the store has told of nobody yet. Not with other addresses than those
   * of then, as nobody would know whose they were.
   */
  private boolean keepsOthers() {
    boolean changed =
        !unsure.map(Assignment::record).equals(machine.assignment().map(Assignment::record))
            || !unsure.map(Assignment::config).equals(machine.assignment().map(Assignment::config));
    if (changed || peers.table().tellsOfOthers()) {
      unsure = Optional.empty();
    }
    return unsure.isPresent();
  }

  @Override
  public void applied(HostReport pass) {
    hostFailure = Optional.empty();
    report = Optional.of(pass);
    passed(states(pass));
  }

  @Override
  public void failed(String reason) {
    if (!hostFailure.equals(Optional.of(reason))) {
      LOGGER.warn("the network of this host could not be changed: {}", reason);
    }
    hostFailure = Optional.of(reason);
    passed(machine.assignment().map(now -> OverlayStates.failed(now, reason)).orElse(List.of()));
  }

  private void passed(List<OverlayState> states) {
    firstPass.complete(null);
    if (awaited == null) {
      dialog.step(() -> machine.observed(states));
    } else if (awaited.equals(inPass)) {
      awaited = null;
      dialog.step(() -> machine.configured(states));
    } else {
      show();
    }
  }

  /** A pass that the network made by itself, or one of ours once more. */
  private void observe(HostReport pass) {
    if (closed) {
      return;
    }
    metrics.reported(pass);
    report = Optional.of(pass);
    if (awaited == null && hostFailure.isEmpty()) {
      dialog.step(() -> machine.observed(states(pass)));
    } else {
      show();
    }
  }

  private List<OverlayState> states(HostReport pass) {
    return machine.assignment().map(now -> OverlayStates.of(now, pass)).orElse(List.of());
  }

  @Override
  public void peersChanged(PeerTable before, boolean peersChanged) {
    if (closed) {
      return;
    }
    boolean sure = unsure.isPresent() && (peers.table().tellsOfOthers() || hasLost(before));
    if (sure) {
      unsure = Optional.empty();
    }
    if ((peersChanged || sure) && !scoping && machine.assignment().isPresent()) {
      apply.request();
    }
    OptionalLong withdrawn = peers.table().ownWithdrawal();
    if (withdrawn.isPresent() && !withdrawn.equals(before.ownWithdrawal())) {
      dialog.step(() -> machine.withdrawn(withdrawn.getAsLong()));
    }
    ownEntry.check();
    show();
  }

  /** Whether somebody is to be taken off the host, as a master has told. */
  private boolean hasLost(PeerTable before) {
    return !scoping && peers.table().peers().size() < before.peers().size();
  }

  private void show() {
    publish();
    status = snapshot();
    listener.accept(status);
  }

  private void publish() {
    Optional<Assignment> now = machine.assignment();
    if (now.isPresent() && !closed) {
      // Who is refused may be a copy of the agent that has the address; that one goes on there.
      boolean refused = machine.refusal().isPresent();
      IpAddress ip = refused ? now.get().record().ip() : machine.address();
      OptionalLong withdrawn = peers.table().ownWithdrawal();
      ownEntry.publish(now.get(), ip, withdrawn);
      long by = withdrawn.orElse(-1);
      if (keptRevision <= by && by < now.get().revision()) {
        keep(now.get()); // nobody would believe what a restart tells by an older revision
      }
    }
  }

  private AgentStatus snapshot() {
    return new AgentStatus(
        node,
        machine.address(),
        wants,
        machine.phase(),
        machine.assignment(),
        machine.configurationAttempts(),
        awaited == null ? machine.states() : OverlayStates.configuring(awaited.assignment()),
        machine.shortfalls(),
        machine.refusal(),
        alarms(),
        peers.table(),
        desired,
        report);
  }

  private List<Rejection> alarms() {
    List<Rejection> alarms = new ArrayList<>();
    machine.refusal().ifPresent(alarms::add);
    dialog.failure().ifPresent(reason -> alarms.add(alarm("master", "NO_MASTER", reason)));
    hostFailure.ifPresent(reason -> alarms.add(alarm("host", "HOST_NETWORK", reason)));
    kept.failure().ifPresent(reason -> alarms.add(alarm("disk", "NOT_KEPT", reason)));
    peers.failure().ifPresent(reason -> alarms.add(alarm("disk", "NOT_KEPT", reason)));
    ownEntry.failure().ifPresent(reason -> alarms.add(alarm("store", "NOT_TOLD", reason)));
    notes.forEach(note -> alarms.add(alarm("disk", "UNREADABLE_FILE", note)));
    peers.table().rejections().stream()
        .filter(refused -> refused.code().equals("CONFLICT") || refused.code().startsWith("OWN_"))
        .forEach(alarms::add);
    return alarms;
  }

  private Rejection alarm(String kind, String code, String detail) {
    return new Rejection(kind, node.toString(), code, detail);
  }

  /**
   * Ends everything; nothing is asked or watched any more. A step that fails leaves out none of
   * those after it; the first failure is that of the whole.
   */
  CompletionStage<?> close(boolean leaveInPlace) {
    CompletionStage<?> ended = CompletableFuture.runAsync(this::shut, scheduler);
    ended = then(ended, ownEntry::close); // before it is taken back, so that nobody puts it again
    ended = then(ended, () -> takeBack(leaveInPlace));
    ended = then(ended, () -> network.stop(leaveInPlace));
    ended = then(ended, peers::close);
    return then(ended, kept::close);
  }

  private CompletionStage<?> then(
      CompletionStage<?> before, Supplier<? extends CompletionStage<?>> step) {
    CompletableFuture<Void> both = new CompletableFuture<>();
    var unused =
        before.whenCompleteAsync(
            (done, first) ->
                attempt(step)
                    .whenComplete(
                        (ended, second) -> {
                          Throwable fault = first == null ? second : first;
                          if (fault == null) {
                            both.complete(null);
                          } else {
                            both.completeExceptionally(fault);
                          }
                        }),
            scheduler);
    return both;
  }

  private static CompletionStage<?> attempt(Supplier<? extends CompletionStage<?>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void shut() {
    closed = true;
    dialog.close();
    apply.close();
    if (reports != null) {
      reports.close();
    }
    if (startTimer != null) {
      startTimer.cancel();
    }
    firstPass.completeExceptionally(new DcosNetException("overlay agent: stopped"));
  }

  private CompletionStage<?> takeBack(boolean leaveInPlace) {
    if (leaveInPlace || machine.assignment().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return ownEntry
        .delete()
        .exceptionally(
            fault -> {
              LOGGER.warn("others go on to know of this host: {}", fault.getMessage());
              return null;
            });
  }
}

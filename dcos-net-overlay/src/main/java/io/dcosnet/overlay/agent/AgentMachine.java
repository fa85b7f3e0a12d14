// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.agent;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.overlay.agent.Command.Adopt;
import io.dcosnet.overlay.agent.Command.Register;
import io.dcosnet.overlay.agent.Command.Report;
import io.dcosnet.overlay.agent.Command.Wait;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.AppliedReport.OverlayState;
import io.dcosnet.overlay.link.AppliedReport.Status;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterAnswer.Assigned;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import io.dcosnet.overlay.link.RegisterAnswer.Refused;
import io.dcosnet.overlay.link.RegisterAnswer.Unchanged;
import io.dcosnet.overlay.link.RegisterRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How an agent and its master come to the same mind over a network that loses, delays and repeats.
 *
 * <pre>
 * REGISTERING ──answer──▶ CONFIGURING ──report taken, all well or tried enough──▶ REGISTERED
 *      ▲  ▲                    │                                                      │
 *      │  └─ not all well, or ─┘                                                      │
 *      └──── nobody answered, refused, told to wait, or another address ──────────────┘
 * </pre>
 *
 * <p>The way follows DC/OS ({@code dcos/dcos-mesos-modules overlay/agent.cpp}); heartbeats are
 * ours. What an agent has stays whatever happens here: only a newer assignment replaces it. An
 * answer by an older revision comes from a master that does not lead any more, and is passed over.
 *
 * <p><b>Confined to</b> one thread. It has no clock: its {@link Command}s say what is to be done.
 */
public final class AgentMachine {

  /** Masters know in memory only how hosts fare, so those that changed unnoticed are told, too. */
  static final int HEARTBEATS_PER_REPORT = 10;

  private final NodeId node;
  private final Wants wants;
  private final AgentRules rules;
  private final RandomGenerator random;
  private final Backoff backoff;

  private IpAddress address;
  private AgentPhase phase = AgentPhase.REGISTERING;
  private Optional<Assignment> assignment = Optional.empty();
  private List<OverlayState> states = List.of();
  private List<Rejection> shortfalls = List.of();
  private Optional<Rejection> refusal = Optional.empty();
  private boolean begun;
  private long attempt;
  private boolean asking;
  private int configurationAttempts;
  private int heartbeatsSinceReport;
  private long reports;
  private boolean reportOwed;
  private long staleAnswers;
  private long withdrawnBy;

  /**
   * One that has said nothing yet.
   *
   * @param address of this host on the underlay
   */
  public AgentMachine(
      NodeId node, IpAddress address, Wants wants, AgentRules rules, RandomGenerator random) {
    this.node = requireNonNull(node, "node");
    this.address = requireNonNull(address, "address");
    this.wants = requireNonNull(wants, "wants");
    this.rules = requireNonNull(rules, "rules");
    this.random = requireNonNull(random, "random");
    this.backoff = new Backoff(rules.firstRetry(), rules.longestRetry(), random);
  }

  /**
   * Begins.
   *
   * @param kept what it has by its own disk
   */
  public List<Command> begin(Optional<Assignment> kept) {
    begun = true;
    assignment = kept;
    return List.of(register());
  }

  /** The wait is over. */
  public List<Command> wake() {
    return asking ? List.of() : List.of(register());
  }

  private Register register() {
    asking = true;
    attempt++;
    RegisterRequest request =
        assignment
            .map(held -> RegisterRequest.holding(node, address, wants, held))
            .orElseGet(() -> RegisterRequest.first(node, address, wants));
    return new Register(request, attempt);
  }

  /** A request was answered, perhaps one that was given up before. */
  public List<Command> answered(long number, RegisterAnswer answer) {
    if (number != attempt || !asking) {
      return late(answer);
    }
    asking = false;
    if (answer instanceof Assigned assigned) {
      return isStale(assigned.assignment()) ? stale() : assigned(assigned);
    }
    if (answer instanceof Unchanged unchanged && assignment.isPresent()) {
      return unchanged(unchanged, assignment.get());
    }
    if (answer instanceof Later later) {
      // The master is there, so what it is busy with will be over before a long pause would.
      leaveRegistered();
      backoff.reset();
      return List.of(new Wait(later.after().plus(backoff.part(rules.firstRetry()))));
    }
    if (answer instanceof Refused refused) {
      refusal = Optional.of(refused.reason());
    }
    return retry();
  }

  /** What comes late may still be newer than what is known; all else is out of date. */
  private List<Command> late(RegisterAnswer answer) {
    if (answer instanceof Assigned assigned
        && !isStale(assigned.assignment())
        && assigned.assignment().record().ip().equals(address)
        && isNews(assigned.assignment())) {
      return List.of(adopt(assigned));
    }
    return List.of();
  }

  private boolean isStale(Assignment offered) {
    if (!offered.record().agent().equals(node)) {
      return true;
    }
    long held = assignment.map(Assignment::revision).orElse(0L);
    return offered.revision() < held || (offered.revision() == held && isNews(offered));
  }

  private boolean isNews(Assignment offered) {
    return assignment.map(held -> !held.hash().equals(offered.hash())).orElse(true);
  }

  private List<Command> stale() {
    staleAnswers++;
    return retry();
  }

  /** Nobody answered a request in time. */
  public List<Command> unanswered(long number) {
    if (number != attempt || !asking) {
      return List.of();
    }
    asking = false;
    configurationAttempts = 0; // whoever answers next may be another master
    reportOwed = true;
    return retry();
  }

  private List<Command> retry() {
    leaveRegistered();
    return List.of(new Wait(backoff.next()));
  }

  private void leaveRegistered() {
    phase = AgentPhase.REGISTERING;
  }

  private List<Command> assigned(Assigned answer) {
    backoff.reset();
    return List.of(adopt(answer), heartbeat());
  }

  private Adopt adopt(Assigned answer) {
    boolean changed = isNews(answer.assignment());
    assignment = Optional.of(answer.assignment());
    shortfalls = answer.shortfalls();
    refusal = Optional.empty();
    configuring();
    return new Adopt(answer.assignment(), changed);
  }

  private void configuring() {
    phase = AgentPhase.CONFIGURING;
    reports++; // a report of before says nothing about this
  }

  private List<Command> unchanged(Unchanged answer, Assignment held) {
    backoff.reset();
    refusal = Optional.empty();
    shortfalls = answer.shortfalls();
    Assignment confirmed =
        answer.revision() > held.revision()
            ? new Assignment(held.record(), held.config(), answer.revision())
            : held;
    assignment = Optional.of(confirmed);
    if (phase == AgentPhase.REGISTERING) {
      configuring();
      return List.of(new Adopt(confirmed, false), heartbeat());
    }
    heartbeatsSinceReport++;
    boolean due = reportOwed || heartbeatsSinceReport >= HEARTBEATS_PER_REPORT;
    return due && phase == AgentPhase.REGISTERED
        ? List.of(report(), heartbeat())
        : List.of(heartbeat());
  }

  private Wait heartbeat() {
    Duration tenth = rules.heartbeat().dividedBy(10);
    long spread = random.nextLong(tenth.multipliedBy(4).toNanos() + 1);
    return new Wait(tenth.multipliedBy(8).plusNanos(spread));
  }

  /**
   * What was adopted last was tried on the host.
   *
   * @param now one for each overlay that the agent has a piece of
   */
  public List<Command> configured(List<OverlayState> now) {
    states = List.copyOf(now);
    return phase == AgentPhase.CONFIGURING ? List.of(report()) : List.of();
  }

  /** Something became better or worse on the host by itself. */
  public List<Command> observed(List<OverlayState> now) {
    boolean news = !states.equals(now);
    states = List.copyOf(now);
    if (!news) {
      return List.of();
    }
    reportOwed = true;
    return phase == AgentPhase.REGISTERED ? List.of(report()) : List.of();
  }

  private Report report() {
    reportOwed = true;
    heartbeatsSinceReport = 0;
    Assignment held =
        assignment.orElseThrow(() -> new IllegalStateException("a report without an assignment"));
    reports++;
    return new Report(new AppliedReport(node, held.revision(), states), reports);
  }

  /** The master took a report; one that was overtaken by another does not matter any more. */
  public List<Command> acknowledged(long number) {
    if (number != reports) {
      return List.of();
    }
    reportOwed = false;
    if (phase != AgentPhase.CONFIGURING) {
      return List.of();
    }
    configurationAttempts++;
    boolean well =
        shortfalls.isEmpty() && states.stream().allMatch(one -> one.status() == Status.OK);
    if (well || configurationAttempts > rules.maxConfigurationAttempts()) {
      phase = AgentPhase.REGISTERED;
      return List.of();
    }
    return again();
  }

  /** Nobody took a report. */
  public List<Command> unacknowledged(long number) {
    return number == reports && phase == AgentPhase.CONFIGURING ? again() : List.of();
  }

  private List<Command> again() {
    leaveRegistered();
    return asking ? List.of() : List.of(new Wait(backoff.next()));
  }

  /** There is a new master, as far as somebody else knows; nothing before the begin, which asks. */
  public List<Command> masterChanged() {
    if (!begun) {
      return List.of();
    }
    configurationAttempts = 0;
    reportOwed = true;
    backoff.reset();
    return again();
  }

  /**
   * This host is at another address now; its master must know at once. Before the begin that is
   * only noted: whoever asks before the disk was read seems to hold nothing.
   */
  public List<Command> moved(IpAddress to) {
    if (address.equals(to)) {
      return List.of();
    }
    address = to;
    if (!begun) {
      return List.of();
    }
    leaveRegistered();
    backoff.reset();
    return List.of(register());
  }

  /** A master is said to have deleted this agent; if so, it has to register anew. */
  public List<Command> withdrawn(long revision) {
    long held = assignment.map(Assignment::revision).orElse(0L);
    if (revision <= withdrawnBy || revision < held || assignment.isEmpty()) {
      return List.of();
    }
    withdrawnBy = revision;
    leaveRegistered();
    backoff.reset();
    return List.of(register());
  }

  /** Whether this request was neither answered nor given up yet. */
  public boolean awaits(long number) {
    return asking && number == attempt;
  }

  public AgentPhase phase() {
    return phase;
  }

  /** What the agent works by. */
  public Optional<Assignment> assignment() {
    return assignment;
  }

  public IpAddress address() {
    return address;
  }

  /** How the overlays fare that the agent has a piece of. */
  public List<OverlayState> states() {
    return states;
  }

  /** What could not be given; asked for with each heartbeat. */
  public List<Rejection> shortfalls() {
    return shortfalls;
  }

  /** Why the master does not want this agent as it is; empty if it does. */
  public Optional<Rejection> refusal() {
    return refusal;
  }

  /** Reports that masters took since one of them came back, as {@code configuration_attempts}. */
  public int configurationAttempts() {
    return configurationAttempts;
  }

  /** Answers of masters that do not lead any more. */
  public long staleAnswers() {
    return staleAnswers;
  }
}

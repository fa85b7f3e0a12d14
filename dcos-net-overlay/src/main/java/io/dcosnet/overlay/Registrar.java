// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Claim;
import io.dcosnet.overlay.allocate.Dispute;
import io.dcosnet.overlay.allocate.Lineage;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.link.Assignment;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterAnswer.Later;
import io.dcosnet.overlay.link.RegisterAnswer.Refused;
import io.dcosnet.overlay.link.RegisterRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers agents that register: decides which of the ways an agent has to go, and makes an answer
 * of what came of it.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class Registrar {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration BUSY = Duration.ofSeconds(5);
  private static final Duration BEHIND = Duration.ofSeconds(30);
  private static final Duration LONG_GONE = Duration.ofDays(10_000);
  private static final Logger LOGGER = LoggerFactory.getLogger(Registrar.class);

  private final Allocations allocations;
  private final Hearing hearing;
  private final IdentityWatch identities;
  private final Heard heard;
  private final Withdrawals withdrawals;
  private final Published published;
  private final MasterMetrics metrics;
  private final Scheduler scheduler;
  private final Runnable changed;

  /** Agents whose addresses a person has given free for others. */
  private final Set<NodeId> yielded = new HashSet<>();

  private long behind;

  Registrar(
      Allocations allocations,
      Hearing hearing,
      IdentityWatch identities,
      Heard heard,
      Withdrawals withdrawals,
      Published published,
      MasterMetrics metrics,
      Scheduler scheduler,
      Runnable changed) {
    this.allocations = allocations;
    this.hearing = hearing;
    this.identities = identities;
    this.heard = heard;
    this.withdrawals = withdrawals;
    this.published = published;
    this.metrics = metrics;
    this.scheduler = scheduler;
    this.changed = changed;
  }

  /** Greatest revision that an agent had heard of and we had not then, in this term. */
  long behind() {
    return behind;
  }

  /** From now on another agent may inherit from this one as if it were silent. */
  void giveUp(NodeId agent) {
    yielded.add(agent);
  }

  /** A term has ended. */
  void clear() {
    yielded.clear();
    behind = 0;
  }

  CompletionStage<RegisterAnswer> register(RegisterRequest request) {
    Leader.View view = allocations.view();
    if (view.state().isEmpty()) {
      boolean soon = view.status().phase() == AllocationStatus.Phase.RECOVERING;
      return later(soon ? "RECOVERING" : "NOT_LEADING", view.status().reason(), SOON);
    }
    AllocationState state = view.state().get();
    Optional<AgentRecord> known = state.agent(request.agent());
    Optional<RegisterAnswer> duplicate = duplicate(request, known);
    if (duplicate.isPresent()) {
      return CompletableFuture.completedFuture(duplicate.get());
    }
    if (state.lineage().stage() != Lineage.Stage.OPEN) {
      hearing.hear(request);
      changed.run();
      return later(
          "RECOVERING",
          "agents are asked what they have before anything is given out",
          hearing.remaining());
    }
    long told = state.lineage().told(view.status().revision());
    if (request.revision() > told) {
      String reason = behind(request, told);
      if (request.held().isPresent() && request.revision() <= Claim.MAX_REVISION) {
        hearing.beginForOneAhead(request);
      }
      return later("BEHIND", reason, BEHIND);
    }
    Optional<Claim> claim = claim(request, state, known);
    CompletionStage<Registration> decided =
        claim.isPresent()
            ? hearing.settle(claim.get(), List.of(), told)
            : allocations.registration(
                request.agent(), (now, moment) -> decide(request, now, moment));
    return decided.thenApply(registration -> answer(request, registration));
  }

  private Step<Registration> decide(RegisterRequest request, AllocationState state, Moment moment) {
    Optional<NodeId> holder = state.agentAt(request.ip()).map(AgentRecord::agent);
    Moment seen =
        holder.filter(yielded::contains).isEmpty()
            ? moment
            : new Moment(
                moment.nanos(),
                agent -> yielded.contains(agent) ? LONG_GONE : moment.silence().apply(agent));
    return Allocator.register(state, request.agent(), request.ip(), request.wants(), seen);
  }

  private Optional<RegisterAnswer> duplicate(RegisterRequest request, Optional<AgentRecord> known) {
    long before = identities.freezes();
    long shown = identities.version();
    Optional<IpAddress> heldAt =
        identities.judge(
            request.agent(), request.ip(), known.map(AgentRecord::ip), scheduler.time().nanos());
    if (identities.freezes() > before) {
      metrics.duplicateId();
      LOGGER.error(
          "two hosts have the same id, it is held at its first address agent={} addresses={}",
          request.agent(),
          identities.frozen().stream()
              .filter(frozen -> frozen.agent().equals(request.agent()))
              .map(MasterStatus.FrozenId::heardFrom)
              .toList());
    }
    if (identities.version() != shown) {
      changed.run();
    }
    return heldAt.map(
        at ->
            new Refused(
                rejection(
                    request,
                    "DUPLICATE_ID",
                    "registers from "
                        + request.ip()
                        + " and from "
                        + at
                        + " (expected: one host for each id; give one of them a new one)")));
  }

  private String behind(RegisterRequest request, long told) {
    metrics.behind();
    if (behind <= told) { // we have caught up since, if it was so before
      LOGGER.error(
          "an agent has heard of later revisions than the store has: another master leads, or the"
              + " store was replaced by an older one agent={} heard={} ours={}",
          request.agent(),
          request.revision(),
          told);
    }
    if (request.revision() > behind) {
      behind = request.revision();
      changed.run();
    }
    return "heard of revision " + request.revision() + " (expected: at most " + told + ")";
  }

  /** What an agent says to have counts only where the store has nothing to say about it. */
  private Optional<Claim> claim(
      RegisterRequest request, AllocationState state, Optional<AgentRecord> known) {
    Optional<Dispute> dispute = state.dispute(request.agent());
    boolean disputed = dispute.filter(one -> !one.isDropped()).isPresent();
    boolean late =
        known.isEmpty()
            && dispute.isEmpty()
            && request.revision() <= state.lineage().base()
            && !state.formerAgents().contains(request.agent());
    if (request.revision() < 1 || !(disputed || late)) {
      return Optional.empty();
    }
    return request
        .held()
        .map(held -> Claim.of(held, request.ip(), request.revision()))
        .filter(Claim::isCredible)
        .filter(said -> disputed || !published.isWithdrawn(said));
  }

  private RegisterAnswer answer(RegisterRequest request, Registration registration) {
    if (registration instanceof Registration.Refused refused) {
      return new Refused(refused.reason());
    }
    if (registration instanceof Registration.Unavailable unavailable) {
      Rejection reason = unavailable.reason();
      return new Later(reason, reason.code().equals("BUSY") ? BUSY : SOON);
    }
    return assigned(request, (Registration.Assigned) registration);
  }

  /** Answered by what is safe now, which may be more than when it was decided. */
  private RegisterAnswer assigned(RegisterRequest request, Registration.Assigned assigned) {
    Leader.View view = allocations.view();
    AgentRecord record = assigned.agent();
    view.state().ifPresent(state -> assigned.replaced().ifPresent(one -> replaced(one, state)));
    if (!view.state().flatMap(state -> state.agent(record.agent())).equals(Optional.of(record))) {
      return new Later(rejection(request, "OVERTAKEN", "was changed meanwhile"), SOON);
    }
    AllocationState state = view.state().orElseThrow();
    long told = state.lineage().told(view.status().revision());
    yielded.removeIf(agent -> state.agent(agent).isEmpty());
    if (!assigned.reclaimed().isEmpty()) {
      reclaimed(assigned.reclaimed(), told);
    }
    if (heard.wants(request.agent(), request.wants())) {
      changed.run();
    }
    Assignment assignment = new Assignment(record, state.config(), told);
    if (request.held().isPresent() && heard.hash(assignment).equals(request.hash())) {
      metrics.unchanged();
      return new RegisterAnswer.Unchanged(told, assigned.shortfalls());
    }
    return new RegisterAnswer.Assigned(assignment, assigned.shortfalls());
  }

  /** Hosts would believe what it told them for ever. */
  private void replaced(AgentRecord former, AllocationState state) {
    NodeId agent = former.agent();
    if (state.agent(agent).isEmpty()) {
      LOGGER.info(
          "another agent has the address of a silent one agent={} ip={}", agent, former.ip());
      heard.forget(agent);
      identities.forget(agent);
      yielded.remove(agent);
      withdrawals.gone(
          List.of(agent), state.lineage().told(allocations.view().status().revision()));
      changed.run();
    }
  }

  private void reclaimed(List<AgentRecord> losers, long told) {
    for (AgentRecord loser : losers) {
      LOGGER.warn(
          "a silent agent lost what it had, as nothing else was left agent={} ip={}",
          loser.agent(),
          loser.ip());
      heard.forget(loser.agent());
    }
    metrics.reclaimed(losers.size());
    withdrawals.gone(losers.stream().map(AgentRecord::agent).toList(), told);
  }

  private static CompletionStage<RegisterAnswer> later(String code, String reason, Duration after) {
    return CompletableFuture.completedFuture(new Later(Leader.reason(code, reason), after));
  }

  private static Rejection rejection(RegisterRequest request, String code, String detail) {
    return new Rejection("agent", request.agent().toString(), code, detail);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Changes;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Step;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One time of leading, from a complete read of the store to the first write of which the outcome is
 * not success. Commands that wait together are written together; one transaction is under way at a
 * time, and nobody is answered from what it has not confirmed.
 *
 * <p><b>Confined to</b> the scheduler.
 */
final class Term {

  /** Commands that change something and share a transaction. */
  static final int MAX_STEPS = 512;

  /** After this part of what the store takes at once a transaction is full. */
  private static final int FULL = 4;

  /** Commands in one turn of the scheduler, which others share. */
  private static final int MAX_TURN = 2048;

  private static final Logger LOGGER = LoggerFactory.getLogger(Term.class);

  /** Told how it goes. */
  interface Owner {
    /** A new state is safe. */
    void committed(AllocationState state, long revision);

    /** The term is over; those who wait are told afterwards. */
    void ended(Ending ending);
  }

  /** Why a term is over, and so what has to come before another one. */
  enum Cause {
    /** Somebody else leads: nothing here. */
    FENCED,
    /** What became of a write can be read from the store. */
    UNCERTAIN,
    /** A write may still happen, at any time: it has to be fenced before the store is read. */
    SILENT
  }

  /** The end of a term, with the reason for a person. */
  record Ending(Cause cause, String reason) {}

  /** A command whose answer waits for the transaction. */
  private record Decided<A>(Task<A> task, A outcome) {
    void tell(AllocationState safe) {
      task.tell(outcome, safe);
    }
  }

  private final DurableStore store;
  private final Scheduler scheduler;
  private final long epoch;
  private final Duration timeout;
  private final OverlayMetrics metrics;
  private final Owner owner;
  private final Map<String, Long> revisions;
  private final Map<NodeId, Long> heardOf = new HashMap<>();
  private final long since;
  private final int fullBytes;

  /** What one command may write behind others that fill a transaction almost. */
  private final int maxStepBytes;

  private final Deque<Task<?>> queue = new ArrayDeque<>();
  private AllocationState state;
  private List<Decided<?>> inFlight = List.of();
  private boolean committing;
  private boolean drainComes;
  private boolean over;

  /**
   * @param revisions of all keys in the store; changed in place
   */
  Term(
      DurableStore store,
      Scheduler scheduler,
      long epoch,
      AllocationState state,
      Map<String, Long> revisions,
      Duration timeout,
      OverlayMetrics metrics,
      Owner owner) {
    this.store = store;
    this.scheduler = scheduler;
    this.epoch = epoch;
    this.state = state;
    this.revisions = revisions;
    this.timeout = timeout;
    this.metrics = metrics;
    this.owner = owner;
    this.since = scheduler.time().nanos();
    this.fullBytes = store.maxBatchBytes() / FULL;
    this.maxStepBytes = store.maxBatchBytes() - fullBytes;
  }

  void submit(Task<?> task) {
    queue.add(task);
    drainSoon();
  }

  /** An agent was heard of. */
  void heard(NodeId agent) {
    heardOf.put(agent, scheduler.time().nanos());
  }

  /** Ends it from outside; nobody is told through the owner. */
  void end(String reason) {
    over = true;
    tellAll("NOT_LEADING", reason, "UNCERTAIN");
  }

  /** Behind what was handed in before, so that callers who come together are written together. */
  private void drainSoon() {
    if (!drainComes && !committing && !over) {
      drainComes = true;
      scheduler.execute(this::drain);
    }
  }

  private void drain() {
    drainComes = false;
    if (over || committing) {
      return;
    }
    Moment moment = new Moment(scheduler.time().nanos(), this::silence);
    AllocationState next = state;
    List<Changes> changes = new ArrayList<>();
    List<Decided<?>> decided = new ArrayList<>();
    long bytes = 0;
    for (int turn = 0; turn < MAX_TURN && !queue.isEmpty(); turn++) {
      if (changes.size() >= MAX_STEPS || bytes >= fullBytes) {
        break;
      }
      Step<?> step = decide(queue.remove(), next, moment, changes.isEmpty(), decided);
      if (step != null && !step.changes().isEmpty()) {
        changes.add(step.changes());
        bytes += step.changes().bytes();
        next = step.state();
      }
    }
    if (!changes.isEmpty()) {
      commit(next, Changes.all(changes), decided);
    } else if (!queue.isEmpty()) {
      drainSoon();
    }
  }

  private <A> @Nullable Step<A> decide(
      Task<A> task,
      AllocationState next,
      Moment moment,
      boolean nothingPending,
      List<Decided<?>> decided) {
    Step<A> step;
    try {
      step = task.command().apply(next, moment);
    } catch (RuntimeException fault) {
      LOGGER.error("a command failed, nothing was changed", fault);
      task.answer().completeExceptionally(fault);
      return null;
    }
    if (step.changes().bytes() > maxStepBytes) {
      String detail = step.changes().bytes() + " bytes in one step, nothing was changed";
      task.refuse(Leader.reason("TOO_LARGE", detail + " (expected: at most " + maxStepBytes + ")"));
      return null;
    }
    boolean safe = nothingPending || isSafe(task.shown().apply(step.answer()), next);
    if (step.changes().isEmpty() && safe) {
      task.tell(step.answer(), next);
    } else {
      decided.add(new Decided<>(task, step.answer()));
    }
    return step;
  }

  /** True for a record that is durable and that what is pending does not touch. */
  private boolean isSafe(Optional<AgentRecord> shown, AllocationState next) {
    return shown.isPresent()
        && state.agent(shown.get().agent()).equals(shown)
        && next.agent(shown.get().agent()).equals(shown);
  }

  private Duration silence(NodeId agent) {
    return Duration.ofNanos(
        scheduler.time().nanos() - Math.max(since, heardOf.getOrDefault(agent, since)));
  }

  private void commit(AllocationState next, Changes changes, List<Decided<?>> decided) {
    committing = true;
    inFlight = decided;
    long begun = scheduler.time().nanos();
    Scheduler.Timer timer =
        scheduler.schedule(
            timeout,
            () ->
                fail(Cause.SILENT, "no outcome within " + timeout.toSeconds() + " s", "UNCERTAIN"));
    CompletionStage<DurableStore.Outcome> outcome;
    try {
      outcome = store.commit(changes.toBatch(epoch, revisions));
    } catch (RuntimeException fault) {
      timer.cancel();
      fail(Cause.UNCERTAIN, "commit failed: " + fault, "UNCERTAIN");
      return;
    }
    var unused =
        outcome.whenComplete(
            (result, fault) ->
                scheduler.execute(
                    () -> {
                      timer.cancel();
                      metrics.committed(scheduler.time().nanos() - begun, decided.size());
                      settle(next, changes, result, fault);
                    }));
  }

  private void settle(
      AllocationState next,
      Changes changes,
      DurableStore.@Nullable Outcome outcome,
      @Nullable Throwable fault) {
    if (over) {
      return; // ended meanwhile: whoever leads next reads from the store what became of it
    }
    if (outcome instanceof DurableStore.Committed done) {
      believe(next, changes, done.revision());
    } else if (outcome instanceof DurableStore.Conflict conflict) {
      fail(Cause.UNCERTAIN, "somebody else has written " + conflict.key(), "NOT_LEADING");
    } else if (outcome instanceof DurableStore.Fenced fenced) {
      String reason = "somebody else leads with epoch " + fenced.epoch() + ", ours is " + epoch;
      fail(Cause.FENCED, reason, "NOT_LEADING");
    } else if (outcome instanceof DurableStore.Unknown unknown) {
      fail(Cause.UNCERTAIN, "outcome of a write is unknown: " + unknown.reason(), "UNCERTAIN");
    } else {
      fail(Cause.UNCERTAIN, "a write failed: " + fault, "UNCERTAIN");
    }
  }

  private void believe(AllocationState next, Changes changes, long revision) {
    changes
        .entries()
        .forEach(
            (key, value) -> {
              if (value.isPresent()) {
                revisions.put(key, revision);
              } else {
                revisions.remove(key);
              }
            });
    state = next;
    forgetSilence(next);
    committing = false;
    List<Decided<?>> told = inFlight;
    inFlight = List.of();
    owner.committed(next, revision);
    told.forEach(decided -> decided.tell(next));
    if (!queue.isEmpty()) {
      drainSoon();
    }
  }

  /** Of agents that are gone; never more are kept than there are agents and disputes. */
  private void forgetSilence(AllocationState now) {
    if (heardOf.size() > now.agents().size() + now.disputes().size()) {
      heardOf
          .keySet()
          .removeIf(agent -> now.agent(agent).isEmpty() && now.dispute(agent).isEmpty());
    }
  }

  /** The owner first: whoever is told that nobody leads here must see it here, too. */
  private void fail(Cause cause, String reason, String codeInFlight) {
    if (!over) {
      over = true;
      owner.ended(new Ending(cause, reason));
      tellAll(cause == Cause.FENCED ? "NOT_LEADING" : "RECOVERING", reason, codeInFlight);
    }
  }

  private void tellAll(String codeWaiting, String reason, String codeInFlight) {
    List<Decided<?>> lost = inFlight;
    inFlight = List.of();
    List<Task<?>> waiting = new ArrayList<>(queue);
    queue.clear();
    lost.forEach(decided -> decided.task().refuse(Leader.reason(codeInFlight, reason)));
    Rejection later = Leader.reason(codeWaiting, reason);
    waiting.forEach(task -> task.refuse(later));
  }
}

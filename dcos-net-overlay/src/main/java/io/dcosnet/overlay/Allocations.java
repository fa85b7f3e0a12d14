// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.store.DurableStore;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Allocator;
import io.dcosnet.overlay.allocate.Moment;
import io.dcosnet.overlay.allocate.Reconfiguration;
import io.dcosnet.overlay.allocate.Registration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Step;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Gives agents their addresses, one process at a time for a cluster, and keeps what it gave in a
 * {@link DurableStore}.
 *
 * <p>Nobody is told anything that is not safe in the store. Whoever asks while a transaction is
 * under way shares the next one. When a write ends in anything but success, this process stops at
 * once, forgets what it believed, and tells all who wait; it then reads the store again, and goes
 * on if nobody else leads. If somebody does, it stays idle until {@link #lead} is called again. Who
 * shall lead is decided elsewhere, and whoever decides has to call {@link #resign} before the next
 * one leads: a leader that does not know of its end is stopped by its first write, but would go on
 * to tell agents what they have, which needs none.
 *
 * <p><b>Thread-safe.</b> It has no thread: decisions run on the scheduler, on which stages are
 * completed too, so what is attached to them must be short and must not block.
 */
public final class Allocations {

  /** A master that cannot write for so long stops leading, as in DC/OS. */
  public static final Duration DEFAULT_COMMIT_TIMEOUT = Duration.ofMinutes(5);

  /** Requests that may wait at once; those beyond are told {@code BUSY}. */
  public static final int MAX_WAITING = 100_000;

  private final Scheduler scheduler;
  private final OverlayMetrics metrics;
  private final Leader leader;
  private final AtomicInteger waiting = new AtomicInteger();

  private Allocations(Builder builder) {
    this.scheduler = builder.scheduler;
    this.metrics = new OverlayMetrics(builder.metrics);
    this.leader =
        new Leader(builder.store, builder.config, scheduler, builder.commitTimeout, metrics);
  }

  /**
   * A builder of an idle one; nothing is read or written before {@link #lead}.
   *
   * @param store holds the allocations of one cluster and nothing else; not closed by this
   * @param config shall be in force from then on; where it would take something from an agent, the
   *     last one in the store stays in force and {@link AllocationStatus#blockers} says why
   * @param scheduler decisions run on; a transaction of 512 agents takes it some 10 ms, and reading
   *     a store of 10 000 agents some tenths of a second
   */
  public static Builder builder(DurableStore store, NetworkConfig config, Scheduler scheduler) {
    return new Builder(store, config, scheduler);
  }

  /**
   * Takes the lead: fences everybody who led before, reads the whole store, checks it.
   *
   * @return completes when agents are served; fails with {@link DcosNetException} when the store
   *     could not be read or written, is damaged (the message names every fault, for two owners of
   *     one element both), or {@link #resign} was called. While leading, or about to, the stage of
   *     the first call counts
   */
  public CompletionStage<Void> lead() {
    CompletableFuture<Void> told = new CompletableFuture<>();
    onScheduler(() -> leader.lead(told), told::completeExceptionally);
    return told.minimalCompletionStage();
  }

  /** Stops leading and forgets everything; who waits is told that somebody else has to be asked. */
  public void resign() {
    onScheduler(leader::resign, fault -> {});
  }

  /** Whether it leads, and if not, why. */
  public AllocationStatus status() {
    return leader.status();
  }

  /** Status and state of one moment. */
  Leader.View view() {
    return leader.view();
  }

  /** Who has what, as it is safe in the store; empty unless leading. */
  public Optional<AllocationState> state() {
    return leader.state();
  }

  /**
   * Tells of each change of phase from now on, in order, on the scheduler; what listens must not
   * block.
   */
  public Subscription onStatus(Consumer<AllocationStatus> listener) {
    leader.listeners.add(requireNonNull(listener, "listener"));
    return () -> leader.listeners.remove(listener);
  }

  /**
   * An agent registers, for the first time or again ({@link Allocator#register}). It counts as
   * heard of when it is served.
   *
   * @return its answer, when it is safe
   */
  public CompletionStage<Registration> register(NodeId agent, IpAddress ip, Wants wants) {
    requireNonNull(agent, "agent");
    requireNonNull(ip, "ip");
    requireNonNull(wants, "wants");
    return registration(
        agent, (state, moment) -> Allocator.register(state, agent, ip, wants, moment));
  }

  /** As {@link #register}, decided by another command. */
  CompletionStage<Registration> registration(
      NodeId agent, BiFunction<AllocationState, Moment, Step<Registration>> command) {
    return submit(
        command,
        answer ->
            answer instanceof Registration.Assigned assigned
                ? Optional.of(assigned.agent())
                : Optional.empty(),
        Registration.Unavailable::new,
        registration -> registered(agent, registration));
  }

  private void registered(NodeId agent, Registration registration) {
    if (registration instanceof Registration.Assigned assigned) {
      leader.heard(agent);
      metrics.assigned();
      assigned.shortfalls().forEach(shortfall -> metrics.failed(shortfall.code()));
    } else if (registration instanceof Registration.Refused refused) {
      if (refused.reason().code().equals("CLAIM_DISPUTED")) {
        leader.heard(agent); // its containers use what it claims
      }
      metrics.failed(refused.reason().code());
    } else if (registration instanceof Registration.Unavailable unavailable) {
      metrics.failed(unavailable.reason().code());
    }
  }

  /** An agent is alive; nothing is written. */
  public void heard(NodeId agent) {
    requireNonNull(agent, "agent");
    onScheduler(() -> leader.heard(agent), fault -> {});
  }

  /** Agents are deleted ({@link Allocator#remove}). */
  public CompletionStage<Removal> remove(Removal.Request request) {
    requireNonNull(request, "request");
    return submit(
        (state, moment) -> Allocator.remove(state, request, moment),
        answer -> Optional.empty(),
        Removal.Unavailable::new,
        removal -> {
          if (removal instanceof Removal.Removed removed) {
            metrics.removed(removed.agents().size());
          }
        });
  }

  /** Another configuration is wanted from now on ({@link Allocator#reconfigure}). */
  public CompletionStage<Reconfiguration> reconfigure(NetworkConfig config) {
    requireNonNull(config, "config");
    return submit(
        (state, moment) -> Allocator.reconfigure(state, config),
        answer -> Optional.empty(),
        Reconfiguration.Unavailable::new,
        answer -> {
          if (answer instanceof Reconfiguration.Accepted) {
            leader.accepted(config);
          }
        });
  }

  /**
   * @param follow what to do on the scheduler before anybody is told
   */
  <A> CompletionStage<A> submit(
      BiFunction<AllocationState, Moment, Step<A>> command,
      Function<A, Optional<AgentRecord>> shown,
      Function<Rejection, A> unavailable,
      Consumer<A> follow) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    Task<A> task = new Task<>(command, shown, unavailable, answer);
    // Attached before anybody can complete it, so that it never runs on the caller's thread.
    CompletionStage<A> told =
        answer.whenComplete(
            (value, fault) -> {
              waiting.decrementAndGet();
              if (fault == null) {
                follow.accept(value);
              }
            });
    if (waiting.incrementAndGet() > MAX_WAITING) {
      task.refuse(Leader.reason("BUSY", MAX_WAITING + " requests wait (expected: fewer)"));
    } else {
      onScheduler(
          () -> leader.submit(task),
          fault -> task.refuse(Leader.reason("NOT_LEADING", "the scheduler is closed: " + fault)));
    }
    return told;
  }

  /** A scheduler that is closed takes nothing; then there is nobody who could lead either. */
  private void onScheduler(Runnable work, Consumer<RejectedExecutionException> refused) {
    try {
      scheduler.execute(work);
    } catch (RejectedExecutionException fault) {
      refused.accept(fault);
    }
  }

  /** Gathers what an allocator needs. <b>Confined to</b> the building thread. */
  public static final class Builder {

    private final DurableStore store;
    private final NetworkConfig config;
    private final Scheduler scheduler;
    private MetricsSink metrics = MetricsSink.none();
    private Duration commitTimeout = DEFAULT_COMMIT_TIMEOUT;

    private Builder(DurableStore store, NetworkConfig config, Scheduler scheduler) {
      this.store = requireNonNull(store, "store");
      this.config = requireNonNull(config, "config");
      this.scheduler = requireNonNull(scheduler, "scheduler");
    }

    /** Where figures go; nowhere by default. */
    public Builder metrics(MetricsSink sink) {
      this.metrics = requireNonNull(sink, "sink");
      return this;
    }

    /**
     * How long a transaction may be under way, more than 0; 5 min by default. Short: a slow disk
     * ends the lead. Long: agents wait for a master that cannot write.
     */
    public Builder commitTimeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout: " + timeout + " (expected: more than 0)");
      }
      this.commitTimeout = timeout;
      return this;
    }

    public Allocations build() {
      return new Allocations(this);
    }
  }
}

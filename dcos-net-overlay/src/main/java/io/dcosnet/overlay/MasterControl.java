// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.overlay.allocate.AgentRecord;
import io.dcosnet.overlay.allocate.AllocationState;
import io.dcosnet.overlay.allocate.Lineage;
import io.dcosnet.overlay.allocate.Reconfiguration;
import io.dcosnet.overlay.allocate.Removal;
import io.dcosnet.overlay.allocate.Wants;
import io.dcosnet.overlay.config.NetworkConfig;
import io.dcosnet.overlay.link.AppliedReport;
import io.dcosnet.overlay.link.RegisterAnswer;
import io.dcosnet.overlay.link.RegisterRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds the parts of a master together.
 *
 * <p><b>Thread-safe</b>: everything is handed to the scheduler; what others see are snapshots.
 */
final class MasterControl {

  /** What agents told, of one moment. */
  private record Told(
      long version,
      Map<NodeId, AppliedReport> reports,
      Map<NodeId, Wants> wants,
      List<MasterStatus.FrozenId> frozen,
      long behind) {}

  private final Scheduler scheduler;
  private final Allocations allocations;
  private final Leads leads;
  private final Subscription phases;
  private final Hearing hearing;
  private final IdentityWatch identities = new IdentityWatch();
  private final Heard heard = new Heard();
  private final Withdrawals withdrawals;
  private final Registrar registrar;
  private volatile Told told = new Told(0, Map.of(), Map.of(), List.of(), 0);
  private Scheduler.@Nullable Timer sweep;

  MasterControl(OverlayMaster.Builder builder) {
    scheduler = builder.net.scheduler();
    allocations =
        Allocations.builder(
                requireNonNull(builder.durable, "store"),
                requireNonNull(builder.config, "config"),
                scheduler)
            .metrics(builder.net.metrics())
            .commitTimeout(builder.commitTimeout)
            .build();
    MasterMetrics metrics = new MasterMetrics(builder.net.metrics());
    leads = new Leads(allocations, builder.election, scheduler);
    withdrawals = new Withdrawals(builder.replicated, scheduler, metrics);
    Published published = new Published(builder.replicated);
    hearing = new Hearing(allocations, scheduler, metrics, published);
    registrar =
        new Registrar(
            allocations,
            hearing,
            identities,
            heard,
            withdrawals,
            published,
            metrics,
            scheduler,
            this::changed);
    metrics.watch(this::status, this::view);
    phases = allocations.onStatus(this::phaseChanged);
  }

  CompletionStage<Void> open() {
    return onScheduler(leads::open, CompletableFuture::failedFuture);
  }

  CompletionStage<Void> close() {
    return onScheduler(
        () -> {
          leads.close();
          phases.close();
          termEnds();
          return CompletableFuture.completedFuture(null);
        },
        fault -> CompletableFuture.completedFuture(null)); // a closed scheduler leads nobody
  }

  /** Called on the scheduler before anybody is answered in the new phase. */
  private void phaseChanged(AllocationStatus status) {
    if (status.phase() == AllocationStatus.Phase.LEADING) {
      allocations.state().ifPresent(this::termBegins);
    } else {
      termEnds();
    }
  }

  private void termBegins(AllocationState state) {
    hearing.termBegins(state);
    sweep();
    changed();
  }

  private void termEnds() {
    hearing.termEnds();
    heard.clear();
    identities.clear();
    registrar.clear();
    withdrawals.clear();
    if (sweep != null) {
      sweep.cancel();
      sweep = null;
    }
    changed();
  }

  private void sweep() {
    sweep = scheduler.schedule(Withdrawals.SWEEP, this::sweep);
    long shown = identities.version();
    identities.age(scheduler.time().nanos());
    if (identities.version() != shown) {
      changed();
    }
    allocations
        .state()
        .filter(state -> state.lineage().stage() == Lineage.Stage.OPEN)
        .ifPresent(state -> withdrawals.sweep(state, revision(state)));
  }

  private long revision(AllocationState state) {
    return state.lineage().told(allocations.view().status().revision());
  }

  /** What agents told has changed: everybody sees it from now on. */
  private void changed() {
    told =
        new Told(
            told.version() + 1,
            heard.reports(),
            heard.wants(),
            identities.frozen(),
            registrar.behind());
  }

  CompletionStage<RegisterAnswer> register(RegisterRequest request) {
    return onScheduler(
        () -> registrar.register(request),
        fault ->
            CompletableFuture.completedFuture(
                new RegisterAnswer.Later(
                    Leader.reason("NOT_LEADING", "this master has ended"), Duration.ofSeconds(1))));
  }

  CompletionStage<Void> applied(AppliedReport report) {
    return whileLeading(
        state -> {
          if (state.agent(report.agent()).isPresent()) {
            allocations.heard(report.agent());
            if (heard.report(report)) {
              changed();
            }
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  CompletionStage<Removal> remove(Removal.Request request) {
    return onScheduler(
        () -> allocations.remove(request).thenApply(this::removed),
        fault ->
            CompletableFuture.completedFuture(
                new Removal.Unavailable(Leader.reason("NOT_LEADING", "this master has ended"))));
  }

  private Removal removed(Removal removal) {
    if (removal instanceof Removal.Removed removed) {
      allocations
          .state()
          .ifPresent(
              state -> {
                // Who registered again in the same transaction is not gone.
                List<NodeId> gone =
                    removed.agents().stream()
                        .map(AgentRecord::agent)
                        .filter(agent -> state.agent(agent).isEmpty())
                        .toList();
                gone.forEach(heard::forget);
                gone.forEach(identities::forget);
                withdrawals.gone(gone, revision(state));
                changed();
              });
    }
    return removal;
  }

  CompletionStage<Void> giveUp(Set<NodeId> agents) {
    return whileLeading(
        state -> {
          agents.forEach(registrar::giveUp);
          return CompletableFuture.completedFuture(null);
        });
  }

  CompletionStage<Reconfiguration> reconfigure(NetworkConfig config) {
    return allocations.reconfigure(config);
  }

  CompletionStage<Void> rebuild() {
    return whileLeading(state -> hearing.begin());
  }

  private CompletionStage<Void> whileLeading(
      Function<AllocationState, CompletionStage<Void>> work) {
    return onScheduler(
        () ->
            allocations
                .state()
                .map(work)
                .orElseGet(() -> CompletableFuture.failedFuture(Leads.notLeading())),
        CompletableFuture::failedFuture);
  }

  MasterStatus status() {
    Leader.View now = allocations.view();
    Told seen = told;
    long revision =
        now.state().map(state -> state.lineage().told(now.status().revision())).orElse(0L);
    Optional<Hearing.View> collecting = now.state().isEmpty() ? Optional.empty() : hearing.view();
    return new MasterStatus(
        now.status(),
        revision,
        leads.leader(),
        collecting.map(
            view -> Duration.ofNanos(Math.max(0, view.endNanos() - scheduler.time().nanos()))),
        collecting.map(Hearing.View::claims).orElse(0),
        now.state().map(AllocationState::disputes).stream()
            .flatMap(Collection::stream)
            .filter(dispute -> !dispute.isDropped())
            .toList(),
        seen.frozen(),
        seen.behind() > revision ? seen.behind() : 0);
  }

  Optional<MasterView> view() {
    Leader.View now = allocations.view();
    Told seen = told;
    return now.state()
        .map(
            state ->
                new MasterView(
                    state,
                    now.status().epoch(),
                    state.lineage().told(now.status().revision()),
                    seen.version(),
                    seen.reports(),
                    seen.wants()));
  }

  Optional<URI> elsewhere() {
    return leads.elsewhere();
  }

  long nanos() {
    return scheduler.time().nanos();
  }

  /** Runs there, and completes there, so that nobody is called on a thread of ours by surprise. */
  private <T> CompletionStage<T> onScheduler(
      Supplier<CompletionStage<T>> work, Function<DcosNetException, CompletionStage<T>> refused) {
    CompletableFuture<T> told = new CompletableFuture<>();
    try {
      scheduler.execute(
          () -> {
            CompletionStage<T> done;
            try {
              done = work.get();
            } catch (RuntimeException fault) {
              done = CompletableFuture.failedFuture(fault);
            }
            var unused =
                done.whenComplete(
                    (value, fault) -> {
                      if (fault == null) {
                        told.complete(value);
                      } else {
                        told.completeExceptionally(fault);
                      }
                    });
          });
    } catch (RejectedExecutionException fault) {
      return refused.apply(new DcosNetException("the scheduler is closed", fault));
    }
    return told;
  }
}

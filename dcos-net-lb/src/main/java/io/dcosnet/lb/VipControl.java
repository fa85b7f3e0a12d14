// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.ClusterUpdate;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.vip.VipDirectory;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.exchange.BackendPublisher;
import io.dcosnet.lb.exchange.BackendView;
import io.dcosnet.lb.exchange.DrainKey;
import io.dcosnet.lb.exchange.NameClaims;
import io.dcosnet.lb.health.HealthSnapshot;
import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.lb.vip.ClusterVips;
import io.dcosnet.lb.vip.NameClaim;
import io.dcosnet.lb.vip.TableAssembly;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipChange;
import io.dcosnet.lb.vip.VipTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a load balancer: tasks go out to the store, back ends come in from it, the
 * table goes to the data path, and names follow: a new name only after the data path serves it, one
 * that is gone before the data path lets go of it.
 *
 * <p><b>Confined to</b> the scheduler, but for the volatile snapshots.
 */
final class VipControl {

  private static final Duration RECONCILE = Duration.ofSeconds(10);
  private static final int RENEWAL = 8;
  private static final Logger LOGGER = LoggerFactory.getLogger(VipControl.class);

  private final Scheduler scheduler;
  private final @Nullable ClusterSource cluster;
  private final ClusterVips vips;
  private final BackendPublisher publisher;
  private final BackendView view;
  private final TableAssembly assembly;
  private final Here here;
  private final Fitness fitness;
  private final Drains drains;
  private final DrainRequests drainRequests;
  private final FirstTable firstTable;
  private final NameClaims claims;
  private final Suspects suspects;
  private final Checks checks;
  private final Convergence convergence;
  private final RandomGenerator random;
  private final DataPath dataPath;
  private final LbMetrics metrics;
  private final VipFacts facts;
  private final VipExplainer explainer;
  private final Refusals refusals;
  private final Directory directory = new Directory();
  private final ServedNames served = new ServedNames();
  private final CompletableFuture<Void> firstApplied = new CompletableFuture<>();

  private @Nullable Subscription clusterSubscription;
  private Scheduler.@Nullable Timer dueTimer;
  private Scheduler.@Nullable Timer expiryTimer;
  private Scheduler.@Nullable Timer reconcileTimer;
  private boolean assembling;
  private boolean settled;
  private boolean closed;

  private volatile VipTable table = VipTable.EMPTY;
  private volatile ApplyReport report = new ApplyReport(VipTable.EMPTY, Map.of());
  private volatile long failOpen;
  private volatile long guarding;
  private volatile long collisions;
  private volatile long drainCount;
  private volatile long unheeded;

  VipControl(VipLoadBalancer.Builder builder, DataPath dataPath, LbMetrics metrics) {
    Parts parts = new Parts(builder, metrics);
    this.dataPath = dataPath;
    this.metrics = metrics;
    scheduler = parts.scheduler();
    random = parts.random();
    cluster = builder.cluster;
    vips = parts.clusterVips();
    publisher = parts.publisher();
    convergence = new Convergence(scheduler.time(), metrics);
    drains = parts.drains(this::drainsChanged);
    view =
        parts.view(
            parts.limits(drains, this::failsChecks), convergence::noted, this::backendsChanged);
    drainRequests = new DrainRequests(scheduler, vips, view, drains);
    firstTable = new FirstTable(scheduler, dataPath::outlivesItsProcess, () -> apply(table));
    checks = parts.checks(drains::nodes, view::checksChanged);
    suspects = parts.suspects(this::table);
    assembly = parts.assembly();
    here = parts.here();
    fitness =
        parts.fitness(
            here, (key, why) -> convergence.noted(key, why, 0), () -> backendsChanged(Set.of()));
    claims =
        parts.claims(
            new NameClaims.Listener() {
              @Override
              public void claimed(
                  IpAddress address, NodeId writer, @Nullable NameClaim claim, boolean lives) {
                assembly.claim(address, writer, claim, lives);
              }

              @Override
              public void changed() {
                backendsChanged(Set.of());
              }
            });
    refusals = new Refusals(scheduler, metrics);
    facts = parts.facts(assembly, dataPath);
    explainer =
        new VipExplainer(
            scheduler,
            facts,
            convergence,
            new ExplainSources(vips, view, assembly, this::rejections),
            new ExplainServing(assembly, here, dataPath, fitness::snapshot),
            parts.elsewhere(convergence::of),
            drains::others);
  }

  VipExplainer explainer() {
    return explainer;
  }

  VipFacts facts() {
    return facts;
  }

  Directory directory() {
    return directory;
  }

  VipTable table() {
    return table;
  }

  ApplyReport report() {
    return report;
  }

  HealthSnapshot health() {
    return fitness.snapshot();
  }

  List<Rejection> rejections() {
    return refusals.all();
  }

  DrainRequests drains() {
    return drainRequests;
  }

  boolean isGuarding() {
    return guarding > 0;
  }

  CompletionStage<?> open() {
    Capabilities capabilities = dataPath.probe();
    facts.probed(capabilities);
    dataPath.onChange(() -> scheduler.execute(() -> apply(table)));
    if (!capabilities.usable()) {
      throw new DataPathUnusableException(
          "data path " + dataPath.name() + ": " + capabilities.detail() + " (mend or replace it)");
    }
    metrics.vips(() -> table.services().size());
    metrics.backends(
        () -> table.services().values().stream().mapToLong(s -> s.targets().size()).sum());
    metrics.unreachableVips(() -> failOpen);
    metrics.checksUnheeded(() -> unheeded);
    metrics.partitionGuard(() -> guarding);
    metrics.nameCollisions(() -> collisions);
    metrics.faultyServices(this::faulty);
    metrics.drains(() -> drainCount);
    scheduler.execute(
        () -> {
          firstTable.open();
          fitness.open(dataPath);
          publisher.recall();
          claims.open();
          drains.open();
          explainer.open();
          suspects.open(dataPath);
          checks.open();
          view.open();
          if (cluster != null) {
            clusterSubscription = cluster.subscribe(scheduler, this::clusterChanged);
          }
          reconcileTimer = scheduler.schedule(RECONCILE, this::reconcile);
        });
    return firstApplied;
  }

  CompletionStage<Void> close(boolean leaveInPlace, Duration grace) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    scheduler.execute(
        () -> {
          closed = true;
          cancel(dueTimer);
          cancel(expiryTimer);
          cancel(reconcileTimer);
          if (clusterSubscription != null) {
            clusterSubscription.close();
          }
          firstTable.close();
          fitness.close();
          view.close();
          drains.close();
          explainer.close();
          claims.close();
          suspects.close();
          checks.close();
          publisher.close();
          refusals.close();
          directory.publish(VipDirectory.Snapshot.EMPTY);
          dataPath
              .stop(leaveInPlace, grace)
              .whenComplete(
                  (ok, failure) -> {
                    if (failure == null) {
                      done.complete(null);
                    } else {
                      done.completeExceptionally(failure);
                    }
                  });
        });
    return done;
  }

  CompletionStage<List<VipChange>> changes(VipKey key) {
    return CompletableFuture.supplyAsync(() -> convergence.of(key), scheduler);
  }

  private boolean failsChecks(Place place) {
    return checks.isDown(place);
  }

  private void drainsChanged(Set<String> tasks) {
    drainCount = drains.view().drains().stream().filter(held -> !held.entry().off()).count();
    view.drainsChanged(tasks);
  }

  private static void cancel(Scheduler.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  // Tasks → store

  private void clusterChanged(ClusterUpdate update) {
    if (closed) {
      return;
    }
    publish(vips.apply(update, scheduler.time().nanos()));
    publisher.ended(ClusterVips.ended(update));
    if (here.follow(update)) {
      backendsChanged(Set.of());
    }
    if (!settled) {
      settled = true;
      publisher.settle();
      firstTable.settled();
    }
  }

  private void publish(Set<Place> changed) {
    for (Place place : changed) {
      if (vips.outlived(place)) {
        publisher.leave(place);
      } else {
        publisher.set(place, vips.backend(place));
      }
    }
    refusals.labels(vips.takeFresh(), vips.refused());
    armExpiry();
  }

  private void armExpiry() {
    cancel(expiryTimer);
    long now = scheduler.time().nanos();
    OptionalLong at = vips.nextExpiry(now);
    expiryTimer =
        at.isEmpty()
            ? null
            : scheduler.schedule(
                Duration.ofNanos(Math.max(0, at.getAsLong() - now)),
                () -> publish(vips.expire(scheduler.time().nanos())));
  }

  // Store → table → data path → names

  private void backendsChanged(Set<VipKey> keys) {
    keys.forEach(key -> assembly.put(key, view.candidates(key), view.takeEnded(key)));
    if (!assembling && !closed) {
      assembling = true;
      scheduler.execute(this::assemble); // behind what is queued, so that a burst is one table
    }
  }

  private void assemble() {
    assembling = false;
    if (closed) {
      return;
    }
    long now = scheduler.time().nanos();
    VipTable before = table;
    VipTable next = fitness.tune(assembly.assemble(now));
    table = next;
    convergence.decided(before, next);
    facts.decided(next);
    failOpen = assembly.failOpenCount();
    guarding = view.isGuarding() ? 1 : 0;
    unheeded = view.unheeded().size();
    collisions = assembly.collisions();
    refusals.backends(assembly.refused());
    armDue(now);
    share(next);
    if (assembly.claimsDue()) {
      claim(false);
    }
    directory.publish(served.update(assembly, report));
    if (!next.equals(before) || !firstApplied.isDone() || !drains.unconfirmed().isEmpty()) {
      apply(next);
    }
  }

  /** What this node finds of back ends, for the others. */
  private void share(VipTable served) {
    checks.follow(served);
    suspects.ejected(fitness.distrusted());
  }

  private void claim(boolean renew) {
    long wallMillis = scheduler.time().wallMillis();
    long now = scheduler.time().nanos();
    claims.tell(assembly.claims(publisher::publishes, renew, now, wallMillis));
  }

  private void armDue(long now) {
    cancel(dueTimer);
    OptionalLong due = assembly.nextDue(now);
    dueTimer =
        due.isEmpty()
            ? null
            : scheduler.schedule(
                Duration.ofNanos(Math.max(0, due.getAsLong() - now)), this::assemble);
  }

  private void reconcile() {
    reconcileTimer = scheduler.schedule(RECONCILE, this::reconcile);
    drains.sweep(tasks -> tasks.stream().anyMatch(task -> !view.places(task).isEmpty()));
    // What dead nodes claimed is told again by one or the other, not by all at once.
    claim(random.nextInt(RENEWAL) == 0);
    share(table);
    apply(table);
  }

  private void apply(VipTable applied) {
    if (firstTable.holds(applied)) {
      firstApplied.complete(null);
      return;
    }
    List<DrainKey> drained = assembling ? List.of() : drains.unconfirmed();
    List<Convergence.Step> steps = convergence.open();
    long begun = scheduler.time().nanos();
    dataPath
        .apply(applied)
        .whenCompleteAsync(
            (done, failure) -> {
              if (closed) {
                firstApplied.complete(null); // nobody waits for it any more
                return;
              }
              if (failure != null) {
                LOGGER.error("data path {} refused a table", dataPath.name(), failure);
                facts.failed(failure);
                firstApplied.completeExceptionally(failure);
                return;
              }
              report = done;
              facts.applied(done, begun);
              directory.publish(served.update(assembly, report));
              firstApplied.complete(null);
              drains.applied(drained);
              convergence.applied(steps);
            },
            scheduler);
  }

  private long faulty() {
    return report.services().values().stream()
        .filter(outcome -> outcome.state() != ApplyReport.State.SERVING)
        .count();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.lb;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.health.BackendHealth;
import io.dcosnet.lb.health.BackendHealth.Cause;
import io.dcosnet.lb.health.HealthRules;
import io.dcosnet.lb.vip.Candidate;
import io.dcosnet.lb.vip.ServiceOptions;
import io.dcosnet.lb.vip.TableAssembly;
import io.dcosnet.lb.vip.TableLimits;
import io.dcosnet.lb.vip.VipAddresses;
import io.dcosnet.lb.vip.VipBackend.Place;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.netty.NetRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VIPs of a file on their way to a data path: what leaves the file drains, what fails is left out
 * for a while, and what could not be served is tried again.
 *
 * <p><b>Confined to</b> the scheduler, but for what says otherwise.
 */
final class LbService {

  private static final Logger LOGGER = LoggerFactory.getLogger(LbService.class);
  private static final Duration RETRY = Duration.ofSeconds(10);
  private static final NodeId NOBODY = new NodeId(new UUID(0, 0));

  private static final String LEFT_OUT =
      ": left out: no back ends (clients may wait in vain; one of weight 0 has them refused)";

  private final Scheduler scheduler;
  private final DataPath path;
  private final TableAssembly assembly;
  private final BackendHealth health;
  private final Consumer<String> tell;
  private Map<VipKey, List<Candidate>> wanted = Map.of();
  private List<String> told = List.of();
  private VipTable table = VipTable.EMPTY;
  private Scheduler.@Nullable Timer due;
  private Scheduler.@Nullable Timer judging;
  private boolean begun;
  private boolean closed;
  private volatile @Nullable ApplyReport report;

  /**
   * @param defaults how VIPs are carried
   * @param drain how long connections go on whose back end left the file
   * @param tell gets a line for each thing that a person should know
   */
  LbService(
      NetRuntime net,
      DataPath path,
      ServiceOptions defaults,
      Duration drain,
      Consumer<String> tell) {
    scheduler = net.scheduler();
    this.path = path;
    this.tell = tell;
    TableLimits usual = TableLimits.DEFAULTS;
    assembly =
        TableAssembly.sharing(
            VipAddresses.defaults(),
            VipAddresses.DEFAULT_NAME_GRACE,
            VipAddresses.DEFAULT_QUARANTINE,
            new TableLimits(usual.maxVips(), usual.maxBackendsPerVip(), drain, Duration.ZERO),
            defaults,
            () -> NOBODY);
    health = new BackendHealth(HealthRules.defaults(), net.random(), new Verdicts());
  }

  private final class Verdicts implements BackendHealth.Listener {
    @Override
    public void alarm() {
      scheduler.execute(LbService.this::judge);
    }

    @Override
    public void ejected(Place place, Cause cause, long nanos) {
      LOGGER.info("ejected vip=\"{}\" backend={} cause={}", place.key(), place.endpoint(), cause);
    }

    @Override
    public void returned(Place place) {
      LOGGER.info("trusted again vip=\"{}\" backend={}", place.key(), place.endpoint());
    }
  }

  /** What the file has now. Comes from any thread; completes when the path has it. */
  CompletableFuture<ApplyReport> serve(Map<VipKey, List<Candidate>> vips) {
    CompletableFuture<ApplyReport> done = new CompletableFuture<>();
    scheduler.execute(
        () -> {
          if (!begun) {
            begun = true;
            var unused = path.observe(health);
            var unusedToo = path.onChange(() -> scheduler.execute(this::apply));
            retry();
          }
          take(vips);
          assemble(done);
        });
    return done;
  }

  /** The table of these VIPs, without doing anything about it. Comes from any thread. */
  CompletableFuture<VipTable> tableOf(Map<VipKey, List<Candidate>> vips) {
    Supplier<VipTable> work =
        () -> {
          take(vips);
          return assembly.assemble(scheduler.time().nanos());
        };
    return CompletableFuture.supplyAsync(work, scheduler);
  }

  private void take(Map<VipKey, List<Candidate>> vips) {
    for (VipKey key : wanted.keySet()) {
      if (!vips.containsKey(key)) {
        assembly.put(key, List.of());
      }
    }
    vips.forEach(
        (key, candidates) -> {
          if (!candidates.equals(wanted.get(key))) {
            assembly.put(key, candidates);
            if (candidates.isEmpty()) {
              tell.accept(key + LEFT_OUT);
            }
          }
        });
    wanted = vips;
  }

  private void assemble(@Nullable CompletableFuture<ApplyReport> done) {
    if (closed) {
      return;
    }
    long now = scheduler.time().nanos();
    VipTable next = health.warm(health.fit(assembly.assemble(now), now));
    cancel(due);
    due = at(assembly.nextDue(now), () -> assemble(null));
    armJudge();
    if (done != null || !next.equals(table)) {
      table = next;
      apply(done);
    }
  }

  private void apply() {
    apply(null);
  }

  private void apply(@Nullable CompletableFuture<ApplyReport> done) {
    if (closed) {
      return;
    }
    path.apply(table)
        .whenCompleteAsync(
            (applied, failure) -> {
              if (failure == null) {
                report = applied;
                tellFaults(applied);
              } else if (!closed) {
                tell.accept("data path " + path.name() + ": " + reason(failure));
              }
              if (done != null && failure == null) {
                done.complete(applied);
              } else if (done != null) {
                done.completeExceptionally(failure);
              }
            },
            scheduler);
  }

  static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return String.valueOf((cause == null ? failure : cause).getMessage());
  }

  /** What is not served, when that is news. */
  private void tellFaults(ApplyReport applied) {
    List<String> faults = new ArrayList<>();
    new TreeMap<>(applied.services())
        .forEach(
            (frontend, outcome) -> {
              if (outcome.state() != State.SERVING) {
                faults.add(frontend + ": not served: " + outcome.state() + ": " + outcome.reason());
              }
            });
    for (Rejection one : assembly.refused()) {
      faults.add(one.subject() + ": left out: " + one.code() + ": " + one.detail());
    }
    faults.stream().filter(line -> !told.contains(line)).forEach(tell);
    told = faults;
  }

  private void judge() {
    if (closed) {
      return;
    }
    if (health.judge(scheduler.time().nanos())) {
      assemble(null);
    } else {
      armJudge();
    }
  }

  private void armJudge() {
    cancel(judging);
    judging = at(health.nextDue(scheduler.time().nanos()), this::judge);
  }

  private Scheduler.@Nullable Timer at(OptionalLong nanos, Runnable work) {
    if (nanos.isEmpty()) {
      return null;
    }
    long left = Math.max(0, nanos.getAsLong() - scheduler.time().nanos());
    return scheduler.schedule(Duration.ofNanos(left), work);
  }

  private void retry() {
    if (!closed) {
      var unused =
          scheduler.schedule(
              RETRY,
              () -> {
                apply();
                retry();
              });
    }
  }

  /** What became of the last table; null before the first. Comes from any thread. */
  @Nullable ApplyReport report() {
    return report;
  }

  /**
   * Ends it. Comes from any thread.
   *
   * @param leaveInPlace whether what works without this process stays
   */
  CompletableFuture<Void> close(boolean leaveInPlace, Duration grace) {
    return CompletableFuture.runAsync(
            () -> {
              closed = true;
              cancel(due);
              cancel(judging);
            },
            scheduler)
        .thenCompose(ok -> path.stop(leaveInPlace, grace));
  }

  private static void cancel(Scheduler.@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}

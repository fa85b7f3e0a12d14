// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A data path that only remembers the newest table: for tests of hosts, dry runs, and nodes that
 * follow the VIPs of a cluster without serving them.
 *
 * <p>It does what a test wants of it: takes its time, refuses a table, cannot serve a front end,
 * tells of traffic that there never was.
 *
 * <pre>{@code
 * MemoryDataPath path = new MemoryDataPath();
 * VipLoadBalancer vips =
 *     VipLoadBalancer.builder(net).store(store).dataPath(DataPaths.of(path)).build();
 * path.hold();                                            // what is applied now waits
 * path.refuse(web, State.BIND_FAILED, "port is taken");   // and then this is not served
 * path.release();
 * path.traffic().failed(web, backend, Failure.REFUSED);   // as if a back end had refused somebody
 * assertThat(path.table().service(web)).isPresent();
 * }</pre>
 *
 * <p><b>Thread-safe.</b>
 */
public final class MemoryDataPath implements DataPath {

  private final TrafficObservers observers = new TrafficObservers();
  private final Executor pace;

  // Guards all below; no foreign code runs in it.
  private final Object lock = new Object();
  private final Map<Frontend, Outcome> refused = new HashMap<>();
  private VipTable table = VipTable.EMPTY;
  private long applied;
  private @Nullable VipTable newest;
  private List<CompletableFuture<ApplyReport>> waiting = new ArrayList<>();
  private boolean applying;
  private boolean held;
  private boolean stopped;
  private @Nullable RuntimeException failure;

  /** A path with an empty table that has each new one at once. */
  public MemoryDataPath() {
    pace = Runnable::run;
  }

  /**
   * A path with an empty table that needs a while for each new one.
   *
   * @throws IllegalArgumentException for less than no time
   */
  public MemoryDataPath(Scheduler scheduler, Duration each) {
    requireNonNull(scheduler, "scheduler");
    if (each.isNegative()) {
      throw new IllegalArgumentException("each: " + each + " (expected: 0 or more)");
    }
    pace = work -> scheduler.schedule(each, work);
  }

  // What it has

  /** The table that was applied last. */
  public VipTable table() {
    synchronized (lock) {
      return table;
    }
  }

  /** How many tables were applied; those that were skipped for newer ones are not among them. */
  public long applied() {
    synchronized (lock) {
      return applied;
    }
  }

  /** True once it was stopped. */
  public boolean stopped() {
    synchronized (lock) {
      return stopped;
    }
  }

  // What a test wants of it

  /** Applies nothing until {@link #release()}; what comes meanwhile waits. */
  public void hold() {
    synchronized (lock) {
      held = true;
    }
  }

  /** Applies again, first the newest table of those that wait. */
  public void release() {
    synchronized (lock) {
      held = false;
    }
    advance();
  }

  /** Fails every table with this from now on, until {@link #work()}; the one it has stays. */
  public void fail(RuntimeException with) {
    synchronized (lock) {
      failure = requireNonNull(with, "with");
    }
  }

  /** Fails no more. */
  public void work() {
    synchronized (lock) {
      failure = null;
    }
  }

  /** Tells from the next table on that this front end is not served, until {@link #serve}. */
  public void refuse(Frontend frontend, State state, String reason) {
    requireNonNull(frontend, "frontend");
    if (state == State.SERVING) {
      throw new IllegalArgumentException("state: SERVING (expected: one that is not served)");
    }
    synchronized (lock) {
      refused.put(frontend, new Outcome(state, null, reason));
    }
  }

  /** Tells from the next table on that this front end is served. */
  public void serve(Frontend frontend) {
    synchronized (lock) {
      refused.remove(frontend);
    }
  }

  /** What is told to this is told to everybody who observes the path. */
  public TrafficObserver traffic() {
    return observers;
  }

  // What every path does

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Capabilities probe() {
    return new Capabilities(true, "remembers tables", Set.of(Protocol.values()), true);
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable newTable) {
    requireNonNull(newTable, "newTable");
    CompletableFuture<ApplyReport> report = new CompletableFuture<>();
    synchronized (lock) {
      if (stopped) {
        return CompletableFuture.failedStage(isStopped());
      }
      newest = newTable;
      waiting.add(report);
    }
    advance();
    return report.minimalCompletionStage();
  }

  private void advance() {
    synchronized (lock) {
      if (newest == null || applying || held) {
        return;
      }
      applying = true;
    }
    pace.execute(this::applyNewest);
  }

  private void applyNewest() {
    List<CompletableFuture<ApplyReport>> told;
    ApplyReport report;
    RuntimeException failed;
    synchronized (lock) {
      applying = false;
      VipTable next = newest;
      if (next == null || held) { // stopped or held meanwhile
        return;
      }
      newest = null;
      told = waiting;
      waiting = new ArrayList<>();
      failed = failure;
      if (failed == null) {
        table = next;
        applied++;
      }
      report = report(next);
    }
    for (CompletableFuture<ApplyReport> stage : told) {
      if (failed == null) {
        stage.complete(report);
      } else {
        stage.completeExceptionally(failed);
      }
    }
    advance();
  }

  private ApplyReport report(VipTable of) {
    Map<Frontend, Outcome> outcomes = new HashMap<>();
    for (Frontend frontend : of.services().keySet()) {
      outcomes.put(frontend, refused.getOrDefault(frontend, Outcome.serving(frontend.endpoint())));
    }
    return new ApplyReport(of, outcomes);
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    return observers.add(observer);
  }

  /** {@inheritDoc} What is left in place is the table. */
  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    List<CompletableFuture<ApplyReport>> told;
    synchronized (lock) {
      stopped = true;
      newest = null;
      told = waiting;
      waiting = new ArrayList<>();
      if (!leaveInPlace) {
        table = VipTable.EMPTY;
      }
    }
    told.forEach(stage -> stage.completeExceptionally(isStopped()));
    return CompletableFuture.completedStage(null);
  }

  private static IllegalStateException isStopped() {
    return new IllegalStateException("memory: stopped");
  }
}

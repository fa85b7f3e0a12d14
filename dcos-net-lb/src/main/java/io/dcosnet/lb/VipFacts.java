// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.vip.TableAssembly;
import io.dcosnet.lb.vip.VipTable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a load balancer tells of itself to those who look: snapshots of all VIPs, made when somebody
 * asks, and how the data path fares.
 *
 * <p><b>Confined to</b> the scheduler, but for what says otherwise.
 */
final class VipFacts {

  private final Scheduler scheduler;
  private final TableAssembly assembly;
  private final String zone;
  private final long run;
  private final ChangeBell bell = new ChangeBell();
  private VipTable table = VipTable.EMPTY;
  private ApplyReport report = new ApplyReport(VipTable.EMPTY, Map.of());
  private @Nullable VipSnapshot last;
  private long lastTold;
  private final DataPath path;
  private volatile DataPathStatus dataPath;

  VipFacts(Scheduler scheduler, TableAssembly assembly, String zone, DataPath dataPath) {
    this.scheduler = scheduler;
    this.assembly = assembly;
    this.zone = zone;
    run = scheduler.time().wallMillis();
    path = dataPath;
    this.dataPath = DataPathStatus.of(dataPath.name());
  }

  /** How the data path fares. Comes from any thread. */
  DataPathStatus dataPath() {
    return dataPath.of(path);
  }

  /** Called when something is different. Comes from any thread. */
  Subscription onChange(Executor executor, Runnable listener) {
    return bell.listen(executor, listener);
  }

  /** All VIPs; the same object as before when nothing changed. Comes from any thread. */
  CompletionStage<VipSnapshot> snapshot() {
    return CompletableFuture.supplyAsync(this::take, scheduler);
  }

  VipSnapshot take() {
    long told = assembly.toldVersion();
    VipSnapshot before = last;
    if (before == null
        || told != lastTold
        || !table.equals(before.table())
        || !report.equals(before.report())) {
      long version = before == null ? 1 : before.version() + 1;
      last = new VipSnapshot(run, version, zone, assembly.told(), table, report);
      lastTold = told;
    }
    return requireNonNull(last);
  }

  void probed(Capabilities capabilities) {
    dataPath = dataPath.probed(capabilities);
  }

  /** A table was made, perhaps the same as before. */
  void decided(VipTable now) {
    table = now;
    bell.ring();
  }

  /** The data path has a table. */
  void applied(ApplyReport now, long begunNanos) {
    Duration took = Duration.ofNanos(Math.max(0, scheduler.time().nanos() - begunNanos));
    dataPath = dataPath.applied(scheduler.time().wallMillis(), took);
    report = now;
    bell.ring();
  }

  /** The data path refused a table. */
  void failed(Throwable cause) {
    dataPath = dataPath.failed(cause);
    bell.ring();
  }
}

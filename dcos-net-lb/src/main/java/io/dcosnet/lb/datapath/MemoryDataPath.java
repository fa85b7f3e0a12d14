// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.vip.VipTable;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A data path that only remembers the newest table: for tests, dry runs, and nodes that follow the
 * VIPs of a cluster without serving them.
 *
 * <p><b>Thread-safe.</b>
 */
public final class MemoryDataPath implements DataPath {

  private volatile VipTable table = VipTable.EMPTY;
  private volatile boolean stopped;

  /** A path with an empty table. */
  public MemoryDataPath() {}

  /** The newest table. */
  public VipTable table() {
    return table;
  }

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
    if (stopped) {
      return CompletableFuture.failedStage(new IllegalStateException("memory: stopped"));
    }
    table = requireNonNull(newTable, "newTable");
    Map<Frontend, Outcome> outcomes = new HashMap<>();
    for (Frontend frontend : newTable.services().keySet()) {
      outcomes.put(frontend, Outcome.serving(frontend.endpoint()));
    }
    return CompletableFuture.completedStage(new ApplyReport(newTable, outcomes));
  }

  /** There is no traffic to tell of. */
  @Override
  public Subscription observe(TrafficObserver observer) {
    return () -> {};
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    stopped = true;
    if (!leaveInPlace) {
      table = VipTable.EMPTY;
    }
    return CompletableFuture.completedStage(null);
  }
}

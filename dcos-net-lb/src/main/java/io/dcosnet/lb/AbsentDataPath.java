// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.Capabilities;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.TrafficObserver;
import io.dcosnet.lb.vip.VipTable;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Stands for a path that this process cannot even load, so that the lack is a reason like any
 * other.
 *
 * <p><b>Immutable.</b>
 */
record AbsentDataPath(String name, String lack) implements DataPath {

  @Override
  public Capabilities probe() {
    return new Capabilities(false, lack, Set.of(), false);
  }

  @Override
  public CompletionStage<ApplyReport> apply(VipTable table) {
    return CompletableFuture.failedStage(new DcosNetException("data path " + name + ": " + lack));
  }

  @Override
  public Subscription observe(TrafficObserver observer) {
    return () -> {};
  }

  @Override
  public CompletionStage<Void> stop(boolean leaveInPlace, Duration grace) {
    return CompletableFuture.completedStage(null);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.Scheduler;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.StoreLimits;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * Where a store is kept, and by whom. <b>Immutable.</b>
 *
 * @param data directory of the node; the store is in {@code kv} in it
 * @param self the member that starts
 * @param first whether it never started before
 * @param epoch of this start; greater than that of each start before
 * @param loop the thread of the replica
 * @param blocking for work that waits for the disk
 * @param timer for the next try after the disk failed
 */
public record StorePlace(
    Path data,
    NodeId self,
    boolean first,
    long epoch,
    StoreSettings settings,
    StoreLimits limits,
    Executor loop,
    Executor blocking,
    Scheduler timer,
    MetricsSink metrics) {

  public StorePlace {
    requireNonNull(data, "data");
    requireNonNull(self, "self");
    requireNonNull(settings, "settings");
    requireNonNull(limits, "limits");
    requireNonNull(loop, "loop");
    requireNonNull(blocking, "blocking");
    requireNonNull(timer, "timer");
    requireNonNull(metrics, "metrics");
  }

  /** Where the journal is. */
  Path journal() {
    return data.resolve("kv");
  }
}

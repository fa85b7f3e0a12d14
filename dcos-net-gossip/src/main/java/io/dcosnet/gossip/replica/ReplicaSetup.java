// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.store.StoreState;

/**
 * What a replica is made with.
 *
 * @param state what it begins with; the replica's own from now on
 * @param log where changes to it are kept; holds {@code state} already
 */
public record ReplicaSetup(
    StoreSettings settings, StoreState state, StoreLog log, MetricsSink metrics) {
  public ReplicaSetup {
    requireNonNull(settings, "settings");
    requireNonNull(state, "state");
    requireNonNull(log, "log");
    requireNonNull(metrics, "metrics");
  }
}

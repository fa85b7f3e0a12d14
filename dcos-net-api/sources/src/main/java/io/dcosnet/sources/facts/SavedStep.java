// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.model.ClusterChange;
import java.util.Map;

/**
 * What is kept of a cluster on a disk at one time, as the difference to what was kept before.
 * <b>Immutable.</b>
 *
 * @param wallMillis Unix time at which this was the newest
 * @param change to be applied to the state before
 * @param serials by zone, what its serial may have reached
 */
public record SavedStep(long wallMillis, ClusterChange change, Map<String, Long> serials) {
  public SavedStep {
    requireNonNull(change, "change");
    serials = Map.copyOf(serials);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.spi;

import io.dcosnet.api.model.ClusterUpdate;

/**
 * Learns what changed in a cluster. Called one update at a time, in order, on the executor given at
 * subscription; it must not block that executor for long. A slow listener gets several changes
 * merged into one.
 */
@FunctionalInterface
public interface ClusterListener {
  void changed(ClusterUpdate update);
}

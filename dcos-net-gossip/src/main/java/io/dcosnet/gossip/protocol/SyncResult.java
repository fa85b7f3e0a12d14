// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an exchange ended.
 *
 * @param with null when the other side was not reached
 * @param others where to try instead
 * @param fault null when both know the same now
 */
record SyncResult(@Nullable NodeId with, List<HostPort> others, @Nullable String fault) {

  boolean isDone() {
    return fault == null;
  }
}

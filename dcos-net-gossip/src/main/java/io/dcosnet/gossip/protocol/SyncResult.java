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
 * @param fault for people; null when both know the same now
 */
record SyncResult(
    Outcome outcome, @Nullable NodeId with, List<HostPort> others, @Nullable String fault) {

  /** In short. */
  enum Outcome {
    /** Both knew the same before. */
    EQUAL,

    /** Both know the same now. */
    DIFFERENT,

    /** The other side has too much to do. */
    BUSY,

    /** The other side does not want us. */
    REFUSED,

    /** At that address we are ourselves. */
    OURSELVES,

    /** It was not reached, or broke off. */
    FAILED
  }

  static SyncResult done(Outcome outcome, NodeId with) {
    return new SyncResult(outcome, with, List.of(), null);
  }

  static SyncResult failed(Outcome outcome, @Nullable NodeId with, String fault) {
    return new SyncResult(outcome, with, List.of(), fault);
  }

  boolean isDone() {
    return fault == null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

/**
 * One step from a state to the next. <b>Immutable.</b>
 *
 * @param before what the listener was told last
 * @param after the state now
 * @param change the difference of the two
 * @param sinceNanos when the source learnt of the oldest part of the change, by the monotonic clock
 *     of the source's {@link io.dcosnet.api.spi.TimeSource}; {@link #NO_TIME} when it does not tell
 */
public record ClusterUpdate(
    ClusterState before, ClusterState after, ClusterChange change, long sinceNanos) {

  /** What {@link #sinceNanos} says when nobody took the time. */
  public static final long NO_TIME = Long.MIN_VALUE;

  /** A step of which nobody took the time. */
  public ClusterUpdate(ClusterState before, ClusterState after, ClusterChange change) {
    this(before, after, change, NO_TIME);
  }
}

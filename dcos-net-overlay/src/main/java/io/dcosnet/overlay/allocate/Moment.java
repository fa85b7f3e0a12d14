// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;
import java.time.Duration;
import java.util.function.Function;

/**
 * What a step has to know of time. <b>Immutable.</b>
 *
 * @param nanos monotonic time
 * @param silence how long nothing was heard of an agent; since this process leads, if it never was
 */
public record Moment(long nanos, Function<NodeId, Duration> silence) {

  public Moment {
    requireNonNull(silence, "silence");
  }

  /** A moment at which all agents were just heard of. */
  public static Moment at(long nanos) {
    return new Moment(nanos, agent -> Duration.ZERO);
  }
}

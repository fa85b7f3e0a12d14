// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.health;

import static java.util.Objects.requireNonNull;

import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one back end of one VIP fares on this node. <b>Immutable.</b>
 *
 * @param status what this node makes of it
 * @param untilNanos when that ends by time alone, on the monotonic clock of the runtime; {@link
 *     #NEVER} when it does not
 * @param timesInRow how often it was ejected lately; each time takes longer
 * @param failuresInRow failures since it last proved useful
 * @param ejections how often it was ejected since this node knows it
 * @param failures what went wrong since this node knows it, by kind; kinds that never came are not
 *     in it
 * @param lastFailure the last one of them, null when there is none
 * @param overruled true when its ejection is not heeded, as too much of the VIP is ejected
 */
public record Condition(
    Status status,
    long untilNanos,
    int timesInRow,
    int failuresInRow,
    long ejections,
    Map<Failure, Long> failures,
    @Nullable Failure lastFailure,
    boolean overruled) {

  /** Does not end by time alone. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Nothing was ever wrong with it. */
  public static final Condition SOUND =
      new Condition(Status.HEALTHY, NEVER, 0, 0, 0, Map.of(), null, false);

  /** What a node makes of a back end. */
  public enum Status {
    /** It gets its share. */
    HEALTHY,
    /** It gets nothing new for a while. */
    EJECTED,
    /** Its ejection is over; it gets one connection at a time until one turns out well. */
    TRIAL,
    /** It gets a part of its share, which grows. */
    SLOW_START
  }

  public Condition {
    requireNonNull(status, "status");
    failures = Map.copyOf(failures);
  }

  /** True while it was ejected and has not proved itself since. */
  public boolean isDistrusted() {
    return status == Status.EJECTED || status == Status.TRIAL;
  }
}

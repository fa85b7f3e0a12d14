// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static java.util.Objects.requireNonNull;

/**
 * A write and when it was made. <b>Immutable.</b>
 *
 * @param time by the {@link Hlc} of its origin, where it never falls while the counter grows; 0 or
 *     more
 */
public record Stamp(Dot dot, long time) {
  public Stamp {
    requireNonNull(dot, "dot");
    if (time < 0) {
      throw new IllegalArgumentException("time: " + time + " (expected: 0 or more)");
    }
  }

  /** The later write of the two, of one replica, with the later time. */
  Stamp with(Stamp other) {
    Stamp later = dot.counter() >= other.dot.counter() ? this : other;
    long last = Math.max(time, other.time);
    return later.time == last ? later : new Stamp(later.dot, last);
  }
}

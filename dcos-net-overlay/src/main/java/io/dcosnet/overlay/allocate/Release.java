// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.allocate;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.NodeId;

/**
 * Something that was given back and waits to be given out again. <b>Immutable.</b>
 *
 * @param formerOwner who had it last, and would get it back
 * @param number counts all releases of a cluster; what has the lower one was released earlier
 * @param nanos monotonic time of this process when it was released, or when it was read from the
 *     store; the wall clock has no say in who owns what
 */
record Release(Element element, NodeId formerOwner, long number, long nanos) {

  Release {
    requireNonNull(element, "element");
    requireNonNull(formerOwner, "formerOwner");
    if (number < 0 || number == Long.MAX_VALUE) {
      throw new IllegalArgumentException("number: " + number + " (expected: 0 to 2^63-2)");
    }
  }

  /** True while hosts may still hold entries for the former owner. */
  boolean isFresh(long nowNanos, long delayNanos) {
    return nowNanos - nanos < delayNanos;
  }
}

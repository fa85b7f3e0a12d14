// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses who gets a new connection of one service. Made anew when weights or members change; what
 * is known of single back ends lives on in their {@link BackendLoad}.
 *
 * <p><b>Thread-safe.</b> A pick allocates nothing and takes no lock.
 */
@FunctionalInterface
public interface Picker {

  /** Nobody may get it. */
  int NONE = -1;

  /** Leaves nobody out. */
  IntPredicate ALL = index -> false;

  /**
   * The place of the chosen one in the service's list of targets, or {@link #NONE}.
   *
   * @param flow hash of the client, equal for equal clients; only consistent hashing looks at it
   * @param nowNanos monotonic time, for loads that fade
   * @param out true for places that must not be chosen, such as those tried before
   */
  int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out);
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.balance;

import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses who gets a new connection of one service. Made anew when weights or members change; what
 * is known of single back ends lives on in their {@link BackendLoad}.
 *
 * <p><b>Thread-safe.</b> A pick allocates nothing and ends in a bounded number of steps. It takes
 * no lock, but where clients stick to their back ends, and in round robin where the turns are too
 * many to be worked out before.
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
   * @param flow hash of the client, equal for equal clients, see {@link FlowHash}; only consistent
   *     hashing and affinity look at it
   * @param nowNanos monotonic time, for loads that fade
   * @param out true for places that must not be chosen, such as those tried before; asked several
   *     times for one place
   */
  int pick(long flow, long nowNanos, RandomGenerator random, IntPredicate out);
}

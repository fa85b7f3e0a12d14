// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

/**
 * What follows for back ends when nodes are suspected or believed dead. <b>Immutable.</b>
 *
 * @param suspects what a doubt alone brings
 * @param guardPercent when more than so many of all known nodes are dead here, it is more likely
 *     that this node is cut off than that they died, and no more back ends are taken out for that,
 *     until fewer are; 1-100, 100 for never. Lower keeps more of what is dead in a real disaster;
 *     higher leaves less when the network is parted
 */
public record ReachPolicy(Suspects suspects, int guardPercent) {

  /** Doubts change nothing; the guard holds when more than half are dead. */
  public static final ReachPolicy DEFAULTS = new ReachPolicy(Suspects.IGNORE, 50);

  /** What is done about back ends on a node that is suspected and may be refuted yet. */
  public enum Suspects {
    /** Nothing: most suspects live. */
    IGNORE,
    /** They get nothing new while the VIP has others that take it. */
    DEPRIORITISE
  }

  public ReachPolicy {
    requireNonNull(suspects, "suspects");
    if (guardPercent < 1 || guardPercent > 100) {
      throw new IllegalArgumentException("guard: " + guardPercent + " (expected: 1-100 percent)");
    }
  }

  /** The same with another way to treat suspects. */
  public ReachPolicy with(Suspects other) {
    return new ReachPolicy(other, guardPercent);
  }

  /** The same with another guard. */
  public ReachPolicy withGuardPercent(int percent) {
    return new ReachPolicy(suspects, percent);
  }
}

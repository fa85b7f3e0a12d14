// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import java.time.Duration;

/**
 * Tells a difference between stores that needs repair from one that is only the way of new writes.
 * While there are writes, digests differ everywhere, and the links bring them at less cost than
 * exchanges. So a difference counts only when it was seen for a while in which nothing changed
 * here, or for much longer.
 */
final class DifferenceWatch {

  private static final long SETTLED = Duration.ofSeconds(2).toNanos();
  private static final long LEAST_GAP = Duration.ofSeconds(2).toNanos();
  private static final long FORGET = Duration.ofSeconds(5).toNanos();

  // Where writes never end, a difference counts after so many times the usual wait.
  private static final int PATIENCE = 5;

  private boolean agreed;
  private boolean disagreed;
  private boolean differs;
  private long first;
  private long last;
  private long ours;
  private long oursSince;
  private boolean acted;
  private long actedAt;
  private long fruitlessOurs;
  private long fruitlessTheirs;

  /** Another replica has the same at this moment. */
  void agrees() {
    agreed = true;
  }

  /** Whether digests were compared since this was asked last, and none was different. */
  boolean isAgreed() {
    boolean was = agreed && !disagreed;
    agreed = false;
    disagreed = false;
    return was;
  }

  /** An exchange between stores with these digests left both as they were. */
  void fruitless(long own, long theirs) {
    fruitlessOurs = own;
    fruitlessTheirs = theirs;
  }

  /**
   * Another replica has another digest than we at this moment.
   *
   * @return whether to repair that now, with this one
   */
  boolean isLasting(long now, long own, long theirs) {
    disagreed = true;
    if (own == fruitlessOurs && theirs == fruitlessTheirs) {
      return false;
    }
    if (!differs || now - last > FORGET) {
      differs = true;
      first = now;
    }
    last = now;
    if (ours != own) {
      ours = own;
      oursSince = now;
    }
    boolean quiet = now - oursSince >= SETTLED;
    boolean lasting = now - first >= (quiet ? SETTLED : PATIENCE * SETTLED);
    if (!lasting || (acted && now - actedAt < LEAST_GAP)) {
      return false;
    }
    acted = true;
    actedAt = now;
    differs = false;
    return true;
  }
}

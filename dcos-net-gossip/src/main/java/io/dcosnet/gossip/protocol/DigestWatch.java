// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import java.time.Duration;

/**
 * Tells a difference that needs repair from one that is only the way of a rumour: while news
 * spread, digests differ everywhere for a moment, and if all nodes began exchanges then, each piece
 * of news would cost more by repair than by gossip. So a difference counts only when it was seen
 * again and again for as long as a rumour takes, and our own table did not change all that while.
 */
final class DigestWatch {

  private static final Duration LEAST_GAP = Duration.ofSeconds(2);

  // Where news never end, a difference counts after so many times the way of a rumour.
  private static final int PATIENCE = 5;

  private final Node node;
  private boolean agreed;
  private boolean disagreed;
  private boolean differs;
  private long first;
  private long last;
  private long digest;
  private long digestSince;
  private boolean acted;
  private long actedAt;

  DigestWatch(Node node) {
    this.node = node;
  }

  /** Another node has the same digest at this moment. */
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

  /**
   * Another node has another digest than we at this moment.
   *
   * @return whether to repair that now, with this node
   */
  boolean isLasting() {
    long now = node.host.nanos();
    disagreed = true;
    if (!differs || now - last > 4 * node.settings.probeInterval().toNanos()) {
      differs = true;
      first = now;
    }
    last = now;
    long current = node.table.digest();
    if (digest != current) {
      digest = current;
      digestSince = now;
    }
    long settled = settleNanos();
    boolean quiet = now - digestSince >= settled;
    boolean lasting = now - first >= (quiet ? settled : PATIENCE * settled);
    if (!lasting || (acted && now - actedAt < LEAST_GAP.toNanos())) {
      return false;
    }
    acted = true;
    actedAt = now;
    differs = false;
    return true;
  }

  /** Longest way of a rumour: as many rounds of gossip as the cluster can be doubled. */
  private long settleNanos() {
    int doublings = 32 - Integer.numberOfLeadingZeros(node.table.living());
    return node.settings.gossipInterval().toNanos() * doublings;
  }
}

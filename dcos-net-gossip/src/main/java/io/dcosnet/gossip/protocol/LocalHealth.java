// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/** How well this node itself does; slows its probes and doubts while it does badly (Lifeguard). */
final class LocalHealth {

  private final int worst;

  // Written by the core's thread; figures are read by others.
  private volatile int score;

  LocalHealth(Node node) {
    this.worst = node.settings.localHealthMax();
    node.metrics.localHealth(() -> score);
  }

  /** 0 is well. */
  int score() {
    return score;
  }

  /** What times are multiplied with: 1 when all is well. */
  int factor() {
    return score + 1;
  }

  /** A probe was answered. */
  void better() {
    int now = score;
    if (now > 0) {
      score = now - 1;
    }
  }

  /** Something went wrong that may be our own fault. */
  void worse(int by) {
    score = Math.min(worst, score + by);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/** How well this node itself does; slows its probes and doubts while it does badly (Lifeguard). */
final class LocalHealth {

  /** A timer that is later shows that our own thread stood still. */
  private static final long LATE_NANOS = 100_000_000;

  private final Node node;
  private final int worst;

  // Written by the core's thread; figures are read by others.
  private volatile int score;

  LocalHealth(Node node) {
    this.node = node;
    this.worst = node.settings.localHealthMax();
    node.probeMetrics.localHealth(() -> score);
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

  /**
   * Whether work that was due then begins so late that what others sent meanwhile may not have been
   * read yet. Then nothing must be concluded from their silence.
   */
  boolean overslept(long due) {
    return node.host.nanos() - due > LATE_NANOS;
  }
}

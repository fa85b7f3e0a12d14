// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/** How well this node itself does; slows its probes and doubts while it does badly (Lifeguard). */
final class LocalHealth {

  private final Node node;

  LocalHealth(Node node) {
    this.node = node;
  }

  /** 0 is well. */
  int score() {
    throw new UnsupportedOperationException();
  }

  /** A probe was answered. */
  void better() {
    throw new UnsupportedOperationException();
  }

  /** Something went wrong that may be our own fault. */
  void worse(int by) {
    throw new UnsupportedOperationException();
  }
}

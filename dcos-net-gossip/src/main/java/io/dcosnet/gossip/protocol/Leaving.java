// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/** Says good-bye to the others, answers a little longer, and ends. */
final class Leaving {

  private final Node node;

  Leaving(Node node) {
    this.node = node;
  }

  /** Leaves; runs the work when everybody who could be told was told and the linger is over. */
  void leave(Runnable done) {
    throw new UnsupportedOperationException();
  }

  /** Whether it has begun. */
  boolean isLeaving() {
    throw new UnsupportedOperationException();
  }
}

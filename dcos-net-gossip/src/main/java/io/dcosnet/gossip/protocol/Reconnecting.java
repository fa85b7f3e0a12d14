// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/**
 * Tries dead members and seeds that are no members, so that parted clusters find each other again.
 */
final class Reconnecting {

  private final Node node;

  Reconnecting(Node node) {
    this.node = node;
  }

  /** Begins. */
  void start() {
    throw new UnsupportedOperationException();
  }
}

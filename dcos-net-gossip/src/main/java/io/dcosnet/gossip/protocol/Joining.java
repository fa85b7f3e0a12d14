// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

/** Finds the cluster: seeds and kept members, in rounds that become rarer. */
final class Joining {

  private final Node node;

  Joining(Node node) {
    this.node = node;
  }

  /** Begins. */
  void start() {
    throw new UnsupportedOperationException();
  }
}
